"""Scores of real hg19 recomputed by hand: raw letters, transcripts and weights through the slow numpy twin."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import cache

import numpy as np
import pyBigWig
import pytest
import torch
import twin
from safetensors.numpy import load_file

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import gather_evidence
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP, SHARED
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.sweep import sweep

REACH = 60  # positions scored by the sweep on each side of the one that is recomputed
ANNOTATED = [  # 0-based
    ("+", 1_146_950),  # PSMF1: a 3'UTR
    ("+", 1_120_000),  # an intron
    ("+", 1_106_140),  # the first base of an exon, coding in some isoforms and 5'UTR in others
    ("-", 1_161_300),  # TMEM74B: the 3'UTR
    ("-", 1_163_000),  # an intron
    ("-", 1_162_231),  # the base before the coding exon
]
ALONE = [("+", 1_150_000), ("-", 1_149_500)]


@pytest.fixture(scope="module")
def model():
    """The shipped ELAVL1: settings from its header, weights straight from the file."""
    path = find_entries(["ELAVL1"], list_entries(IDEEP))[0].path
    return load_bundle(path), load_file(path)


def by_hand(model, letters, modalities, strand: str, position: int) -> float:
    bundle, weights = model
    pwms = {pwm.id: pwm.counts for pwm in read_pwms()}
    material = replace(letters, motifs=[pwms[name] for name in bundle.spec.motifs])
    config = bundle.network.config
    return twin.probability(material, bundle.spec, config, weights, modalities, "chr20", strand, position)


@pytest.fixture(scope="module")
def swept(model):
    """Scores as floats, before a bigWig rounds them; takes a run, a strand and a position."""
    bundle, _ = model
    with ExitStack() as stack:

        @cache
        def evidence_of(fasta, gtf, modalities):
            genome = open_genome(fasta, gtf, stack)
            return gather_evidence(
                genome, [bundle], ",".join(modalities), None, lambda spec: make_folder(spec, 1, stack)
            )

        def score(run, strand, position):
            featurizer = evidence_of(run.settings.fasta, run.settings.gtf, run.modalities).featurizer
            scorer = Scorer(bundle, run.modalities, torch.device("cpu"))
            span = Span("chr20", position - REACH, position + REACH, strand)
            ((_, (track,)),) = sweep(cut_chunks([span]), featurizer.sources.sequence, featurizer, [scorer])
            return float(track.values[position - track.start])

        yield score


@pytest.mark.parametrize(("strand", "position"), ANNOTATED)
def test_score_with_annotation(annotated, swept, model, letters, strand, position):
    assert set(annotated.modalities) >= {"sequence", "region"}
    expected = by_hand(model, letters, annotated.modalities, strand, position)
    assert annotated.track(strand, position, position + 1)[0] == pytest.approx(expected, abs=0.00051)
    assert swept(annotated, strand, position) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("strand", "position"), ALONE)
def test_score_from_fasta_alone(sequence_only, swept, model, letters, strand, position):
    assert "region" not in sequence_only.modalities
    expected = by_hand(model, letters, sequence_only.modalities, strand, position)
    assert sequence_only.track(strand, position, position + 1)[0] == pytest.approx(expected, abs=0.00051)
    assert swept(sequence_only, strand, position) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("strand", STRANDS)
def test_highest_score_of_the_scan(annotated, model, letters, strand):
    """Where a user looks first."""
    start, end = 1_000_000, 1_200_000
    values = annotated.track(strand, start, end)
    top = int(np.nanargmax(values))
    expected = by_hand(model, letters, annotated.modalities, strand, start + top)
    assert values[top] == pytest.approx(expected, abs=0.00051)


@pytest.mark.parametrize("kind", ["score", "within"])
def test_score_of_the_shared_network(scan, refseq_chr20, letters, kind):
    """A protein is a row of the last layer, and the place in a bound gene is another row."""
    done = scan("TARDBP", model="shared", gtf=refseq_chr20, regions="chr20:1140001-1150000", tracks="score,within")
    path = find_entries(["TARDBP"], list_entries(SHARED))[0].path
    bundle, weights = load_bundle(path, "TARDBP"), load_file(path)
    row = bundle.row if kind == "score" else bundle.within_row
    weights |= {name: weights[name][row : row + 1] for name in ("output.weight", "output.bias")}
    for position in (1_141_000, 1_146_950, 1_149_000):
        expected = by_hand((bundle, weights), letters, ("sequence", "region"), "+", position)
        suffix = "" if kind == "score" else ".within"
        with pyBigWig.open(str(done.settings.out / "tracks" / f"TARDBP{suffix}.plus.bw")) as track:
            assert track.values("chr20", position, position + 1)[0] == pytest.approx(expected, abs=0.00051)
