"""The files that a hub names: there, of the right kind, on the assembly's contigs, with the columns it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from track_hubs import settings
from track_hubs.assemblies import lengths, misfits, naming_notes, unknown_spellings
from track_hubs.bbi_file import NotBbi
from track_hubs.bbi_header import Header, read_header
from track_hubs.check.findings import Finding, place
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.render import read_manifest
from track_hubs.stanzas import Stanza
from track_hubs.two_bit import is_two_bit

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_TEXT_FILES = ("html", "searchTrix", "twoBitPath", "chromSizes", "htmlPath", "groups", "descriptionUrl")
_COLUMN = re.compile(r"\$\{(\w+)\}|\$(\w+)")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths in nt of an assembly's contigs; `complete` unless scaffolds are left out."""

    lengths: dict[str, int]
    complete: bool


def sizes_for(folder: Path, genome: Stanza | None, table: str | Path | None) -> Sizes | None:
    """The contigs to hold files to.

    A table's, else those that the hub brings, else those known of the assembly, else those of the manifest beside it.

    Raises
    ------
    HubError : the table or the manifest cannot be read.
    """
    if table is not None:
        return Sizes(_read_sizes(Path(table)), True)
    own = unquote(genome.settings.get("chromSizes", "")) if genome else ""
    if own and (folder / own).is_file():
        return Sizes(_read_sizes(folder / own), True)
    known = lengths(genome.name) if genome else None
    if known is not None:
        return Sizes(known, False)
    return Sizes(read_manifest(folder).assembly.sizes, True) if (folder / MANIFEST).is_file() else None


@dataclass(frozen=True, slots=True)
class Files:
    """What a check of a hub's files found.

    Attributes
    ----------
    findings : list of Finding
        What is wrong with them.
    unopened : int
        Files at other addresses, which were not opened.
    notes : list of str
        How the names of their contigs differ from UCSC's where UCSC copes with it.
    """

    findings: list[Finding]
    unopened: int
    notes: list[str]


def check_files(folder: Path, stanzas: Sequence[Stanza], sizes: Sizes | None) -> Files:
    """Check the files that a hub names against its settings, and against the assembly's contigs."""
    findings: list[Finding] = []
    headers: dict[Path, Header | NotBbi] = {}
    remote: set[str] = set()
    for stanza in stanzas:
        for name in (*_TEXT_FILES, "bigDataUrl"):
            url = stanza.settings.get(name)
            if not url:
                continue
            if _REMOTE.match(url):
                remote.add(url)
                continue
            path = folder / unquote(url)
            if not path.is_file():
                findings.append(Finding(place(stanza), f"{name} {url} is not there", "put the file there"))
            elif name == "bigDataUrl":
                if path not in headers:
                    headers[path] = _header(path)
                findings += _data(stanza, path, headers[path], sizes)
            elif name == "twoBitPath" and not is_two_bit(path):
                findings.append(Finding(place(stanza), f"twoBitPath {url} is no 2bit file", "write the file anew"))
            elif name == "searchTrix" and not path.with_name(f"{path.name}x").is_file():
                findings.append(Finding(place(stanza), f"searchTrix {url} has no {path.name}x beside it", "make it"))
    if sizes is None:
        findings += _of_several_genomes(headers)
    genome = next((stanza for stanza in stanzas if stanza.kind == "genome"), None)
    contigs: dict[str, int] = {}
    for header in headers.values():
        contigs |= header.contigs if isinstance(header, Header) else {}
    if genome is None or "twoBitPath" in genome.settings:
        return Files(findings, len(remote), [])
    findings += _spellings(genome, contigs)
    return Files(findings, len(remote), naming_notes(contigs, genome.name))


def _spellings(genome: Stanza, contigs: Iterable[str]) -> Iterator[Finding]:
    """Find contigs that UCSC would not recognise as chromosomes of the genome."""
    spelled = unknown_spellings(contigs, genome.name)
    if spelled:
        name, ucsc = next(iter(spelled.items()))
        more = f" (and {len(spelled) - 1} more)" if len(spelled) > 1 else ""
        what = f"the files call a contig {name}, UCSC calls it {ucsc}{more}"
        yield Finding(place(genome), what, f"scan a FASTA that names it {ucsc} or {ucsc.removeprefix('chr')}")


def _of_several_genomes(headers: dict[Path, Header | NotBbi]) -> Iterator[Finding]:
    """Contigs on whose length the files disagree, where there is nothing else to hold them to."""
    seen: dict[str, tuple[int, str]] = {}
    for path, header in headers.items():
        for contig, length in header.contigs.items() if isinstance(header, Header) else ():
            other, first = seen.setdefault(contig, (length, path.name))
            if other != length:
                what = f"contig {contig} is {length:,} nt long, in {first} {other:,}"
                yield Finding(path.name, what, "make a hub for each genome")
                break


def _header(path: Path) -> Header | NotBbi:
    try:
        return read_header(path)
    except NotBbi as error:
        return error


def _data(stanza: Stanza, path: Path, header: Header | NotBbi, sizes: Sizes | None) -> Iterator[Finding]:
    where = place(stanza)
    if isinstance(header, NotBbi):
        yield Finding(where, f"{path.name} {header}", "write the file anew")
        return
    kind, *rest = stanza.settings.get("type", "").split() or [""]
    if kind and kind != header.kind:
        yield Finding(where, f"its type is {kind}, but {path.name} is a {header.kind}", "correct the type")
    elif kind == "bigBed":
        yield from _bigbed(stanza, path, header, rest)
    if sizes is not None:
        found = misfits(header.contigs, sizes.lengths, sizes.complete)
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            remedy = "scan with the assembly's own FASTA, or an excerpt of it with --assembly or --chrom-sizes"
            yield Finding(where, f"{path.name}: {found[0]}{more}", remedy)


def _bigbed(stanza: Stanza, path: Path, header: Header, type_rest: list[str]) -> Iterator[Finding]:
    where = place(stanza)
    if len(type_rest) != 2 or not type_rest[0].isdigit():
        yield Finding(where, "the type of a bigBed says how many columns are plain BED", "say it: bigBed 9 +")
    else:
        plain, more = int(type_rest[0]), type_rest[1] == "+"
        if plain != header.defined_fields:
            what = f"type says {plain} plain columns, {path.name} {header.defined_fields} (definedFieldCount)"
            yield Finding(where, what, "correct the type, or write the file anew")
        if more != (header.fields > plain):
            what = f"{path.name} has {header.fields} columns, which type {' '.join(type_rest)!r} does not fit"
            yield Finding(where, what, "end the type with + where there are more columns, else with .")
    if header.names and len(header.names) != header.fields:
        what = f"{path.name} has {header.fields} columns, its autoSql {len(header.names)}"
        yield Finding(where, what, "write the file anew")
    for setting, column in _spoken_of(stanza):
        if column not in header.names:
            yield Finding(where, f"{setting} speaks of the column {column}, which {path.name} lacks", "name another")
    for column in filter(None, re.split(r"[\s,]+", stanza.settings.get("searchIndex", ""))):
        if column not in header.indexed:
            what = f"searchIndex {column}, but {path.name} has no index of it"
            yield Finding(where, what, "take searchIndex away, or write the file with an index")


def _spoken_of(stanza: Stanza) -> Iterator[tuple[str, str]]:
    """Settings and the columns that they name."""
    for name, value in stanza.settings.items():
        column = settings.field_of(name)
        if column is not None:
            yield name, column
        if name == "mouseOver":
            yield from ((name, braced or bare) for braced, bare in _COLUMN.findall(value))


def _read_sizes(path: Path) -> dict[str, int]:
    """A table of contig names and lengths, as UCSC's chrom.sizes."""
    found: dict[str, int] = {}
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, length, *_ = [*line.split(), ""]
            if not length.isdigit():
                raise HubError(f"{path}, line {number}: not a contig and its length; give a chrom.sizes table")
            found[name] = int(length)
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"{path}: cannot be read ({error}); give a chrom.sizes table") from error
    if not found:
        raise HubError(f"{path}: holds no contig; give a chrom.sizes table")
    return found
