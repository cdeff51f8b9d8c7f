"""Settings that every job with models shares: models, evidence, device and threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.features.spec import TRACK_NAME
from ideep_scan.models.store_names import DEFAULT, check_store

AUTO = "auto"
ALL = "all"
MAX_THREADS = 4096


@dataclass(frozen=True)
class ModelSettings:
    """Settings of a job that scores with models.

    Attributes
    ----------
    rbp : tuple of str
        Names of proteins, experiments or bundles.
    model : str
        Store of the names: 'shared' (one network for all proteins) or 'ideep' (one for each experiment).
    gtf : Path or None
        Annotation: GTF, GFF3 or BED12.
    cobinding : Path or None
        Table of CLIP experiments and the files of their sites.
    evidence : tuple of str
        Tracks as NAME=FILE.
    modalities : str
        'auto', 'all', or names of modalities with commas between them.
    device : str
        'auto', 'cpu', or 'cuda' with an optional number.
    precision : str
        'auto', 'fp32' or 'bf16'.
    threads : int
        CPU threads; 0 for all cores that this process may use.
    strict : bool
        Raise an error at a record that would otherwise be excluded with a note.
    """

    rbp: tuple[str, ...]
    _: KW_ONLY
    model: str = DEFAULT
    gtf: Path | None = None
    cobinding: Path | None = None
    evidence: tuple[str, ...] = ()
    modalities: str = AUTO
    device: str = "auto"
    precision: str = "auto"
    threads: int = 0
    strict: bool = False

    def check(self) -> None:
        """Check the values without opening a file.

        Raises
        ------
        InputError
            A value is out of range.
        """
        check_store(self.model)
        check_threads(self.threads)
        parse_evidence(self.evidence)


def parse_evidence(texts: Sequence[str]) -> dict[str, Path]:
    """Parse the values of `--evidence` without opening a file: name -> path.

    Raises
    ------
    InputError
        A value is not NAME=FILE, or a name is given twice.
    """
    tracks: dict[str, Path] = {}
    for text in texts:
        name, _, path = text.partition("=")
        if not path or not TRACK_NAME.fullmatch(name):
            raise InputError(f"--evidence {text!r}: give NAME=FILE, like conservation=phyloP.bw")
        if name in tracks:
            raise InputError(f"--evidence {name} is given twice: give one file for each name")
        tracks[name] = Path(path)
    return tracks


def check_threads(threads: int) -> None:
    """Raise InputError if the number of threads is negative or too large."""
    if not 0 <= threads <= MAX_THREADS:
        raise InputError(f"--threads {threads}: give 0 (all cores) or more, and no more than {MAX_THREADS:,}")
