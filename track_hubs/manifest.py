"""The manifest of a run, `manifest.json`: its assembly, tracks, models and files, and how they were made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from track_hubs.assemblies import ucsc_hosts
from track_hubs.typed_json import JsonTypeError, decode, describe_value, parse

VERSION = 5  # 1 lacks models, column names, 2bit; 2 files, ranges, sites_about; 3 variants, letters; 4 transcripts
Color = tuple[int, int, int]
MANIFEST = "manifest.json"
Kind = Literal["bigWig", "bigBed", "bed", "table"]
Role = Literal["score", "further", "sites", "motifs", "variants"]
_LIMITS = (0.0, 1.0)
_BED12 = 12  # columns of intervals with blocks
_PLAIN = re.compile(r"\w{1,64}", re.ASCII)
_MAX_COUNT = 1 << 50  # nt, bytes or rows
_MAX_COLUMNS, _MAX_ROWS = 1000, 100_000  # extra columns of a bigBed, rows of a motif or a ROC curve
_MAX_PATH, _MAX_PART = 1000, 255  # characters of a path, bytes of one part of it
Row = tuple[float, float, float, float]


class HubError(Exception):
    """Report that a hub, a manifest or one of its files cannot be used; `str(error)` is one line with a remedy."""


@dataclass(frozen=True, slots=True)
class Track:
    """One file of a run.

    Attributes
    ----------
    path : str
        Path relative to the manifest's folder, with forward slashes.
    kind : str
        Format. A "bed" is bgzipped and has a tabix index beside it. A "table" is gzipped and has a header line.
    role : str
        "score" for a number from 0 to 1 per position, "further" for another number per position, "sites" for called
        intervals, "motifs" for motif hits inside sites, "variants" for effects of variants on sites of all proteins.
        Browsers hide further tracks at first.
    group : str
        Tracks that browsers show together, usually of one RNA-binding protein; empty for variants.
    label : str
        Short label.
    long_label : str
        Long label.
    color : tuple of int
        Red, green and blue, 0 to 255.
    strand : "+", "-" or None
        Strand of a score track; None if the file has both strands.
    bed_fields : int
        Number of BED columns of a bigBed or bed.
    extra_fields : int
        Number of further columns.
    count : int or None
        Values or rows in the file; None if unknown.
    description : str or None
        Relative path of the track's own page; None for the page of its group.
    series : str
        Name that the strands of a further track share: letters, digits and underscores, unique in the group.
    limits : tuple of (float, float)
        Lowest and highest value that browsers show.
    extra_names : tuple of str
        Names of the extra columns of a bigBed, as in its autoSql.
    choices : dict of str to tuple of str
        All values of each extra column that has few.
    ranges : dict of str to tuple of (float, float)
        Limits of each numeric extra column that can be filtered, except the score.
    run : str
        Title of the track's run in a manifest of several runs; else empty.
    letters : bool
        True if browsers draw each base as high as the value there.
    """

    path: str
    kind: Kind
    role: Role
    group: str
    label: str
    long_label: str
    color: Color
    strand: Literal["+", "-"] | None = None
    bed_fields: int = 0
    extra_fields: int = 0
    count: int | None = None
    description: str | None = None
    series: str = ""
    limits: tuple[float, float] = _LIMITS
    extra_names: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    run: str = ""
    letters: bool = False


@dataclass(frozen=True, slots=True)
class Assembly:
    """The genome of the tracks.

    Attributes
    ----------
    id : str
        Name by which browsers know it, such as hg19, or a user's own name.
    title : str
        Title for readers.
    fasta : str or None
        Relative path of the FASTA copy in the run's folder, with .fai beside it; None if there is none.
    sizes : dict of str to int
        Length of each contig in nt.
    genes : str or None
        Relative path of gene models in BED12, plain or gzipped.
    note : str or None
        Warning on top of the page, such as "simulated".
    two_bit : str or None
        Relative path of the 2bit file of an assembly hub.
    are_transcripts : bool
        True if each contig is the sense strand of a transcript.
    """

    id: str
    title: str
    fasta: str | None
    sizes: dict[str, int]
    genes: str | None = None
    note: str | None = None
    two_bit: str | None = None
    are_transcripts: bool = False

    @property
    def hosted(self) -> bool:
        """True if UCSC hosts this genome."""
        return ucsc_hosts(self.id)

    @property
    def reference(self) -> str | None:
        """Relative path of the FASTA that browsers load; None if UCSC hosts the genome or there is no copy."""
        return None if self.hosted else self.fasta


@dataclass(frozen=True, slots=True)
class Model:
    """The model behind the tracks of a group, with its accuracy.

    Attributes
    ----------
    protein : str
        The RNA-binding protein. Several groups may share it.
    assay : str
        Assay of the training experiment, such as PAR-CLIP; empty if there are several experiments.
    reads : tuple of str
        Modalities that the model used in this run.
    card : dict
        Model card as JSON: training data, accuracy with confidence intervals, licence, citation.
    motif : tuple of Row
        Motif that best separates sites from background: share of A, C, G and U at each position, 5'→3'.
    motif_id : str
        Identifier of that motif.
    motif_name : str
        Its protein and consensus; empty in earlier runs.
    roc : tuple of (float, float)
        Points (false positive rate, true positive rate) from (0, 0) to (1, 1).
    roc_about : str
        Description of the sites and the background behind `roc`.
    sites_about : str
        Sentence on the share of this run's sites that is expected to be true; empty if unknown.
    """

    protein: str
    assay: str = ""
    reads: tuple[str, ...] = ()
    card: dict[str, Any] = field(default_factory=dict)
    motif: tuple[Row, ...] = ()
    motif_id: str = ""
    motif_name: str = ""
    roc: tuple[tuple[float, float], ...] = ()
    roc_about: str = ""
    sites_about: str = ""

    @property
    def motif_title(self) -> str:
        """Name and identifier of the motif, or its identifier alone."""
        return f"{self.motif_name} ({self.motif_id})" if self.motif_name else self.motif_id


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size of a file in bytes, and digest of its content ("blake2b:" and 64 hexadecimal digits)."""

    size: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """A run: its assembly, its tracks in display order, and how they were made.

    Attributes
    ----------
    title : str
        Title of the run.
    assembly : Assembly
        The genome.
    tracks : tuple of Track
        The tracks in display order.
    receipts : dict
        JSON about tool, models, digests and settings, shown unchanged.
    contact : str
        E-mail address for questions; empty if there is none.
    models : dict of str to Model
        The model of each group, if known.
    files : dict of str to FileRecord
        Record of each file of the run except the manifest, by relative path.
    version : int
        Version of the format.
    """

    title: str
    assembly: Assembly
    tracks: tuple[Track, ...]
    receipts: dict[str, Any] = field(default_factory=dict)
    contact: str = ""
    models: dict[str, Model] = field(default_factory=dict)
    files: dict[str, FileRecord] = field(default_factory=dict)
    version: int = VERSION

    @property
    def has_contact(self) -> bool:
        """True if there is a contact address. Version 0.1.0 wrote a placeholder, which does not count."""
        return self.contact not in ("", "contact@example.org")

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups in the order of their first tracks."""
        return tuple(dict.fromkeys(track.group for track in self.tracks if track.role != "variants"))

    @property
    def variants(self) -> tuple[Track, ...]:
        """Tracks of variants, which belong to no group."""
        return tuple(track for track in self.tracks if track.role == "variants")

    def has_blocks(self, group: str | None = None) -> bool:
        """Tell whether sites have blocks, as those of spliced transcripts: those of one group, or any."""
        return any(
            track.role == "sites" and track.bed_fields == _BED12 and group in (None, track.group)
            for track in self.tracks
        )

    def of(self, group: str, role: Role, kind: Kind) -> list[Track]:
        """Return the tracks of one group, role and kind, plus strand first."""
        return list(self._tracks_by_kind.get((group, role, kind), ()))

    @cached_property
    def _tracks_by_kind(self) -> dict[tuple[str, str, str], list[Track]]:
        """Tracks by group, role and kind, plus strand first."""
        by_kind: dict[tuple[str, str, str], list[Track]] = {}
        for track in sorted(self.tracks, key=lambda track: track.strand == "-"):
            by_kind.setdefault((track.group, track.role, track.kind), []).append(track)
        return by_kind

    def further(self, group: str) -> dict[str, list[Track]]:
        """Return the further tracks of one group by series, in display order, plus strand first."""
        by_series: dict[str, list[Track]] = {}
        for track in self.of(group, "further", "bigWig"):
            by_series.setdefault(track.series, []).append(track)
        return by_series


def one_line(text: str) -> str:
    r"""Put a text on one line, without unprintable characters, which XML forbids.

    Examples
    --------
    >>> one_line("a\n title")
    'a title'
    """
    printable = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(printable.split()) or "-"


def to_json(manifest: Manifest) -> str:
    """Write a manifest as JSON. The same manifest gives the same text."""
    return json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> Manifest:
    """Read a manifest from JSON.

    Parameters
    ----------
    text : str
        Text of `manifest.json`, of this version or an earlier one.

    Raises
    ------
    HubError
        The text is not JSON or not a manifest, has a newer version, a field of the wrong type or out of range, or a
        path that leads out of the run's folder.
    """
    try:
        data = parse(text)
    except JsonTypeError as error:
        raise HubError(f"manifest.json {error}; run the scan again") from error
    if not isinstance(data, dict) or type(data.get("version")) is not int:
        raise HubError("manifest.json is not the manifest of a run, because it has no version")
    if data["version"] > VERSION:
        raise HubError(
            f"manifest.json has version {data['version']}, but this program reads up to {VERSION}; update the program"
        )
    try:
        manifest: Manifest = decode(Manifest, {**data, "version": VERSION})
        _check_assembly(manifest.assembly)
        for track in manifest.tracks:
            _check_track(track)
        for group, model in manifest.models.items():
            _check_model(f"models.{describe_value(group)}", model)
        for path, record in manifest.files.items():
            _check_range(f"files.{describe_value(path)}.size", record.size, 0, _MAX_COUNT)
        for path in list_paths(manifest):
            _check_path(path)
    except JsonTypeError as error:
        raise HubError(f"manifest.json is incomplete or damaged ({error}); run the scan again") from error
    return manifest


def list_paths(manifest: Manifest) -> Iterator[str]:
    """Yield each path that a manifest names."""
    assembly = manifest.assembly
    for track in manifest.tracks:
        yield from (path for path in (track.path, track.description) if path is not None)
    yield from (path for path in (assembly.fasta, assembly.genes, assembly.two_bit) if path is not None)
    yield from manifest.files


def _check_assembly(assembly: Assembly) -> None:
    for name, length in assembly.sizes.items():
        _check_range(f"assembly.sizes.{describe_value(name)}", length, 0, _MAX_COUNT)
    if assembly.two_bit is not None and not assembly.sizes:
        raise JsonTypeError("assembly.sizes is empty although assembly.two_bit names a genome")


def _check_track(track: Track) -> None:
    place = f"track {describe_value(track.path)}"
    for part in track.color:
        _check_range(f"{place}: color", part, 0, 255)
    for name, value, limit in (
        ("bed_fields", track.bed_fields, 12),
        ("extra_fields", track.extra_fields, _MAX_COLUMNS),
        ("count", track.count or 0, _MAX_COUNT),
    ):
        _check_range(f"{place}: {name}", value, 0, limit)
    if not track.limits[0] < track.limits[1]:
        raise JsonTypeError(f"{place}: limits {track.limits} are not in ascending order")
    for name, (low, high) in track.ranges.items():
        if not low < high:
            raise JsonTypeError(f"{place}: ranges.{describe_value(name)} is {low} to {high}, not in ascending order")
    if track.role == "further" and not _PLAIN.fullmatch(track.series):
        raise JsonTypeError(f"{place}: series {describe_value(track.series)} must be letters, digits and underscores")


def _check_model(place: str, model: Model) -> None:
    for name, rows in (("motif", model.motif), ("roc", model.roc)):
        if len(rows) > _MAX_ROWS:
            raise JsonTypeError(f"{place}.{name} has more than {_MAX_ROWS} rows")
        for row in rows:
            for share in row:
                _check_range(f"{place}.{name}", share, 0, 1)


def _check_range(place: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise JsonTypeError(f"{place} is {value} instead of {low} to {high}")


def _check_path(path: str) -> None:
    parts = path.split("/")
    if (
        not path.isprintable()
        or path.startswith("/")
        or "\\" in path
        or len(path) > _MAX_PATH
        or any(part in ("", "..") or len(part.encode()) > _MAX_PART for part in parts)
    ):
        raise JsonTypeError(f"{describe_value(path)} is not a path inside the run's folder")
