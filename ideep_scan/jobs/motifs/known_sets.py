"""Known motifs that learned ones are matched with: those of the package, or those of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.motif_sets.reader import read_motifs
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.motifs.known_matches import KnownMotifs
from ideep_scan.records.learned_motif import MotifCollection
from ideep_scan.records.pwm import Pwm

PACKAGED = "CISBP-RNA"  # name of the 102 human motifs of the package
MATCHES = 5  # best matches that a motif keeps


@dataclass(frozen=True, eq=False)
class KnownSet:
    """Known motifs.

    Attributes
    ----------
    name : str
        Name of the set.
    pwms : tuple of Pwm
        Its motifs.
    files : mapping of str to InputFile
        The file that they were read from, by its role; empty for the package's own.
    """

    name: str
    pwms: tuple[Pwm, ...]
    files: Mapping[str, InputFile]


def open_known(path: Path | None) -> KnownSet:
    """Read known motifs.

    Parameters
    ----------
    path : Path or None
        MEME, TRANSFAC or Cluster-Buster; None for the package's own.

    Returns
    -------
    KnownSet
        The motifs.

    Raises
    ------
    InputError
        The file cannot be used.
    """
    if path is None:
        return KnownSet(PACKAGED, read_pwms(), {})
    file = InputFile(path)
    return KnownSet(path.name, read_motifs(path), {"known motifs": file})


def match_known(collection: MotifCollection, known: KnownSet) -> MotifCollection:
    """Match the motifs of a collection with known ones; earlier matches are dropped.

    Parameters
    ----------
    collection : MotifCollection
        The collection.
    known : KnownSet
        The known motifs.

    Returns
    -------
    MotifCollection
        Up to `MATCHES` matches for each motif; see `KnownMotifs.match`.
    """
    results = KnownMotifs(known.name, known.pwms, read_pwms()).match([motif.pwm for motif in collection.motifs])
    motifs = (
        replace(motif, matches=matches[:MATCHES]) for motif, matches in zip(collection.motifs, results, strict=True)
    )
    return replace(collection, motifs=tuple(motifs))
