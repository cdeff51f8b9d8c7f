"""Effects of a typed variant on all models of a run, computed as `ideep-scan variants` does."""

from __future__ import annotations

import weakref
from collections import defaultdict
from functools import lru_cache
from typing import Any

import numpy as np

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.formats.variants.hgvs_text import names_transcript, read_hgvs
from ideep_scan.formats.variants.variant_text import MAX_TEXT, read_variant
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.jobs.variants.gene_names import GeneNames
from ideep_scan.jobs.variants.p_values import find_backgrounds
from ideep_scan.jobs.variants.scoring import VariantScorer
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.jobs.view.session import OpenRun, RunSession
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.variant import Variant
from ideep_scan.records.variant_effect import VariantEffect
from track_hubs.server.http_server import Reply


class VariantRoute:
    """Effects of variants on the models of a run.

    Parameters
    ----------
    session : RunSession
        The session; the first request opens it and waits.
    """

    def __init__(self, session: RunSession):
        self._session = session

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `text`, a variant as people write it, with its effect on each model and strand."""
        text = query.get("text", "")
        if not text.strip() or len(text) > MAX_TEXT:
            return reply_json({"error": f"text: give a variant of up to {MAX_TEXT} characters"}, 400)
        try:
            return reply_json(score_variant(self._session.get(), text))
        except IdeepScanError as error:
            return reply_error(error)


class RunVariants:
    """Scorer of the variants of an open run; `find` returns it.

    Parameters
    ----------
    run : OpenRun
        The run.
    """

    def __init__(self, run: OpenRun):
        live = run.live
        annotation = live.genome.annotation
        transcripts = None if annotation is None else annotation.transcripts
        scorers = list(live.scorers.values())
        self._scorer = VariantScorer(
            AlleleReader(live.genome.resolver, live.genome.source),
            live.loci,
            live.evidence.featurizer,
            scorers,
            np.array([threshold.settings.threshold for threshold in run.thresholds]),
            GeneNames(transcripts),
            backgrounds=find_backgrounds(scorers),
            smoothing=np.array([threshold.settings.smoothing for threshold in run.thresholds]),
        )
        self._by_accession: dict[str, list[Transcript]] = defaultdict(list)
        for transcript in transcripts or ():
            for name in {transcript.id, transcript.id.rpartition(".")[0] or transcript.id}:
                self._by_accession[name.casefold()].append(transcript)

    def find_transcripts(self, accession: str) -> list[Transcript]:
        """Find the transcripts with an accession; a version counts only if the annotation has versions."""
        name = accession.casefold()
        return self._by_accession.get(name) or self._by_accession.get(name.rpartition(".")[0], [])

    def score(self, variant: Variant) -> list[VariantEffect]:
        """Score a variant whose REF is that of the genome. Raise InputError if nothing is scored there."""
        ((record,),) = self._scorer.score([_make_record(variant, self._scorer.reader.letters)])
        if not record.effects:
            raise InputError(f"{name_variant(variant)} is not scored: {record.statuses[0].reason}")
        return record.effects


@lru_cache(2)
def _open_variants(reference: weakref.ref[OpenRun]) -> RunVariants:
    run = reference()
    assert run is not None
    return RunVariants(run)


def score_variant(run: OpenRun, text: str) -> dict[str, Any]:
    """Score a variant as people write it.

    Parameters
    ----------
    run : OpenRun
        The run.
    text : str
        The variant, in any notation of `read_variant` or `read_hgvs`.

    Returns
    -------
    dict
        JSON values: the variant, and the rows that `ideep-scan variants` writes, by model and strand.

    Raises
    ------
    InputError
        The text is not a variant of this genome, or nothing is scored there.
    """
    live = run.live
    with live.lock:
        variants = _open_variants(weakref.ref(run))
        if names_transcript(text):
            variant = read_hgvs(text, variants.find_transcripts, live.sequence)
        else:
            variant = read_variant(text, live.genome.resolver, live.sequence)
        effects = variants.score(variant)
    return {
        "name": name_variant(variant),
        "chrom": variant.chrom,
        "start": variant.start,
        "end": variant.end,
        "ref": variant.ref,
        "alt": variant.alt,
        "rows": [_describe(effect) for effect in effects],
    }


def name_variant(variant: Variant) -> str:
    """Name a variant as an address does: contig, 1-based position, REF and ALT with dashes.

    Examples
    --------
    >>> name_variant(Variant("chr20", 1146134, "T", "C"))
    'chr20-1146135-T-C'
    """
    return f"{variant.chrom}-{variant.start + 1}-{variant.ref or '.'}-{variant.alt or '.'}"


def _make_record(variant: Variant, letters: Any) -> VcfRecord:
    """Write a variant as a record of a VCF; an insertion or deletion gets a base beside it."""
    start, ref, alt = variant.start, variant.ref, variant.alt
    if not (ref and alt):
        if start > 0:
            before = letters(variant.chrom, start - 1, start)
            start, ref, alt = start - 1, before + ref, before + alt
        else:
            after = letters(variant.chrom, variant.end, variant.end + 1)
            ref, alt = ref + after, alt + after
    columns = (variant.chrom, str(start + 1), ".", ref, alt, ".", ".", ".")
    return VcfRecord(1, variant.chrom, start, tuple(map(str.encode, columns)), b"", b"\n")


def _describe(effect: VariantEffect) -> dict[str, Any]:
    """Turn an effect into JSON values, rounded as the table of `ideep-scan variants`; None for no value."""
    numbers = {
        "reference": effect.reference,
        "alternate": effect.alternate,
        "delta": effect.delta,
        "logOdds": effect.log_odds,
    }
    rounded = {name: None if np.isnan(value) else round(float(value), 4) for name, value in numbers.items()}
    return {
        "model": effect.model,
        "strand": effect.strand,
        "gene": effect.gene,
        "region": effect.region,
        **rounded,
        "position": effect.position,
        "site": effect.site,
        "pValue": None if effect.p_value is None else float(f"{effect.p_value:.3g}"),
    }
