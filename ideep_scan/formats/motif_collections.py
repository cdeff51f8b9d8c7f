"""Collections of learned motifs: a zip archive with one JSON member per model.

| member | content |
|---|---|
| `models/NAME.json` | the collection of a model |
| `leaders/NAME.json` | the part of it that a scan needs, which is read in a tenth of the time |
| `filters/N.json` | weights of a first convolution, which models of one network share |

The package has an archive for each store of models.
Numbers are rounded to four significant digits, counts excepted.
"""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.text import require_file
from ideep_scan.records.learned_motif import (
    Enrichment,
    Importance,
    KnownMatch,
    LearnedMotif,
    MotifCluster,
    MotifCollection,
    Origin,
)
from ideep_scan.records.pwm import Pwm
from track_hubs.typed_json import JsonTypeError, decode, parse

DIGITS = 4
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can hold; equal content gives equal bytes
_REMEDY = "make it again with scripts/make_motifs, or reinstall ideep-scan"
_NO_FILTERS = np.zeros((0, 4, 0), np.float32)
_Number = float | Literal["inf"] | None  # None is NaN


@dataclass(frozen=True)
class _MotifRow:
    """A motif as JSON values, in the order of the fields of `LearnedMotif`."""

    id: str
    name: str
    symbol: str
    counts: tuple[tuple[float, float, float, float], ...]
    origin: Origin
    sites: int
    information: _Number
    contributions: tuple[tuple[float, float, float, float], ...] | None
    enrichment: tuple[int, int, int, int, _Number, _Number, _Number] | None
    distances: tuple[int, ...]
    matches: tuple[tuple[str, str, str, _Number, _Number, _Number, int, int], ...]
    importance: tuple[_Number, _Number, _Number, _Number, _Number, _Number, int] | None


@dataclass(frozen=True)
class _ClusterRow:
    """A cluster as JSON values."""

    members: tuple[str, ...]
    copies: tuple[int, ...]
    spacings: tuple[int, ...]


@dataclass(frozen=True)
class _CollectionRow:
    """A collection as JSON values; `filters` is the number of its member with weights."""

    model: str
    protein: str
    digest: str
    windows: str
    bound: int
    unbound: int
    filters: int
    silent: tuple[int, ...]
    agreement: _Number
    motifs: tuple[_MotifRow, ...]
    clusters: tuple[_ClusterRow, ...]


def find_archive(store: str) -> Path:
    """Return the path of the package's archive for a store of models, which may not exist.

    Parameters
    ----------
    store : str
        Name from `models.store_names.STORES`.

    Returns
    -------
    Path
        The archive.
    """
    return Path(str(resources.files("ideep_scan") / "data" / "motifs" / f"{store}.zip"))


def read_collection(store: str, model: str) -> MotifCollection | None:
    """Read the collection that the package ships for a model.

    Parameters
    ----------
    store : str
        Name from `models.store_names.STORES`.
    model : str
        Name of the model.

    Returns
    -------
    MotifCollection or None
        None if the package has none for this model.

    Raises
    ------
    InputError
        The archive is damaged.
    """
    path = find_archive(store)
    return next(iter(read_collections(path, [model])), None) if path.is_file() else None


def read_collections(
    path: Path, models: Iterable[str] | None = None, *, leaders: bool = False
) -> list[MotifCollection]:
    """Read collections of an archive.

    Parameters
    ----------
    path : Path
        The archive.
    models : iterable of str or None
        Names of models; those that the archive lacks are left out. None reads all.
    leaders : bool
        Read only the measured motifs that are the first of their cluster, and of them only what a scan needs.

    Returns
    -------
    list of MotifCollection
        In the order of `models`, or of the archive.

    Raises
    ------
    InputError
        The archive is missing or damaged.
    """
    require_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            present = [name for name in archive.namelist() if name.startswith("models/")]
            names = present if models is None else [name for model in models if (name := _member(model)) in present]
            rows = [decode(_CollectionRow, _load_row(archive, name, leaders)) for name in names]
            numbers = set() if leaders else {row.filters for row in rows}
            weights = {number: _load_filters(archive, number) for number in numbers}
        return [_make_collection(row, weights.get(row.filters, _NO_FILTERS)) for row in rows]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, UnicodeDecodeError) as error:
        raise InputError(f"is damaged or not an archive of motifs ({_brief(error)}): {_REMEDY}", path) from error
    except JsonTypeError as error:
        raise InputError(f"is damaged ({error}): {_REMEDY}", path) from error


def write_collections(path: Path, collections: Sequence[MotifCollection]) -> None:
    """Write an archive; equal collections give equal bytes.

    Parameters
    ----------
    path : Path
        File to write, under its name when it is complete.
    collections : sequence of MotifCollection
        The collections, of one model each.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    numbers: dict[bytes, int] = {}
    with AtomicFile(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for collection in sorted(collections, key=lambda item: item.model):
            weights = collection.filters.astype(np.float32)
            key = repr(weights.shape).encode() + weights.tobytes()
            if key not in numbers:
                numbers[key] = len(numbers)
                _store(archive, f"filters/{numbers[key]}.json", _list_numbers(weights))
            row = asdict(_make_row(collection, numbers[key]))
            _store(archive, _member(collection.model), row)
            _store(archive, f"leaders/{collection.model}.json", _select_leaders(row))


def _member(model: str) -> str:
    return f"models/{model}.json"


def _store(archive: zipfile.ZipFile, name: str, values: Any) -> None:
    """Add a member of JSON."""
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, json.dumps(values, separators=(",", ":"), allow_nan=False))


def _load(archive: zipfile.ZipFile, name: str) -> Any:
    """Parse a member."""
    return parse(archive.read(name).decode())


def _load_row(archive: zipfile.ZipFile, name: str, leaders: bool) -> Any:
    """Parse the collection of a model, or what a scan needs of it."""
    if not leaders:
        return _load(archive, name)
    part = name.replace("models/", "leaders/", 1)
    return _select_leaders(_load(archive, part if part in archive.NameToInfo else name))


def _select_leaders(values: Any) -> Any:
    """Select the measured motifs that are the first of their cluster, with what a scan needs."""
    try:
        firsts = {cluster["members"][0] for cluster in values["clusters"]}
        motifs = {
            motif["id"]: {**motif, "distances": [], "matches": [], "contributions": None}
            for motif in values["motifs"]
            if motif["id"] in firsts and motif["importance"] is not None
        }
        clusters = [
            {"members": cluster["members"][:1], "copies": [], "spacings": []}
            for cluster in values["clusters"]
            if cluster["members"][0] in motifs
        ]
    except (TypeError, KeyError, IndexError) as error:
        raise JsonTypeError("its motifs or clusters are malformed") from error
    return {**values, "motifs": list(motifs.values()), "clusters": clusters}


def _load_filters(archive: zipfile.ZipFile, number: int) -> np.ndarray:
    """Read the weights of a first convolution: float32 (filters, 4, width)."""
    rows: Any = decode(tuple[tuple[tuple[float, ...], ...], ...], _load(archive, f"filters/{number}.json"))
    try:
        return np.array(rows, np.float32).reshape(len(rows), 4, -1)
    except ValueError as error:
        raise JsonTypeError("its weights are not a table of filters, letters and positions") from error


def _make_row(collection: MotifCollection, number: int) -> _CollectionRow:
    return _CollectionRow(
        model=collection.model,
        protein=collection.protein,
        digest=collection.digest,
        windows=collection.windows,
        bound=collection.bound,
        unbound=collection.unbound,
        filters=number,
        silent=collection.silent,
        agreement=_round(collection.agreement),
        motifs=tuple(map(_make_motif_row, collection.motifs)),
        clusters=tuple(_ClusterRow(item.members, item.copies, item.spacings) for item in collection.clusters),
    )


def _make_motif_row(motif: LearnedMotif) -> _MotifRow:
    values: Any = [
        None if item is None else [_round(value) for value in item] for item in (motif.enrichment, motif.importance)
    ]
    return _MotifRow(
        id=motif.pwm.id,
        name=motif.pwm.name,
        symbol=motif.pwm.symbol,
        counts=_list_numbers(motif.pwm.counts, digits=9),
        origin=motif.origin,
        sites=motif.sites,
        information=_round(motif.information),
        contributions=None if motif.contributions is None else _list_numbers(motif.contributions),
        enrichment=values[0],
        distances=tuple(motif.distances.tolist()),
        matches=tuple(tuple(map(_round, match)) for match in motif.matches),
        importance=values[1],
    )


def _make_collection(row: _CollectionRow, filters: np.ndarray) -> MotifCollection:
    return MotifCollection(
        model=row.model,
        protein=row.protein,
        digest=row.digest,
        windows=row.windows,
        bound=row.bound,
        unbound=row.unbound,
        filters=filters,
        silent=row.silent,
        agreement=_float(row.agreement),
        motifs=tuple(map(_make_motif, row.motifs)),
        clusters=tuple(MotifCluster(item.members, item.copies, item.spacings) for item in row.clusters),
    )


def _make_motif(row: _MotifRow) -> LearnedMotif:
    contributions = None if row.contributions is None else np.array(row.contributions, np.float32).reshape(-1, 4)
    enrichment, importance = row.enrichment, row.importance
    return LearnedMotif(
        pwm=Pwm(row.id, row.name, row.symbol, np.array(row.counts, np.float64).reshape(-1, 4)),
        origin=row.origin,
        sites=row.sites,
        information=_float(row.information),
        contributions=contributions,
        enrichment=None if enrichment is None else Enrichment._make([*enrichment[:4], *map(_float, enrichment[4:])]),
        distances=np.array(row.distances, np.int64),
        matches=tuple(KnownMatch._make([*match[:3], *map(_float, match[3:6]), *match[6:]]) for match in row.matches),
        importance=None if importance is None else Importance._make([*map(_float, importance[:6]), importance[6]]),
    )


def _list_numbers(array: np.ndarray, digits: int = DIGITS) -> Any:
    """Turn an array into nested lists of rounded numbers."""
    if array.ndim > 1:
        return [_list_numbers(part, digits) for part in array]
    return [_shorten(value, digits) for value in array.tolist()]


def _shorten(value: float, digits: int = DIGITS) -> float:
    """Round a number to significant digits; a whole number becomes an int, which is shorter."""
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e9 else rounded


def _round(value: Any) -> Any:
    """Round a float as JSON holds it; leave ints and texts alone."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    return "inf" if math.isinf(value) else _shorten(value)


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _brief(error: Exception) -> str:
    return str(error).strip("'\"") or type(error).__name__
