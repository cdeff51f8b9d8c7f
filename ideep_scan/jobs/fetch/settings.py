"""Settings of a download, and the catalogue of genomes. It imports no numerics."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from ideep_scan.errors import InputError

CATALOGUE = "IDEEP_SCAN_GENOMES"  # environment variable: a table of mirrors instead of the one of the package


@dataclass(frozen=True)
class RemoteFile:
    """A file on a server.

    Attributes
    ----------
    url : str
        Its address.
    sums : str or None
        Address of the server's list of MD5 sums; None if there is none.
    """

    url: str
    sums: str | None

    @property
    def name(self) -> str:
        """Name of the file on the server."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class GenomeRelease:
    """A genome with its annotation.

    Attributes
    ----------
    assembly : str
        Name of the assembly.
    genome, annotation : RemoteFile
        FASTA and GTF, gzipped.
    title : str
        Name of the annotation.
    """

    assembly: str
    genome: RemoteFile
    annotation: RemoteFile
    title: str


@dataclass(frozen=True)
class FetchSettings:
    """Settings of a download.

    Attributes
    ----------
    assembly : str
        Name of the assembly, in any case.
    dir : Path
        Folder for the files.
    """

    assembly: str
    dir: Path = Path(".")

    def check(self) -> None:
        """Check the values without opening a connection.

        Raises
        ------
        InputError
            The assembly is unknown, or pooch is not installed.
        """
        self.release()
        if find_spec("pooch") is None:
            raise InputError("fetch needs pooch: pip install 'ideep-scan[fetch]'")

    def release(self) -> GenomeRelease:
        """Find the release of the assembly."""
        releases = read_catalogue()
        by_key = {name.casefold(): release for name, release in releases.items()}
        release = by_key.get(self.assembly.casefold())
        if release is None:
            raise InputError(f"no genome is known as {self.assembly!r}: known are {', '.join(releases)}")
        return release


def read_catalogue() -> Mapping[str, GenomeRelease]:
    """Read the table of genomes: that of the package, or the one that `IDEEP_SCAN_GENOMES` names.

    Returns
    -------
    mapping of str to GenomeRelease
        The releases by their assembly.

    Raises
    ------
    InputError
        The table cannot be read.
    """
    named = os.environ.get(CATALOGUE)
    path = Path(named) if named else Path(str(resources.files("ideep_scan") / "data" / "genomes.tsv"))
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(lines, delimiter="\t"))
        releases = [
            GenomeRelease(
                row["assembly"],
                RemoteFile(row["genome"], _locate(row["genome"], row["genome_sums"])),
                RemoteFile(row["annotation"], _locate(row["annotation"], row["annotation_sums"])),
                row["title"],
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise InputError(f"is no table of genomes ({error}); see docs/howto/fetch.md", path) from error
    return {release.assembly: release for release in releases}


def _locate(url: str, sums: str) -> str | None:
    """Return the address of a list of sums, which is named relative to its file."""
    return None if sums == "." else f"{url.rpartition('/')[0]}/{sums}"
