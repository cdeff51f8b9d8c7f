"""Scores of single sites and of sequences from Python."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ideep_scan.api.arguments import File, as_evidence, as_names, as_path
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.errors import InputError
from ideep_scan.jobs.predict import run
from ideep_scan.jobs.predict_settings import PredictSettings
from ideep_scan.models.threads import preserve_threads

_INTERVAL_COLUMNS = ("chrom", "start", "end")
_WINDOW_COLUMNS = ["name", "rbp", "score", "p", "modalities"]


def score_sites(
    sites: File | pd.DataFrame,
    models: File | Iterable[File],
    fasta: File,
    *,
    model: str = PredictSettings.model,
    gtf: File | None = None,
    cobinding: File | None = None,
    evidence: Mapping[str, File] | None = None,
    modalities: str = "auto",
    device: str = "auto",
    precision: str = "auto",
    threads: int = 0,
    strict: bool = False,
) -> pd.DataFrame:
    """Score the centre of each site of a genome.

    Parameters
    ----------
    sites : str, path or DataFrame
        BED6, plain or gzipped; or a table with the columns `chrom`, `start` and `end` (0-based, half-open),
        `strand` ('+' or '-') and optionally `name`.
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, paths of bundles, `all` or `all-experiments`.
    model : {'shared', 'ideep'}, optional
        Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.
    fasta : str or path
        Genome, plain or bgzipped; a missing index is made.
    gtf : str or path, optional
        Annotation (GTF, GFF3 or BED12).
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
        Refuse a site that cannot be used instead of leaving its score empty.

    Returns
    -------
    DataFrame
        One row per site and model, in the order of the sites.
        `name`, `chrom`, `start`, `end` and `strand` repeat the site.
        `rbp` is the model.
        `score` (float32, 0-1) is the probability of a site centred there; NaN means not scored.
        `p` (float) is the p-value of the score; NaN if the model is not calibrated for what it read.
        `modalities` are the modalities that the model read, with commas between them.

    Raises
    ------
    InputError
        An input cannot be used, a column is missing, or no site can be used.
    SpecMismatch
        The models read different features.

    Examples
    --------
    >>> example = find_example()
    >>> sites = pd.DataFrame({"chrom": ["exA"], "start": [16956], "end": [16963], "strand": ["+"]})
    >>> scores = score_sites(sites, "ELAVL1", example.fasta, gtf=example.gtf)
    >>> scores[["chrom", "start", "rbp", "modalities"]].values.tolist()
    [['exA', 16956, 'ELAVL1', 'sequence,region']]
    >>> bool(scores.score.between(0, 1).all())
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(sites, pd.DataFrame):
            path = Path(folder) / "sites.bed"
            path.write_text(format_bed(sites, "sites", (*_INTERVAL_COLUMNS, "strand")), encoding="utf-8")
        else:
            path = Path(sites)
        return _score(
            PredictSettings(
                rbp=as_names(models),
                model=model,
                sites=path,
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
        )


def score_windows(
    sequences: File | Iterable[str] | Mapping[str, str],
    models: File | Iterable[File],
    *,
    model: str = PredictSettings.model,
    modalities: str = "auto",
    device: str = "auto",
    precision: str = "auto",
    threads: int = 0,
) -> pd.DataFrame:
    """Score the centre of each sequence.

    Parameters
    ----------
    sequences : str, path, iterable of str or mapping of str
        Path of a FASTA, RNA or DNA sequences 5'→3', or sequences by name.
        Models read 101 nt around the centre; bases that a shorter sequence lacks are unknown.
    models : str, path or iterable of these
        Gene symbols, aliases, experiments, paths of bundles, `all` or `all-experiments`.
    model : {'shared', 'ideep'}, optional
        Networks that names mean: one shared by all proteins, or the separate ones of the iDeep paper.
    modalities : str, optional
        'auto', 'all', or names of modalities with commas between them.
    device : str, optional
        'auto', 'cpu' or 'cuda[:N]'.
    precision : str, optional
        Arithmetic of the network: 'auto', 'fp32' or 'bf16'.
    threads : int, optional
        CPU threads; 0 takes all cores that this process may use.

    Returns
    -------
    DataFrame
        One row per sequence and model, in the order of the sequences.
        `name` is the name of the sequence; its index from 0 in a plain list.
        `rbp` is the model.
        `score` (float32, 0-1) is the probability of a site at the centre; NaN means not scored.
        `p` (float) is the p-value of the score; NaN if the model is not calibrated for what it read.
        `modalities` are the modalities that the model read, with commas between them.

    Raises
    ------
    InputError
        There is no sequence, one is empty or not made of letters, or the FASTA cannot be used.
    SpecMismatch
        The models read different features.

    Examples
    --------
    >>> sequences = {"U-rich": "GCAUUUAUUUAUUUAUUUAGC" * 5, "GC-rich": "GCCGGCGCACGGCCAGCGCAG" * 5}
    >>> scores = score_windows(sequences, "ELAVL1")
    >>> scores.name.tolist()
    ['U-rich', 'GC-rich']
    >>> bool(scores.score[0] > scores.score[1])
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "windows.fa"
        names: list[Any] | None = None
        if isinstance(sequences, str | PathLike):
            path = Path(sequences)
        elif isinstance(sequences, Mapping):
            names = list(sequences)
            path.write_text(_fasta_text(list(sequences.values())), encoding="utf-8")
        else:
            letters = list(sequences)
            names = list(range(len(letters)))
            path.write_text(_fasta_text(letters), encoding="utf-8")
        table = _score(
            PredictSettings(
                rbp=as_names(models),
                model=model,
                sites=path,
                modalities=modalities,
                device=device,
                precision=precision,
                threads=threads,
            )
        )
    if names is not None:
        table["name"] = [names[int(record)] for record in table["name"]]
    return table[_WINDOW_COLUMNS]


def _score(settings: PredictSettings) -> pd.DataFrame:
    """Score, and read the table back: scores keep each bit of their float32."""
    stream = io.StringIO()
    with preserve_threads():
        run(settings, SilentMonitor(), stream)
    stream.seek(0)
    texts = dict.fromkeys(("name", "chrom", "strand", "rbp", "modalities"), str)
    return pd.read_csv(
        stream,
        sep="\t",
        dtype={**texts, "start": "Int64", "end": "Int64", "score": "float32", "p": "float64"},
        keep_default_na=False,
        na_values={"start": [""], "end": [""], "score": [""], "p": [""]},
        quoting=csv.QUOTE_NONE,
    )


def format_bed(table: pd.DataFrame, noun: str, columns: Sequence[str] = _INTERVAL_COLUMNS) -> str:
    r"""Write a table of intervals as BED6.

    Parameters
    ----------
    table : DataFrame
        Table with the columns `chrom`, `start` and `end`, and optionally `name` and `strand`.
    noun : str
        Name of its rows, for messages ("sites").
    columns : sequence of str, optional
        Columns that the table must have.

    Returns
    -------
    str
        One line per row.

    Raises
    ------
    InputError
        The table lacks a column.

    Examples
    --------
    >>> format_bed(pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]}), "sites")
    'chr1\t5\t9\t.\t0\t.\n'
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(f"the table of {noun} lacks the columns {', '.join(missing)}: add them")
    names, strands = (table.get(column, ["."] * len(table)) for column in ("name", "strand"))
    rows = zip(table["chrom"], table["start"], table["end"], names, strands, strict=True)
    return "".join(
        f"{chrom}\t{start}\t{end}\t{_one_field(name)}\t0\t{strand}\n" for chrom, start, end, name, strand in rows
    )


def _one_field(name: Any) -> str:
    return " ".join(str(name).split()) or "."


def _fasta_text(sequences: Sequence[str]) -> str:
    """Write sequences as FASTA; the name of a record is its index."""
    if not sequences:
        raise InputError("there is no sequence: pass at least one")
    for number, sequence in enumerate(sequences):
        if not (sequence.isascii() and sequence.isalpha()):
            raise InputError(f"sequence {number} is empty or has characters that are not letters: remove them")
    return "".join(f">{number}\n{sequence}\n" for number, sequence in enumerate(sequences))
