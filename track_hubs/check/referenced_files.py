"""Check the files that a hub names: they exist, have the right type, columns and contigs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from track_hubs import setting_patterns
from track_hubs.assemblies import find_unknown_spellings, list_misfits, list_naming_notes, read_lengths
from track_hubs.bbi_file import BbiError
from track_hubs.bbi_header import Header, read_header
from track_hubs.check.findings import Finding, locate
from track_hubs.chrom_sizes import ChromSizesError, parse_chrom_sizes
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.manifest_file import read_manifest
from track_hubs.stanzas import Stanza
from track_hubs.two_bit import is_two_bit

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_TEXT_FILES = ("html", "searchTrix", "twoBitPath", "chromSizes", "htmlPath", "groups", "descriptionUrl")
_COLUMN = re.compile(r"\$\{(\w+)\}|\$(\w+)")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Contig lengths of an assembly.

    Attributes
    ----------
    lengths : dict of str to int
        Length in nt by contig name.
    complete : bool
        Whether all contigs are listed. Tables of UCSC's assemblies omit scaffolds.
    """

    lengths: dict[str, int]
    complete: bool


def find_sizes(folder: Path, genome: Stanza | None, table: str | Path | None) -> Sizes | None:
    """Find the contig lengths to compare files with.

    The first of these sources is used: the table, the hub's own chrom.sizes, the packaged lengths of the assembly, the
    manifest beside the hub.

    Parameters
    ----------
    folder : Path
        Folder of the hub.
    genome : Stanza or None
        The hub's genome stanza.
    table : str, Path or None
        A chrom.sizes table that the user passed.

    Returns
    -------
    Sizes or None
        None if no source is available.

    Raises
    ------
    HubError
        The table or the manifest cannot be read.
    """
    if table is not None:
        return Sizes(_read_sizes(Path(table)), True)
    hub_table = unquote(genome.settings.get("chromSizes", "")) if genome else ""
    if hub_table and (folder / hub_table).is_file():
        return Sizes(_read_sizes(folder / hub_table), True)
    chromosomes = read_lengths(genome.name) if genome else None
    if chromosomes is not None:
        return Sizes(chromosomes, False)
    return Sizes(read_manifest(folder).assembly.sizes, True) if (folder / MANIFEST).is_file() else None


@dataclass(frozen=True, slots=True)
class FileReport:
    """Result of checking a hub's files.

    Attributes
    ----------
    findings : list of Finding
        Problems of the files.
    unopened : int
        Number of files at other URLs, which were not opened.
    notes : list of str
        Differences between contig names and UCSC's names that UCSC accepts.
    """

    findings: list[Finding]
    unopened: int
    notes: list[str]


def check_files(folder: Path, stanzas: Sequence[Stanza], sizes: Sizes | None) -> FileReport:
    """Compare the files that a hub names with its settings and with the assembly's contigs.

    Parameters
    ----------
    folder : Path
        Folder of the hub.
    stanzas : sequence of Stanza
        Stanzas of the hub.
    sizes : Sizes or None
        Contig lengths of the assembly. If None, the files are compared with each other.
    """
    findings: list[Finding] = []
    headers: dict[Path, Header | BbiError] = {}
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
                findings.append(Finding(locate(stanza), f"{name} {url} is missing", "add the file"))
            elif name == "bigDataUrl":
                if path not in headers:
                    headers[path] = _read_header(path)
                findings += _check_data(stanza, path, headers[path], sizes)
            elif name == "twoBitPath" and not is_two_bit(path):
                findings.append(Finding(locate(stanza), f"twoBitPath {url} is not a 2bit file", "write the file again"))
            elif name == "searchTrix" and not path.with_name(f"{path.name}x").is_file():
                findings.append(Finding(locate(stanza), f"searchTrix {url} has no {path.name}x beside it", "create it"))
    if sizes is None:
        findings += _conflicting_lengths(headers)
    genome = next((stanza for stanza in stanzas if stanza.kind == "genome"), None)
    contigs: dict[str, int] = {}
    for header in headers.values():
        contigs |= header.contigs if isinstance(header, Header) else {}
    if genome is None or "twoBitPath" in genome.settings:
        return FileReport(findings, len(remote), [])
    findings += _spellings(genome, contigs)
    return FileReport(findings, len(remote), list_naming_notes(contigs, genome.name))


def _spellings(genome: Stanza, contigs: Iterable[str]) -> Iterator[Finding]:
    """Find contig names that UCSC does not recognise."""
    spellings = find_unknown_spellings(contigs, genome.name)
    if spellings:
        name, ucsc = next(iter(spellings.items()))
        suffix = f" (and {len(spellings) - 1} more)" if len(spellings) > 1 else ""
        problem = f"a contig is named {name}, but {ucsc} at UCSC{suffix}"
        yield Finding(locate(genome), problem, f"scan a FASTA with the name {ucsc} or {ucsc.removeprefix('chr')}")


def _conflicting_lengths(headers: dict[Path, Header | BbiError]) -> Iterator[Finding]:
    """Find contigs whose length differs between files."""
    lengths: dict[str, tuple[int, str]] = {}
    for path, header in headers.items():
        for contig, length in header.contigs.items() if isinstance(header, Header) else ():
            earlier_length, source = lengths.setdefault(contig, (length, path.name))
            if earlier_length != length:
                problem = f"contig {contig} is {length:,} nt long, but {earlier_length:,} nt in {source}"
                yield Finding(path.name, problem, "make one hub per genome")
                break


def _read_header(path: Path) -> Header | BbiError:
    try:
        return read_header(path)
    except BbiError as error:
        return error


def _check_data(stanza: Stanza, path: Path, header: Header | BbiError, sizes: Sizes | None) -> Iterator[Finding]:
    """Check the type, columns and contigs of one data file."""
    place = locate(stanza)
    if isinstance(header, BbiError):
        yield Finding(place, f"{path.name} {header}", "write the file again")
        return
    kind, *type_words = stanza.settings.get("type", "").split() or [""]
    if kind and kind != header.kind:
        yield Finding(place, f"its type is {kind}, but {path.name} is a {header.kind}", "correct the type")
    elif kind == "bigBed":
        yield from _check_bigbed(stanza, path, header, type_words)
    if sizes is not None:
        problems = list_misfits(header.contigs, sizes.lengths, sizes.complete)
        if problems:
            suffix = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            remedy = "scan the FASTA of the assembly, or a part of it with --assembly or --chrom-sizes"
            yield Finding(place, f"{path.name}: {problems[0]}{suffix}", remedy)


def _check_bigbed(stanza: Stanza, path: Path, header: Header, type_words: list[str]) -> Iterator[Finding]:
    """Compare the columns of a bigBed with the type, the autoSql and the settings that name columns."""
    place = locate(stanza)
    if len(type_words) != 2 or not type_words[0].isdigit():
        yield Finding(place, "the type does not give the number of BED columns", "write it, e.g. type bigBed 9 +")
    else:
        defined, has_extra = int(type_words[0]), type_words[1] == "+"
        if defined != header.defined_fields:
            problem = (
                f"type gives {defined} BED columns, but {path.name} has {header.defined_fields} (definedFieldCount)"
            )
            yield Finding(place, problem, "correct the type, or write the file again")
        if has_extra != (header.fields > defined):
            problem = f"{path.name} has {header.fields} columns, which does not fit type bigBed {' '.join(type_words)}"
            yield Finding(place, problem, "end the type with + if there are more columns than BED has, else with .")
    if header.names and len(header.names) != header.fields:
        problem = f"{path.name} has {header.fields} columns, but its autoSql has {len(header.names)}"
        yield Finding(place, problem, "write the file again")
    for setting, column in _named_columns(stanza):
        if column not in header.names:
            yield Finding(place, f"{setting} names the column {column}, which {path.name} lacks", "name another one")
    for column in filter(None, re.split(r"[\s,]+", stanza.settings.get("searchIndex", ""))):
        if column not in header.indexed:
            problem = f"searchIndex names {column}, but {path.name} has no index for it"
            yield Finding(place, problem, "remove searchIndex, or write the file with an index")


def _named_columns(stanza: Stanza) -> Iterator[tuple[str, str]]:
    """Yield (setting, column) for each column that a setting names."""
    for name, value in stanza.settings.items():
        column = setting_patterns.column_of(name)
        if column is not None:
            yield name, column
        if name == "mouseOver":
            yield from ((name, braced or bare) for braced, bare in _COLUMN.findall(value))


def _read_sizes(path: Path) -> dict[str, int]:
    """Read a chrom.sizes table."""
    try:
        return parse_chrom_sizes(path.read_text(encoding="utf-8").splitlines())
    except ChromSizesError as error:
        place = f"{path}: " if error.line is None else f"{path}, line {error.line}: "
        raise HubError(f"{place}{error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"{path}: cannot be read ({error}); pass a chrom.sizes table") from error
