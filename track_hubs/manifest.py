"""What a run left, as the browser side needs to know it: `manifest.json`. It opens no track."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from track_hubs.assemblies import ucsc_hosts

VERSION = 3  # 1: no models, no names of fields, no 2bit; 2: no files, no ranges, no words about sites
Color = tuple[int, int, int]
MANIFEST = "manifest.json"
Kind = Literal["bigWig", "bigBed", "bed", "table"]
Role = Literal["score", "further", "sites", "motifs"]
_KINDS, _STRANDS = ("bigWig", "bigBed", "bed", "table"), ("+", "-", None)
_LIMITS = (0.0, 1.0)
_PLAIN = re.compile(r"\w+", re.ASCII)
_ROLES = ("score", "further", "sites", "motifs")
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
    HubError : no JSON, no manifest, a newer version, or a path that leads out of the run's folder.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise HubError(f"manifest.json is not valid JSON ({error}); run the scan again") from error
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise HubError("manifest.json is not the manifest of a run: it has no version")
    if data["version"] > VERSION:
        raise HubError(
            f"manifest.json has version {data['version']}, this program reads up to {VERSION}; update the program"
        )
    try:
        tracks = tuple(_track(track) for track in data.pop("tracks"))
        models = {group: _model(model) for group, model in data.pop("models", {}).items()}
        files = {path: FileRecord(**record) for path, record in data.pop("files", {}).items()}
        assembly = Assembly(**data.pop("assembly"))
        manifest = Manifest(
            assembly=assembly, tracks=tracks, models=models, files=files, **{**data, "version": VERSION}
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise HubError(f"manifest.json is incomplete or damaged ({error}); run the scan again") from error
    for track in tracks:
        _check(track)
    for path in (manifest.assembly.fasta, manifest.assembly.genes, manifest.assembly.two_bit, *files):
        _check_path(path)
    return manifest


def _track(fields: dict[str, Any]) -> Track:
    tuples: dict[str, Any] = {
        name: tuple(fields[name]) for name in ("color", "limits", "extra_names") if name in fields
    }
    choices = {name: tuple(values) for name, values in fields.get("choices", {}).items()}
    ranges = {name: _range(limits) for name, limits in fields.get("ranges", {}).items()}
    return Track(**{**fields, **tuples, "choices": choices, "ranges": ranges})


def _range(limits: Any) -> tuple[float, float]:
    low, high = map(float, limits)
    if not low < high:
        raise ValueError(f"a range from {low} to {high}")
    return low, high


def _model(fields: dict[str, Any]) -> Model:
    rows: dict[str, Any] = {
        name: tuple(tuple(map(float, row)) for row in fields.get(name, ())) for name in ("motif", "roc")
    }
    if any(len(row) != 4 for row in rows["motif"]) or any(len(row) != 2 for row in rows["roc"]):
        raise ValueError(f"motif or ROC of the model of {fields.get('protein')}")
    return Model(**{**fields, **rows, "reads": tuple(fields.get("reads", ()))})


def _check(track: Track) -> None:
    if track.kind not in _KINDS or track.role not in _ROLES or track.strand not in _STRANDS:
        raise HubError(f"manifest.json: {track.path}: unknown kind, role or strand; update the program")
    if len(track.color) != 3 or not all(isinstance(part, int) and 0 <= part <= 255 for part in track.color):
        raise HubError(f"manifest.json: {track.path}: colour {track.color} is not three numbers from 0 to 255")
    numbers = all(isinstance(limit, int | float) for limit in track.limits)
    if not numbers or len(track.limits) != 2 or not track.limits[0] < track.limits[1]:
        raise HubError(f"manifest.json: {track.path}: limits {track.limits} are not two numbers, the lower one first")
    if not isinstance(track.series, str) or (track.role == "further" and not _PLAIN.fullmatch(track.series)):
        raise HubError(f"manifest.json: {track.path}: series {track.series!r} is not letters, digits and underscores")
    _check_path(track.path)
    _check_path(track.description)


def _check_path(path: str | None) -> None:
    if path is None:
        return
    if not isinstance(path, str) or not path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise HubError(f"manifest.json: {path!r} is not a path inside the run's folder")
