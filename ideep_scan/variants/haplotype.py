"""Haplotypes: letters with their reference positions, and the scores of many of them in few network calls.

The reference is a haplotype without a change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.edited_sequence import featurize_edited_sequence
from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.kernels.onehot import encode
from ideep_scan.models.ordered_map import map_in_order
from ideep_scan.models.tile_scores import TileScorer, score_tile
from ideep_scan.records.span import Strand
from ideep_scan.records.variant import Variant
from ideep_scan.records.walk import Walk

LETTERS = 2**13  # letters of a tile, halos included; the results of a network call fit in the processor's caches
PADDING = 2**9  # letters that a tile may lack and is then filled up with: oneDNN stores code for each large size
QUEUE_LIMIT = 16  # tiles that are scored or wait for a thread


@dataclass(frozen=True, slots=True, eq=False)
class Haplotype:
    """Letters of the plus strand in genome order, wide enough for the windows of all but the outermost `half`.

    Attributes
    ----------
    codes : np.ndarray
        Int8 array (n,), 0-4.
    places : np.ndarray
        Int64 array (n,), reference position of each letter.
        Unchanged letters keep their position.
        The first letters of an alternate allele have the positions of the letters that they replace.
        Additional letters have the last of these positions.
    inserted : np.ndarray
        Bool array (n,), True for additional letters.
    """

    codes: np.ndarray
    places: np.ndarray
    inserted: np.ndarray

    def __len__(self) -> int:
        return self.codes.size

    def aligned(self, scores: np.ndarray, start: int, length: int) -> tuple[np.ndarray, np.ndarray]:
        """Align the scores of the letters to the reference.

        Parameters
        ----------
        scores : np.ndarray
            Float32 array (letters,); NaN means "not scored".
        start : int
            First reference position, 0-based.
        length : int
            Number of reference positions.

        Returns
        -------
        tuple[np.ndarray, np.ndarray]
            Float32 array (length,), NaN where a base is deleted, not scored, or outside the haplotype.
            Float32 array (k,), the scores of the inserted letters, in genome order.
        """
        out = np.full(length, np.nan, np.float32)
        offsets = self.places - start
        mask = ~self.inserted & (offsets >= 0) & (offsets < length)
        out[offsets[mask]] = scores[mask]
        return out, scores[self.inserted]


def reference_haplotype(codes: np.ndarray, start: int) -> Haplotype:
    """Wrap the reference's codes from a position on."""
    return Haplotype(codes, np.arange(start, start + codes.size), np.zeros(codes.size, np.bool_))


def alternate_haplotype(allele: Sequence[Variant], codes: np.ndarray, start: int) -> Haplotype:
    """Build the haplotype with the changes of an allele.

    Parameters
    ----------
    allele : sequence of Variant
        One or more changes: sorted, disjoint, on one contig.
    codes : np.ndarray
        Int8 array (n,), reference around all changes.
    start : int
        Position of the first code.

    Returns
    -------
    Haplotype
        All letters of the alternate haplotype.
    """
    letters, places, inserted = [], [], []
    position = start
    for change in allele:
        alt = encode(change.alt.encode())
        last = max(change.end - 1, change.start)
        letters += [codes[position - start : change.start - start], alt]
        places += [np.arange(position, change.start), np.minimum(change.start + np.arange(alt.size), last)]
        inserted += [np.zeros(change.start - position, np.bool_), np.arange(alt.size) >= len(change.ref)]
        position = change.end
    end = start + codes.size
    return Haplotype(
        np.concatenate([*letters, codes[position - start :]]),
        np.concatenate([*places, np.arange(position, end)]),
        np.concatenate([*inserted, np.zeros(end - position, np.bool_)]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A haplotype to score on one strand.

    Attributes
    ----------
    chrom : str
        Contig of the places.
    strand : Strand
        Strand to score.
    haplotype : Haplotype
        The letters.
    mask : np.ndarray
        Bool array (letters,), True for letters to score; the window of each lies inside of the haplotype.
    """

    chrom: str
    strand: Strand
    haplotype: Haplotype
    mask: np.ndarray


def score_lines(
    lines: Iterable[Line], featurizer: Featurizer, scorers: Sequence[TileScorer], pool: Executor | None = None
) -> dict[Line, np.ndarray]:
    """Score the letters of many haplotypes, many of them in one network call.

    Parameters
    ----------
    lines : iterable of Line
        The haplotypes, in any order; a line may come twice.
        Tiles are scored while further lines are made.
    featurizer : Featurizer
        Computes the features for all models.
    scorers : sequence of TileScorer
        The models.
    pool : Executor or None
        Threads that score one tile each; None scores in this thread.

    Returns
    -------
    dict of Line to np.ndarray
        For each line a float32 array (models, letters) in genome order; NaN means "not scored".
    """
    out: dict[Line, np.ndarray] = {}

    def new_lines() -> Iterator[Line]:
        for line in lines:
            if line not in out:
                out[line] = np.full((len(scorers), len(line.haplotype)), np.nan, np.float32)
                yield line

    def score(task: tuple[list[_Piece], Tile]) -> tuple[list[_Piece], np.ndarray]:
        pieces, tile = task
        return pieces, score_tile(tile, scorers)

    tasks = ((pieces, _tile(pieces, featurizer)) for pieces in _packed(_pieces(new_lines(), featurizer.spec.half)))
    for pieces, scores in map_in_order(score, tasks, pool, QUEUE_LIMIT):
        values = scores if pieces[0].line.strand == "+" else scores[:, ::-1]
        first = 0
        for piece in pieces:
            out[piece.line][:, piece.start + piece.scored] = values[:, first : first + piece.scored.size]
            first += piece.scored.size
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Neighbouring letters of a line, in one tile.

    Attributes
    ----------
    line : Line
        The line.
    start, end : int
        Letters of the haplotype.
    scored : np.ndarray
        Int64 array, ascending indices of the scored letters, from `start` on.
    """

    line: Line
    start: int
    end: int
    scored: np.ndarray

    def __len__(self) -> int:
        return self.end - self.start


def _pieces(lines: Iterable[Line], half: int) -> Iterator[_Piece]:
    """Cut haplotypes to pieces that fit into a tile; leave out letters before and after all scored windows."""
    for line in lines:
        letters = np.flatnonzero(line.mask)
        while letters.size:
            count = int(np.searchsorted(letters, letters[0] + LETTERS - 2 * half))
            start, end = int(letters[0]) - half, int(letters[count - 1]) + half + 1
            yield _Piece(line, start, end, letters[:count] - start)
            letters = letters[count:]


def _packed(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Gather the pieces of one contig and strand up to the size of a tile."""
    gathered: dict[tuple[str, Strand], list[_Piece]] = {}
    sizes: Counter[tuple[str, Strand]] = Counter()
    for piece in pieces:
        key = piece.line.chrom, piece.line.strand
        if sizes[key] and sizes[key] + len(piece) > LETTERS:
            yield gathered.pop(key)
            sizes[key] = 0
        gathered.setdefault(key, []).append(piece)
        sizes[key] += len(piece)
    yield from gathered.values()


def _tile(pieces: Sequence[_Piece], featurizer: Featurizer) -> Tile:
    """Compute the features of pieces, one behind the other; letters that are not scored pad the last one."""
    starts = np.cumsum([0, *map(len, pieces)])
    scored = np.concatenate([start + piece.scored for start, piece in zip(starts, pieces, strict=False)])
    line = pieces[0].line
    places = [piece.line.haplotype.places[piece.start : piece.end] for piece in pieces]
    codes = [piece.line.haplotype.codes[piece.start : piece.end] for piece in pieces]
    missing = LETTERS - int(starts[-1])
    if 0 < missing <= PADDING:
        places.append(np.resize(places[0], missing))
        codes[-1] = np.concatenate([codes[-1], np.resize(codes[0], missing)])
    if line.strand == "-":
        scored = (sum(map(len, codes)) - 1 - scored)[::-1].copy()
    walk = Walk(line.chrom, line.strand, tuple(block for piece in places for block in _blocks(piece)))
    return featurize_edited_sequence(featurizer, walk, codes, scored)


def _blocks(places: np.ndarray) -> Iterator[tuple[int, int]]:
    """Group ascending positions into blocks of neighbours; a repeated position is a block each time."""
    cuts = np.flatnonzero(np.diff(places) != 1) + 1
    for run in np.split(places, cuts):
        yield int(run[0]), int(run[-1]) + 1
