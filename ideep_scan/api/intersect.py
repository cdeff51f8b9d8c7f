"""Sites of finished runs that variants or intervals overlap, from Python."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import pandas as pd

from ideep_scan.api.arguments import File
from ideep_scan.api.finished_run import Run
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.api.sites import format_bed
from ideep_scan.jobs.intersect.run import run
from ideep_scan.jobs.intersect.settings import IntersectSettings

_WHOLE = ("start", "end", "pos", "site_start", "site_end", "summit", "distance")
_NUMBERS = ("score", "p_value", "precision")


def intersect(runs: Run | File | Iterable[Run | File], intervals: File | pd.DataFrame) -> pd.DataFrame:
    """List the sites of finished runs that variants or intervals overlap.

    Parameters
    ----------
    runs : Run, str, path or iterable of these
        Finished runs, or their folders.
    intervals : str, path or DataFrame
        VCF, BCF or BED, plain or gzipped; or a table with the columns `chrom`, `start` and `end` (0-based, half-open),
        and optionally `name` and `strand`.
        An interval on '+' or '-' overlaps sites of its strand only; '.' overlaps both.

    Returns
    -------
    DataFrame
        One row per overlap, in the order of the input, with the columns of `ideep-scan intersect`.
        `pos` of a VCF is 1-based.
        `start`, `end`, `site_start`, `site_end` and `summit` are 0-based, intervals half-open.
        `distance` is the distance in nt from the summit to the interval: negative 5' of the summit, 0 if it is inside.
        `score` (0-1), `p_value` and `precision` are NaN if they are unknown; unknown texts are '.'.

    Raises
    ------
    InputError
        A folder holds no finished run, a run is damaged, the runs have different genomes,
        or the intervals cannot be used.

    Examples
    --------
    >>> site = read_run(finished).sites("ELAVL1").iloc[0]
    >>> table = intersect(finished, pd.DataFrame({"chrom": [site.chrom], "start": [site.summit], "end": [site.end]}))
    >>> table[["model", "distance"]].values.tolist()
    [['ELAVL1', 0]]
    >>> bool(table.score[0] == site.score)
    True
    """
    several = [runs] if isinstance(runs, Run | str | PathLike) else list(runs)
    folders = tuple(item.folder if isinstance(item, Run) else Path(item) for item in several)
    stream = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(intervals, pd.DataFrame):
            path = Path(folder) / "intervals.bed"
            path.write_text(format_bed(intervals, "intervals"), encoding="utf-8")
        else:
            path = Path(intervals)
        settings = IntersectSettings(folders, path)
        settings.check()
        run(settings, SilentMonitor(), stream)
    return _read(stream.getvalue())


def _read(text: str) -> pd.DataFrame:
    """Read a table back. Texts such as NA stay texts."""
    names = text.partition("\n")[0].split("\t")
    texts = dict.fromkeys((name for name in names if name not in (*_WHOLE, *_NUMBERS)), str)
    return pd.read_csv(
        io.StringIO(text),
        sep="\t",
        dtype={**texts, **dict.fromkeys(_WHOLE, "int64"), **dict.fromkeys(_NUMBERS, "float64")},
        keep_default_na=False,
        na_values={name: [""] for name in _NUMBERS},
        quoting=csv.QUOTE_NONE,
    )
