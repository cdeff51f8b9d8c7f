"""Effects of variants from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ideep_scan.api.arguments import File, as_evidence, as_names, as_path
from ideep_scan.jobs.live.session import Effect, open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.models.threads import preserve_threads
from ideep_scan.variants.effect import strongest_change

_COLUMNS = [
    "variant", "chrom", "start", "ref", "alt", "rbp", "strand",
    "position", "ref_score", "alt_score", "delta", "ref_best", "alt_best",
]  # fmt: skip


def score_variants(
    variants: str | Iterable[str],
    models: File | Iterable[File],
    fasta: File,
    *,
    gtf: File | None = None,
    cobinding: File | None = None,
    evidence: Mapping[str, File] | None = None,
    modalities: str = "auto",
    device: str = "auto",
    precision: str = "auto",
    threads: int = 0,
    strict: bool = False,
) -> pd.DataFrame:
    """Score both alleles of each variant, one variant at a time.

    Parameters
    ----------
    variants : str or iterable of str
        Texts like 'chr20:1234567 A>G': position from 1, letters of the plus strand; 'ATT>A' and 'A>ATT' are indels.
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, paths of bundles, `all` or `all-experiments`.
    fasta : str or path
        Genome, plain or bgzipped; a missing index is made.
    gtf : str or path, optional
        Annotation (GTF, GFF3 or BED12); with it only transcribed strands are scored.
    cobinding : str or path, optional
        Table of two columns: CLIP experiment, path of its sites.
    evidence : mapping of str to path, optional
        bigWigs by name, for models that were trained with a track of this name.
    modalities : str, optional
        'auto', 'all', or names of modalities with commas between them.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    precision : str, optional
        Arithmetic of the network: 'auto', 'fp32' or 'bf16'.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.
    strict : bool, optional
        Refuse a record of the annotation that would be left out with a note.

    Returns
    -------
    DataFrame
        One row per variant, model and scored strand.
        `variant` is the text; `chrom`, `start` (0-based), `ref` and `alt` are what it means.
        `rbp` is the model; `strand` is '+' or '-'.
        `position` (0-based) is the place of the strongest change among the windows that hold the variant.
        `ref_score` and `alt_score` (0-1) are the scores there; `delta` is their difference in natural log odds.
        `ref_best` and `alt_best` are the highest scores of either allele, inserted letters included.
        `position` is missing and the numbers are NaN if no window has both scores.

    Raises
    ------
    InputError
        A variant is malformed, does not match the FASTA, or no strand is scored around it.
    ContigMismatch
        The FASTA lacks the contig.
    SpecMismatch
        The models read different features.

    Examples
    --------
    >>> example = find_example()
    >>> effects = score_variants("exB:29602 C>T", "ELAVL1", example.fasta, gtf=example.gtf)
    >>> effects[["variant", "rbp", "strand"]].values.tolist()
    [['exB:29602 C>T', 'ELAVL1', '+']]
    >>> bool(abs(effects.position[0] - 29601) <= 50)
    True
    """
    texts = as_names(variants)
    settings = LiveSettings(
        rbp=as_names(models),
        fasta=Path(fasta),
        gtf=as_path(gtf),
        cobinding=as_path(cobinding),
        evidence=as_evidence(evidence),
        modalities=modalities,
        device=device,
        precision=precision,
        threads=threads,
        strict=strict,
    )
    with preserve_threads(), ExitStack() as stack:
        live = open_live(settings, stack)
        rows = [row for text in texts for row in _rows(text, live.effect(text))]
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"start": "int64", "position": "Int64"})


def _rows(text: str, effect: Effect) -> list[dict[str, Any]]:
    """Describe the effect on each model and strand."""
    variant, rows = effect.variant, []
    for (model, strand), reference in effect.reference.items():
        alternate, inserted = effect.alternate[model, strand], effect.inserted[model, strand]
        change = strongest_change(reference, alternate)
        rows.append(
            {
                "variant": text,
                "chrom": variant.chrom,
                "start": variant.start,
                "ref": variant.ref,
                "alt": variant.alt,
                "rbp": model,
                "strand": strand,
                "position": pd.NA if change is None else effect.start + change.index,
                "ref_score": np.nan if change is None else change.reference,
                "alt_score": np.nan if change is None else change.alternate,
                "delta": np.nan if change is None else change.log_odds,
                "ref_best": _highest(reference),
                "alt_best": _highest(np.append(alternate, inserted)),
            }
        )
    return rows


def _highest(scores: np.ndarray) -> float:
    return float(np.fmax.reduce(scores)) if scores.size else np.nan
