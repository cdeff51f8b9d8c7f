"""Names, labels and paths that a hub, its pages and its files share."""

from __future__ import annotations

import re

from track_hubs.manifest import Manifest, one_line

SHORT, LONG = 17, 76  # characters that UCSC shows of a short and of a long label
RUN_PAGE, TRANSCRIPTS_PAGE = "descriptions/run.html", "transcripts.html"
VARIANTS_PAGE, VARIANTS_BIGBED = "descriptions/variants.html", "variants/variants.bb"
# A `<` or `"` in a label would end up in UCSC's pages and scripts.
_REPLACED = str.maketrans({"<": "(", ">": ")", '"': "'"})


class UniqueNames:
    """Make names unique, ignoring case, by appending a number.

    Examples
    --------
    >>> unique = UniqueNames()
    >>> unique("run"), unique("Run")
    ('run', 'Run_2')
    """

    def __init__(self) -> None:
        self._used: set[str] = set()

    def __call__(self, base: str) -> str:
        """Return the name, with a number appended if it was returned before."""
        name, number = base, 1
        while name.lower() in self._used:
            number += 1
            name = f"{base}_{number}"
        self._used.add(name.lower())
        return name


def make_track_names(manifest: Manifest) -> dict[str, str]:
    """Return a name for each group: letters, digits and underscores, unique in the hub and in the file system.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run or hub.
    """
    names: dict[str, str] = {}
    unique = UniqueNames()
    unique("run")  # reserved for the page of the run
    if manifest.variants:
        unique("variants")
    for group in manifest.groups:
        names[group] = unique(make_plain_name(group))
    return names


def make_plain_name(text: str) -> str:
    """Reduce a text to letters, digits and underscores, beginning with a letter.

    Examples
    --------
    >>> make_plain_name("hnRNP C"), make_plain_name("9G8")
    ('hnRNP_C', 't_9G8')
    """
    plain = text if re.fullmatch(r"\w+", text, re.ASCII) else "_".join(re.findall(r"[A-Za-z0-9]+", text))
    return (plain if plain[:1].isalpha() else f"t_{plain}")[:60]


def name_page(name: str) -> str:
    """Return the path of the page that describes a group's tracks."""
    return f"descriptions/{name}.html"


def list_pages(manifest: Manifest) -> set[str]:
    """Return the paths of the pages that describe the run, its groups, its variants and its transcripts.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run or hub.
    """
    pages = {RUN_PAGE, *map(name_page, make_track_names(manifest).values())}
    pages |= {TRANSCRIPTS_PAGE} if manifest.assembly.are_transcripts else set()
    return pages | ({VARIANTS_PAGE} if manifest.variants else set())


def name_chrom_sizes(two_bit: str) -> str:
    """Return the path of the table of contig lengths beside a 2bit file."""
    return two_bit.removesuffix(".2bit") + ".chrom.sizes"


def list_data_files(manifest: Manifest) -> set[str]:
    """Return the paths of tracks, genome and genes, with their indices.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run or hub.
    """
    paths: set[str] = set()
    for track in manifest.tracks:
        paths |= {track.path, f"{track.path}.tbi"} if track.kind == "bed" else {track.path}
    assembly = manifest.assembly
    if assembly.fasta:
        paths |= {assembly.fasta, f"{assembly.fasta}.fai", f"{assembly.fasta}.gzi"}
    if assembly.genes:
        paths |= {assembly.genes, f"{assembly.genes}.tbi"}
    if assembly.two_bit:
        paths |= {assembly.two_bit, name_chrom_sizes(assembly.two_bit)}
    return paths


def make_label(text: str, limit: int) -> str:
    """Shorten a text to one line of at most `limit` characters, without characters that could break a web page.

    Examples
    --------
    >>> make_label("a <long> title", 10)
    'a (long)..'
    """
    line = one_line(text).translate(_REPLACED)
    return line if len(line) <= limit else line[: limit - 2].rstrip() + ".."


def make_title_label(title: str) -> str:
    """Return a title as a short label. A title that is too long is cut at its first colon."""
    line = make_label(title, LONG)
    return make_label(line if len(line) <= SHORT else line.partition(":")[0], SHORT)


def make_strand_label(text: str, strand: str | None) -> str:
    """Return the short label of a track of one strand. A shortened label still ends with the strand."""
    line = make_label(text, LONG)
    if len(line) <= SHORT or strand is None:
        return make_label(line, SHORT)
    return f"{make_label(line, SHORT - 2)} {strand}"
