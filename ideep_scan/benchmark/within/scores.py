"""Log odds of models at all rows of a ground, from the path of a scan, cached in files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.within.ground import Ground
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import SequenceSource
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.kernels.smoothing import NEAREST
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import Strand
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.sweep import sweep


def name_scores(folder: Path, label: str, model: str, digests: Sequence[str]) -> Path:
    """Name the file with the scores of a model.

    Parameters
    ----------
    folder : Path
        Folder of the results.
    label : str
        Name of the output.
    model : str
        Name of the model.
    digests : sequence of str
        Digests of all that the scores depend on.

    Returns
    -------
    Path
        The file, which need not exist.
    """
    digest = hashlib.sha256(" ".join(digests).encode()).hexdigest()[:16]
    return folder / "scores" / label.replace(" ", "_") / f"{model}.{digest}.npy"


def read_scores(path: Path, count: int) -> np.ndarray | None:
    """Read log odds: float16 array (count,); None without a file of this size."""
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return values if values.shape == (count,) and values.dtype == np.float16 else None


@contextmanager
def open_scores(path: Path, count: int) -> Iterator[np.ndarray]:
    """Open an array on disk for log odds; the file gets its name at the end of the block.

    Parameters
    ----------
    path : Path
        The file.
    count : int
        Number of rows.

    Yields
    ------
    np.ndarray
        Float16 array (count,), to fill.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    with AtomicFile(path) as part:
        array = np.lib.format.open_memmap(part, "w+", np.float16, (count,))
        yield array
        array.flush()


def compute_scores(
    ground: Ground,
    source: SequenceSource,
    featurizer: Featurizer,
    scorers: Sequence[Scorer],
    *,
    arrays: Sequence[np.ndarray],
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Score all rows, as a scan does; features are computed once for all models.

    Parameters
    ----------
    ground : Ground
        The rows.
    source : SequenceSource
        The genome.
    featurizer : Featurizer
        Computes the features.
    scorers : sequence of Scorer
        The models.
    arrays : sequence of np.ndarray
        Float16 arrays (n,), one per model, which receive the log odds.
    on_progress : callable or None
        Receives the number of positions of each chunk that is done.
    """
    index = _index_rows(ground)
    chunks = cut_chunks(ground.list_stretches())
    for chunk, tracks in sweep(chunks, source, featurizer, scorers, on_progress=on_progress):
        positions, rows = index[chunk.chrom, chunk.strand]
        part = slice(*np.searchsorted(positions, [chunk.start, chunk.end]))
        for model, track in enumerate(tracks):
            arrays[model][rows[part]] = _compute_log_odds(track.values[positions[part] - chunk.start])


def _index_rows(ground: Ground) -> dict[tuple[str, Strand], tuple[np.ndarray, np.ndarray]]:
    """Sort the rows of each strand by genome position: positions and rows."""
    gathered: dict[tuple[str, Strand], list[np.ndarray]] = {}
    for rows, span in ground.iterate_genes():
        gathered.setdefault((span.chrom, span.strand), []).append(np.arange(rows.start, rows.stop))
    index = {}
    for place, parts in gathered.items():
        all_rows = np.concatenate(parts)
        order = np.argsort(ground.positions[all_rows], kind="stable")
        index[place] = ground.positions[all_rows[order]], all_rows[order]
    return index


def _compute_log_odds(scores: np.ndarray) -> np.ndarray:
    clipped = np.clip(scores.astype(np.float64), np.finfo(np.float32).tiny, 1 - NEAREST)
    return np.log(clipped) - np.log1p(-clipped)
