"""What a run left, as the browser side needs to know it: `manifest.json`. It opens no track."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from track_hubs.assemblies import ucsc_hosts
from track_hubs.typed_json import NotTyped, decode, parse, shown

VERSION = 3  # 1: no models, no names of fields, no 2bit; 2: no files, no ranges, no words about sites
Color = tuple[int, int, int]
MANIFEST = "manifest.json"
Kind = Literal["bigWig", "bigBed", "bed", "table"]
Role = Literal["score", "further", "sites", "motifs"]
_LIMITS = (0.0, 1.0)
_PLAIN = re.compile(r"\w{1,64}", re.ASCII)
_MOST = 1 << 50  # nt, bytes or rows
_COLUMNS, _ROWS = 1000, 100_000  # extra columns of a bigBed, rows of a motif or a ROC curve
_PATH, _PART = 1000, 255  # characters of a path, bytes of one part of it
Row = tuple[float, float, float, float]


class HubError(Exception):
    """A manifest or a file it names cannot be used; `str(error)` is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Track:
    """One file of a run.

    Attributes
    ----------
    path : relative to the manifest's folder, with forward slashes.
    kind : format. A bed is bgzipped with a tabix index beside it; a table is gzipped, with a header line.
    role : score = a number per position, 0 to 1; further = another one, hidden until it is asked for; sites = called
        intervals; motifs = motif hits inside them.
    group : what belongs together in a browser: the RNA-binding protein.
    strand : of a track of numbers; None where a file holds both.
    bed_fields, extra_fields : of a bigBed or bed: columns that are plain BED, and columns of its own.
    count : values or rows in the file, where known.
    description : page of its own, relative; None: the page that is written for the group.
    series : of a further track: letters, digits and underscores that its strands, and no other track of the group, have
        in common.
    limits : the values between which it is shown.
    extra_names : of a bigBed: names of its extra columns, as its autoSql has them.
    choices : by extra column, all that can stand in it, where that is little.
    ranges : by extra column of numbers beside the score, the values between which it can be filtered.
    run : title of the run it comes from, where a manifest holds several; empty for the manifest's own.
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


@dataclass(frozen=True, slots=True)
class Assembly:
    """The genome the tracks lie on.

    Attributes
    ----------
    id : as browsers know it (hg19), or a name of one's own.
    title : what a reader is told it is.
    fasta : copy of the run's reference, relative (with .fai beside it); None where none goes with the run.
    sizes : length of each contig in nt.
    genes : BED12 of gene models, plain or gzipped, relative.
    note : what a reader must know about it ("simulated"), shown on top of the page.
    two_bit : its sequence as .2bit, relative: with it the UCSC hub brings its own genome (an assembly hub).
    """

    id: str
    title: str
    fasta: str | None
    sizes: dict[str, int]
    genes: str | None = None
    note: str | None = None
    two_bit: str | None = None

    @property
    def hosted(self) -> bool:
        """Whether UCSC has this genome."""
        return ucsc_hosts(self.id)

    @property
    def reference(self) -> str | None:
        """FASTA that browsers load, relative; None if they have the genome, or no copy goes with the run."""
        return None if self.hosted else self.fasta


@dataclass(frozen=True, slots=True)
class Model:
    """What made the tracks of a group, and how good it is.

    Attributes
    ----------
    protein : what binds; several groups may share it.
    assay : of the experiment that it learned from ("PAR-CLIP"); empty where there is no one experiment.
    reads : kinds of evidence that it read in this run.
    card : what is known of it, any JSON: data, figures with intervals, licence, citation.
    motif, motif_id : share of A, C, G and U at each position, 5'→3', of the motif that speaks most for a site.
    roc : points (false positive rate, true positive rate), from (0, 0) to (1, 1).
    roc_about : sites and background that `roc` was counted on.
    sites_about : a sentence on how many of the sites of this run are expected to be true; empty where that is unknown.
    """

    protein: str
    assay: str = ""
    reads: tuple[str, ...] = ()
    card: dict[str, Any] = field(default_factory=dict)
    motif: tuple[Row, ...] = ()
    motif_id: str = ""
    roc: tuple[tuple[float, float], ...] = ()
    roc_about: str = ""
    sites_about: str = ""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The size in bytes of a file and the digest of its content ("blake2b:" and 64 hex digits)."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A run: its assembly, its tracks in the order to show them, and how they were made.

    `receipts` is any JSON (tool, model, digests, settings), shown as it is. `contact` is the e-mail address for
    questions about the hub, empty if there is none. `models` has an entry for each group whose model is known. `files`
    has an entry for each file of the run, by its relative path, except the manifest.
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
        """Whether it names an address for questions. Version 0.1.0 wrote one that is nobody's."""
        return self.contact not in ("", "contact@example.org")

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order of their first tracks."""
        return tuple(dict.fromkeys(track.group for track in self.tracks))

    def of(self, group: str, role: Role, kind: Kind) -> list[Track]:
        """Tracks of one group, role and kind; plus before minus."""
        found = [t for t in self.tracks if (t.group, t.role, t.kind) == (group, role, kind)]
        return sorted(found, key=lambda track: track.strand == "-")

    def further(self, group: str) -> dict[str, list[Track]]:
        """The further tracks of one group by series, in the order of their first tracks; plus before minus."""
        found: dict[str, list[Track]] = {}
        for track in self.of(group, "further", "bigWig"):
            found.setdefault(track.series, []).append(track)
        return found


def one_line(text: str) -> str:
    """The text on one line, without characters that no browser shows and XML forbids."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable()) or "-"


def to_json(manifest: Manifest) -> str:
    """The manifest as text; the same manifest gives the same text."""
    return json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> Manifest:
    """Read what `to_json` wrote.

    Raises
    ------
    HubError : no JSON, no manifest, a newer version, a field of the wrong type or out of range, or a path that leads
        out of the run's folder.
    """
    try:
        data = parse(text)
    except NotTyped as error:
        raise HubError(f"manifest.json {error}; run the scan again") from error
    if not isinstance(data, dict) or type(data.get("version")) is not int:
        raise HubError("manifest.json is not the manifest of a run: it has no version")
    if data["version"] > VERSION:
        raise HubError(
            f"manifest.json has version {data['version']}, this program reads up to {VERSION}; update the program"
        )
    try:
        manifest: Manifest = decode(Manifest, {**data, "version": VERSION})
        _check_assembly(manifest.assembly)
        for track in manifest.tracks:
            _check_track(track)
        for group, model in manifest.models.items():
            _check_model(f"models.{shown(group)}", model)
        for path, record in manifest.files.items():
            _check_range(f"files.{shown(path)}.size", record.size, 0, _MOST)
        for path in named_paths(manifest):
            _check_path(path)
    except NotTyped as error:
        raise HubError(f"manifest.json is incomplete or damaged ({error}); run the scan again") from error
    return manifest


def named_paths(manifest: Manifest) -> Iterator[str]:
    """Give each path that a manifest names."""
    assembly = manifest.assembly
    for track in manifest.tracks:
        yield from (path for path in (track.path, track.description) if path is not None)
    yield from (path for path in (assembly.fasta, assembly.genes, assembly.two_bit) if path is not None)
    yield from manifest.files


def _check_assembly(assembly: Assembly) -> None:
    for name, length in assembly.sizes.items():
        _check_range(f"assembly.sizes.{shown(name)}", length, 0, _MOST)
    if assembly.two_bit is not None and not assembly.sizes:
        raise NotTyped("assembly.sizes is empty, and assembly.two_bit names a genome")


def _check_track(track: Track) -> None:
    where = f"track {shown(track.path)}"
    for part in track.color:
        _check_range(f"{where}: color", part, 0, 255)
    for name, value, most in (
        ("bed_fields", track.bed_fields, 12),
        ("extra_fields", track.extra_fields, _COLUMNS),
        ("count", track.count or 0, _MOST),
    ):
        _check_range(f"{where}: {name}", value, 0, most)
    if not track.limits[0] < track.limits[1]:
        raise NotTyped(f"{where}: limits {track.limits} are not two numbers, the lower one first")
    for name, (low, high) in track.ranges.items():
        if not low < high:
            raise NotTyped(f"{where}: ranges.{shown(name)} is {low} to {high}, the lower one first")
    if track.role == "further" and not _PLAIN.fullmatch(track.series):
        raise NotTyped(f"{where}: series {shown(track.series)} is not letters, digits and underscores")


def _check_model(where: str, model: Model) -> None:
    for name, rows in (("motif", model.motif), ("roc", model.roc)):
        if len(rows) > _ROWS:
            raise NotTyped(f"{where}.{name} has more than {_ROWS} rows")
        for row in rows:
            for share in row:
                _check_range(f"{where}.{name}", share, 0, 1)


def _check_range(where: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise NotTyped(f"{where} is {value} instead of {low} to {high}")


def _check_path(path: str) -> None:
    parts = path.split("/")
    if (
        not path.isprintable()
        or path.startswith("/")
        or "\\" in path
        or len(path) > _PATH
        or any(part in ("", "..") or len(part.encode()) > _PART for part in parts)
    ):
        raise NotTyped(f"{shown(path)} is not a path inside the run's folder")
