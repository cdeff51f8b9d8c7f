"""Scores of one cell of the benchmark with their receipt, in one file that is there whole or not at all.

It scores and measures nothing.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.benchmark.records import Cell, Result
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.records.estimate import Estimate

# What numpy, zlib and json raise for files that are cut, damaged or something else.
_BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


def scores_path(out: Path, cell: Cell) -> Path:
    """Where the scores of a cell lie: OUT/scores/PROTOCOL/METHOD/EXPERIMENT[.foldXofN].npz."""
    fold = f".fold{cell.fold}of{cell.folds}" if cell.fold else ""
    return out / "scores" / cell.protocol / cell.method / f"{cell.experiment}{fold}.npz"


def write_scores(path: Path, result: Result, receipt: Mapping[str, Any]) -> None:
    """Keep a result beside what it was made from.

    Parameters
    ----------
    receipt : JSON values.

    Raises
    ------
    OutputError : the file cannot be written; nothing stands under its name then.
    """
    figures = {"auc": asdict(result.auc), "auprc": asdict(result.auprc), "seconds": result.seconds}
    with AtomicFile(path) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            labels=result.labels,
            scores=result.scores,
            receipt=np.array(json.dumps(receipt, sort_keys=True)),
            figures=np.array(json.dumps(figures)),
        )


def read_scores(path: Path, receipt: Mapping[str, Any]) -> Result | None:
    """The result kept in a file; None where there is none, it is damaged, or was made from something else."""
    try:
        # Opened here, for numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if json.loads(str(file["receipt"])) != receipt:
                return None
            figures, labels, scores = json.loads(str(file["figures"])), file["labels"], file["scores"]
        result = Result(
            labels, scores, Estimate(**figures["auc"]), Estimate(**figures["auprc"]), float(figures["seconds"])
        )
    except _BROKEN:
        return None
    sound = labels.ndim == 1 and labels.shape == scores.shape and bool(np.isfinite(scores).all())
    return result if sound else None
