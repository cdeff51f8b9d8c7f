"""Known motifs that learned ones are matched with: those of the package, or those of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.motif_sets.reader import read_motifs
from ideep_scan.formats.pwm_table import read_known_sets, read_pwms
from ideep_scan.motifs.known_matches import KnownMotifs
from ideep_scan.motifs.sharing import is_of
from ideep_scan.records.learned_motif import KnownMatch, MotifCollection
from ideep_scan.records.pwm import Pwm

MATCHES = 5  # best matches that a motif keeps


@dataclass(frozen=True, eq=False)
class KnownSet:
    """Known motifs.

    Attributes
    ----------
    sets : mapping of str to tuple of Pwm
        Motifs by name of their set.
    files : mapping of str to InputFile
        The file that they were read from, by its role; empty for the package's own.
    """

    sets: Mapping[str, tuple[Pwm, ...]]
    files: Mapping[str, InputFile]

    @property
    def pwms(self) -> tuple[Pwm, ...]:
        """All motifs."""
        return tuple(chain.from_iterable(self.sets.values()))


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
        return KnownSet(read_known_sets(), {})
    file = InputFile(path)
    return KnownSet({path.name: read_motifs(path)}, {"known motifs": file})


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
        Up to `MATCHES` matches for each motif, and the best one of each set with a motif of the model's protein.
    """
    queries = [motif.pwm for motif in collection.motifs]
    background = read_pwms()
    results = [KnownMotifs(name, pwms, background).match(queries) for name, pwms in known.sets.items()]
    motifs = tuple(
        replace(motif, matches=_choose(matches, collection.protein))
        for motif, *matches in zip(collection.motifs, *results, strict=True)
    )
    return replace(collection, motifs=motifs)


def _choose(sets: Sequence[tuple[KnownMatch, ...]], protein: str) -> tuple[KnownMatch, ...]:
    """Choose the best matches of one motif, and the best one of each set with a motif of a protein."""
    matches = sorted(chain.from_iterable(sets), key=lambda match: match.p_value)
    own = [next((match for match in row if is_of(match, protein)), None) for row in sets]
    return tuple(match for rank, match in enumerate(matches) if rank < MATCHES or match in own)
