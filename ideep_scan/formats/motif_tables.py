"""Tables of learned motifs: one row per motif, or one row per match with a known motif; tab-separated.

An unknown number is an empty field.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from ideep_scan.records.learned_motif import Enrichment, Importance, KnownMatch, LearnedMotif, MotifCollection

_TESTS = ("bound_hits", "bound", "unbound_hits", "unbound", "odds_ratio", "p", "q")
_MATCHES = ("known_id", "known_symbol", "known_set", "known_p", "known_e", "known_q", "known_offset", "known_overlap")
MOTIF_COLUMNS = (
    "id", "consensus", "origin", "cluster", "width", "sites", "information", *_TESTS, "distance",
    *Importance._fields, *_MATCHES,
)  # fmt: skip
MATCH_COLUMNS = ("id", "consensus", *_MATCHES)


def list_motif_rows(collection: MotifCollection) -> Iterator[str]:
    """List the lines of the table of a model's motifs, with line ends; see `list_motif_fields`.

    Parameters
    ----------
    collection : MotifCollection
        The motifs.

    Yields
    ------
    str
        The header, then a line per motif.
    """
    yield _line(MOTIF_COLUMNS)
    yield from map(_line, list_motif_fields(collection))


def list_motif_fields(collection: MotifCollection) -> Iterator[tuple[object, ...]]:
    """List the fields of the motifs of a model, those of a cluster together, the strongest clusters first.

    `cluster` is the id of the motif that stands for the cluster.
    `distance` is the median distance of best hits from the centre of the window, nt; negative on the 5' side.
    The known motif is the best match.

    Parameters
    ----------
    collection : MotifCollection
        The motifs.

    Yields
    ------
    tuple
        The values of `MOTIF_COLUMNS`; None for an unknown value.
    """
    for cluster, motif in list_by_cluster(collection):
        match = motif.matches[0] if motif.matches else None
        yield (
            motif.pwm.id,
            motif.pwm.name,
            motif.origin,
            cluster,
            len(motif.pwm),
            motif.sites,
            motif.information,
            *_fields(motif.enrichment, Enrichment._fields),
            find_median_distance(motif.distances),
            *_fields(motif.importance, Importance._fields),
            *_fields(match, KnownMatch._fields),
        )


def list_match_rows(collection: MotifCollection) -> Iterator[str]:
    """List the lines of the table of all matches with known motifs, best first for each motif.

    Parameters
    ----------
    collection : MotifCollection
        The motifs.

    Yields
    ------
    str
        The header, then a line per match, with line ends.
    """
    yield _line(MATCH_COLUMNS)
    for _, motif in list_by_cluster(collection):
        for match in motif.matches:
            yield _line((motif.pwm.id, motif.pwm.name, *match))


def list_by_cluster(collection: MotifCollection) -> Iterator[tuple[str, LearnedMotif]]:
    """Yield the motifs by cluster, each with the id of the motif that stands for the cluster."""
    motifs: Mapping[str, LearnedMotif] = {motif.pwm.id: motif for motif in collection.motifs}
    for cluster in collection.clusters:
        for member in cluster.members:
            yield cluster.members[0], motifs[member]


def find_median_distance(distances: np.ndarray) -> float:
    """Find the median distance of hits from the centre of a window.

    Parameters
    ----------
    distances : np.ndarray
        Int64 array (window,), windows by the place of their best hit.

    Returns
    -------
    float
        Nt, negative on the 5' side; NaN without hits.

    Examples
    --------
    >>> find_median_distance(np.array([0, 3, 0, 1, 0]))
    -1.0
    """
    places = np.repeat(np.arange(len(distances)) - len(distances) // 2, distances)
    return float(np.median(places)) if len(places) else math.nan


def _fields(values: tuple[object, ...] | None, names: tuple[str, ...]) -> tuple[object, ...]:
    """Return the fields of a record, or as many unknown ones."""
    return (None,) * len(names) if values is None else tuple(values)


def _line(fields: Iterable[object]) -> str:
    return "\t".join(map(_text, fields)) + "\n"


def _text(field: object) -> str:
    """Write a field: texts on one line, numbers with up to 6 significant digits, nothing for an unknown value."""
    if field is None:
        return ""
    if isinstance(field, float):
        return "" if math.isnan(field) else f"{field:.6g}"
    return " ".join(str(field).split())
