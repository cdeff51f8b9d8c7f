"""Say once what holds for several models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NAMED = 3  # names that a note lists before it counts the rest


def join_names(names: Sequence[str]) -> str:
    """List a few names, and count the rest.

    Parameters
    ----------
    names : Sequence[str]
        Names in the order to list them.

    Examples
    --------
    >>> join_names(["ELAVL1", "FUS"])
    'ELAVL1, FUS'
    >>> join_names(["ELAVL1", "FUS", "QKI", "TIA1", "PUM2"])
    'ELAVL1, FUS, QKI and 2 more'
    """
    if len(names) <= NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


def group_remarks(remarks: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Make a note of each remark, with the names that it holds for.

    Parameters
    ----------
    remarks : Iterable[tuple[str, str]]
        Names of models, each with a remark on it.

    Examples
    --------
    >>> group_remarks([("ELAVL1", "not calibrated"), ("FUS", "not calibrated")])
    ('ELAVL1, FUS: not calibrated',)
    """
    names: dict[str, list[str]] = {}
    for name, remark in remarks:
        names.setdefault(remark, []).append(name)
    return tuple(f"{join_names(models)}: {remark}" for remark, models in names.items())
