"""The live view on real hg19: what a run wrote there, and variants of 1000 Genomes typed one by one."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.live.session import LiveSession, open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.records.span import STRANDS

GENE = 1_093_871, 1_152_890  # PSMF1, plus strand


@pytest.fixture(scope="module")
def live(sparse_hg19, refseq_chr20) -> Iterator[LiveSession]:
    with ExitStack() as stack:
        settings = LiveSettings(("ELAVL1",), sparse_hg19, model="ideep", gtf=refseq_chr20, threads=1, device="cpu")
        yield open_live(settings, stack)


def records(shared) -> Iterator[tuple[int, str, str]]:
    path = shared / "data" / "variants" / "1000G_phase3.chr20_1M_2M.hg19.sites.vcf.gz"
    with gzip.open(path, "rt") as lines:
        for line in lines:
            if not line.startswith("#"):
                _, position, _, ref, alt, *_ = line.split("\t")
                yield int(position), ref, alt


def test_what_a_run_wrote(live, annotated):
    for start in (1_099_000, 1_145_500):
        got = live.scores("chr20", start, start + 2000)
        for strand in STRANDS:
            expected = annotated.track(strand, start, start + 2000)
            mine = got.get(("ELAVL1", strand), np.full(2000, np.nan))
            np.testing.assert_allclose(mine, expected, atol=6e-4)


def test_every_variant_of_1000_genomes_is_scored_or_refused_in_one_line(live, shared):
    """Of each kind a few in a gene; what cannot be shown says why, and REF is never found wrong."""
    kinds: Counter[str] = Counter()
    for position, ref, alt in records(shared):
        if not GENE[0] < position < GENE[1]:
            continue
        plain = set(ref + alt) <= set("ACGT")
        single = len(ref) == len(alt) == 1
        kind = "symbolic" if "<" in alt else "several" if "," in alt else "SNV" if single else "indel"
        kinds[kind] += 1
        if kinds[kind] > 12:
            continue
        text = f"chr20:{position} {ref}>{alt}"
        if not plain:
            with pytest.raises(InputError) as told:
                live.effect(text)
            assert "\n" not in str(told.value)
            assert "the FASTA has" not in str(told.value)
            continue
        effect = live.effect(text)
        assert (effect.variant.start, effect.variant.ref) == (position - 1, ref)
        reference, alternate = effect.reference["ELAVL1", "+"], effect.alternate["ELAVL1", "+"]
        assert np.isfinite(reference).all()
        assert np.isnan(alternate).sum() == max(0, len(ref) - len(alt))
        assert effect.inserted["ELAVL1", "+"].size == max(0, len(alt) - len(ref))
        assert np.nanmax(np.abs(reference - alternate)) > 0
    assert kinds["SNV"] > 100
    assert kinds["indel"] > 12


def test_a_gene_is_found_by_its_symbol(live):
    assert live.find("psmf1") == ("chr20", *GENE)
    with pytest.raises(InputError, match="did you mean"):
        live.find("PSMF11")
