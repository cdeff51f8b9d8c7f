"""Score files of the benchmark: the result of one cell with its receipt, written by atomic rename."""

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

# Errors of numpy, zlib and json for truncated, damaged and foreign files.
_BROKEN = (
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def locate_scores(out: Path, cell: Cell) -> Path:
    """Return the path of a cell's scores: OUT/scores/PROTOCOL/METHOD/EXPERIMENT[.foldXofN].npz."""
    fold = f".fold{cell.fold}of{cell.folds}" if cell.fold else ""
    return out / "scores" / cell.protocol / cell.method / f"{cell.experiment}{fold}.npz"


def write_scores(path: Path, result: Result, receipt: Mapping[str, Any]) -> None:
    """Write a result with its receipt.

    Parameters
    ----------
    path : Path
        File to write.
    result : Result
        Result of the cell.
    receipt : mapping of str to Any
        JSON values that describe the data, the method and the seed.

    Raises
    ------
    OutputError
        The file cannot be written. An earlier file stays as it was.
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
    """Read a result.

    Parameters
    ----------
    path : Path
        File that `write_scores` wrote.
    receipt : mapping of str to Any
        Receipt that the file must have.

    Returns
    -------
    Result or None
        None if the file is absent or damaged, or has another receipt.
    """
    try:
        # Opened here because numpy leaves a file open if it is not an archive.
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if json.loads(str(file["receipt"])) != receipt:
                return None
            figures, labels, scores = json.loads(str(file["figures"])), file["labels"], file["scores"]
        result = Result(
            labels, scores, Estimate(**figures["auc"]), Estimate(**figures["auprc"]), float(figures["seconds"])
        )
        is_sound = labels.ndim == 1 and labels.shape == scores.shape and bool(np.isfinite(scores).all())
    except _BROKEN:
        return None
    return result if is_sound else None
