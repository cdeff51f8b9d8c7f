"""Notes that hold for several models, written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MAX_NAMES = 3  # names in a list that is cut short


def join_names(names: Sequence[str]) -> str:
    """Join names to a list that is short enough for a note.

    Parameters
    ----------
    names : Sequence[str]
        Names in the order of the list.

    Returns
    -------
    str
        All names if there are at most four. Otherwise three names and the number of the others.

    Examples
    --------
    >>> join_names(["ELAVL1", "FUS"])
    'ELAVL1, FUS'
    >>> join_names(["ELAVL1", "FUS", "QKI", "TIA1", "PUM2"])
    'ELAVL1, FUS, QKI and 2 more'
    """
    if len(names) <= MAX_NAMES + 1:
        return ", ".join(names)
    return f"{', '.join(names[:MAX_NAMES])} and {len(names) - MAX_NAMES} more"


def group_remarks(remarks: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Combine equal remarks into one note that names all their models.

    Parameters
    ----------
    remarks : Iterable[tuple[str, str]]
        Pairs of a model's name and a remark.

    Returns
    -------
    tuple[str, ...]
        One note per remark, in the order of the first occurrence.

    Examples
    --------
    >>> group_remarks([("ELAVL1", "not calibrated"), ("FUS", "not calibrated")])
    ('ELAVL1, FUS: not calibrated',)
    """
    names: dict[str, list[str]] = {}
    for name, remark in remarks:
        names.setdefault(remark, []).append(name)
    return tuple(f"{join_names(models)}: {remark}" for remark, models in names.items())
