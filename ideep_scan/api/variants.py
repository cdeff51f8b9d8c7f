"""Effects of variants from Python."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from ideep_scan.api.arguments import File, as_evidence, as_names, as_path
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.text import exists
from ideep_scan.formats.variants.variant_table import COLUMNS, INTEGERS, TEXTS
from ideep_scan.formats.variants.variant_text import read_variant
from ideep_scan.formats.variants.vcf_output import kind_of_vcf
from ideep_scan.jobs.variants.run import run
from ideep_scan.jobs.variants.settings import VariantSettings
from ideep_scan.kernels.onehot import decode
from ideep_scan.models.threads import preserve_threads
from ideep_scan.records.variant import Variant
from ideep_scan.variants.normalization import Letters

_HEADER = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def score_variants(
    variants: File | Iterable[str],
    models: File | Iterable[File],
    fasta: File,
    *,
    model: str = VariantSettings.model,
    gtf: File | None = None,
    cobinding: File | None = None,
    evidence: Mapping[str, File] | None = None,
    threshold: float | None = None,
    phased: str | None = None,
    modalities: str = "auto",
    device: str = "auto",
    precision: str = "auto",
    threads: int = 0,
    strict: bool = False,
) -> pd.DataFrame:
    """Score both alleles of each variant.

    Parameters
    ----------
    variants : str, path or iterable of str
        Path of a VCF or BCF, or texts like 'chr20:1234567 A>G'.
        Positions start at 1, letters are of the plus strand; 'ATT>A' and 'A>ATT' are indels.
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, paths of bundles, `all` or `all-experiments`.
    model : {'shared', 'ideep'}, optional
        Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.
    fasta : str or path
        Genome, plain or bgzipped; a missing index is made.
    gtf : str or path, optional
        Annotation (GTF, GFF3 or BED12); with it only transcribed strands are scored.
    cobinding : str or path, optional
        Table of two columns: CLIP experiment, path of its sites.
    evidence : mapping of str to path, optional
        bigWigs by name, for models that were trained with a track of this name.
    threshold : float, optional
        Lowest score of a position in a site; by default each model's own.
    phased : str, optional
        Sample of the VCF whose haplotypes are scored as well.
    modalities : str, optional
        'auto', 'all', or names of modalities with commas between them.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    precision : str, optional
        Arithmetic of the network: 'auto', 'fp32' or 'bf16'.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.
    strict : bool, optional
        Refuse a record of the annotation that would be left out with a note, and a variant that does not fit the FASTA.

    Returns
    -------
    DataFrame
        One row per allele, model and scored strand, and one per allele that is not scored.
        `chrom`, `pos` (from 1), `id`, `ref` and `alt` are those of the VCF; the `id` of a text is the text.
        `model` is the model, `strand` is '+' or '-'.
        `gene` and `region` are at the first changed base; '.' without an annotation.
        `ref_score` and `alt_score` (0-1) are the highest scores among the positions that see the change.
        `delta` is the difference of the scores at the position where the log odds change most.
        `log_odds` is the change of the natural log odds there, `offset` is that position minus `pos`.
        `site` is 'gained', 'lost', 'kept', 'moved' or 'none' at the threshold.
        `p` is the share of common variants whose log odds change at least as much; NaN if the model has no background.
        `status` is 'scored', or why the allele is not scored (docs/variants.md).

    Raises
    ------
    InputError
        A text is malformed or does not match the FASTA, or a VCF cannot be used.
    ContigMismatch
        The FASTA lacks the contig.
    SpecMismatch
        The models read different features.

    Examples
    --------
    >>> example = find_example()
    >>> effects = score_variants("exB:29602 C>T", "ELAVL1", example.fasta, gtf=example.gtf)
    >>> effects[["id", "model", "strand", "status"]].values.tolist()
    [['exB:29602 C>T', 'ELAVL1', '+', 'scored']]
    >>> bool(abs(effects.offset[0]) <= 50)
    True
    """
    stream = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, preserve_threads():
        path = _as_file(variants)
        if path is None:
            path = Path(folder) / "variants.vcf"
            path.write_text(_vcf_text(as_names(variants), Path(fasta)), encoding="utf-8")
        settings = VariantSettings(
            rbp=as_names(models),
            model=model,
            variants=path,
            fasta=Path(fasta),
            gtf=as_path(gtf),
            cobinding=as_path(cobinding),
            evidence=as_evidence(evidence),
            threshold=threshold,
            phased=phased,
            modalities=modalities,
            device=device,
            precision=precision,
            threads=threads,
            strict=strict,
        )
        run(settings, SilentMonitor(), None, stream)
    stream.seek(0)
    return _read_table(stream)


def _as_file(variants: File | Iterable[str]) -> Path | None:
    """Tell a path from texts: a path object, the name of a file, or a name that a VCF would have."""
    if isinstance(variants, str):
        return Path(variants) if exists(variants) or kind_of_vcf(Path(variants)) is not None else None
    return Path(variants) if isinstance(variants, PathLike) else None


def _vcf_text(texts: Iterable[str], fasta: Path) -> str:
    """Write variants given as texts as a VCF."""
    with FastaSource(fasta, scattered=True) as source:
        resolver = ContigResolver(source.contigs)

        def letters(chrom: str, start: int, end: int) -> str:
            return decode(source.codes(chrom, start, end)).replace("U", "T")

        return _HEADER + "".join(_vcf_line(text, read_variant(text, resolver, letters), letters) for text in texts)


def _vcf_line(text: str, variant: Variant, letters: Letters) -> str:
    """Write one variant; an empty allele gets the base before it, or after it at the start of the contig."""
    start, ref, alt = variant.start, variant.ref, variant.alt
    if not (ref and alt) and start:
        start -= 1
        base = letters(variant.chrom, start, start + 1)
        ref, alt = base + ref, base + alt
    elif not (ref and alt):
        base = letters(variant.chrom, variant.end, variant.end + 1)
        ref, alt = ref + base, alt + base
    name = " ".join(text.split())
    return f"{variant.chrom}\t{start + 1}\t{name}\t{ref}\t{alt}\t.\t.\t.\n"


def _read_table(stream: io.StringIO) -> pd.DataFrame:
    """Read a table back: scores keep each bit of their float32, texts such as NA stay texts."""
    numbers = [name for name in COLUMNS if name not in TEXTS and name not in INTEGERS]
    return pd.read_csv(
        stream,
        sep="\t",
        dtype={
            **dict.fromkeys(TEXTS, str),
            **dict.fromkeys(INTEGERS, "Int64"),
            **dict.fromkeys(numbers, "float32"),
        },
        keep_default_na=False,
        na_values={name: [""] for name in (*INTEGERS, *numbers)},
        quoting=csv.QUOTE_NONE,
    ).astype({"pos": "int64"})
