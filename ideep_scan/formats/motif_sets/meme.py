"""Motifs in the minimal format of the MEME Suite, and in the text output of its programs (MEME, STREME, DREME).

Only letter-probability matrices are read. Matrices of log odds are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import InputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.motif_sets.matrix_rows import RNA, is_row, make_motif, number_duplicates, parse_row
from ideep_scan.formats.text import read_lines
from ideep_scan.records.pwm import Pwm

UNIFORM = (0.25, 0.25, 0.25, 0.25)
_OLDEST, _SITES = 4, 20.0  # version; number of sites of a matrix without one, as in the MEME Suite
_MOST_SITES = 1e9
_TOLERANCE = 0.01  # of the sum of a row
_DECIMALS = 6  # of a count
_VERSION = re.compile(r"MEME version\s*[:=]?\s*(\d+)")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(\S+)")
_OTHER_NAME = re.compile(r'.\s*("[^"]*")?\s*(\w+)?\s*=')  # of letters of an alphabet, such as N = ACGU
_MATRIX = "letter-probability matrix:"
_PROTEIN = "the motifs are of proteins ({}); give motifs of RNA or DNA"


class MemeMotifs(NamedTuple):
    """The content of a MEME file.

    Attributes
    ----------
    pwms : tuple of Pwm
        The motifs. Counts are probabilities times the number of sites.
    background : tuple of float
        Frequencies of A C G U; uniform if the file has none.
    """

    pwms: tuple[Pwm, ...]
    background: tuple[float, ...]


def is_meme(line: str) -> bool:
    """Test whether a line states a version of MEME's format.

    Parameters
    ----------
    line : str
        The line.

    Returns
    -------
    bool
        True for any version.
    """
    return _VERSION.match(line.strip()) is not None


def read_meme(path: str | Path) -> MemeMotifs:
    """Read the motifs of a MEME file of RNA or DNA; T is read as U.

    A motif's name is the alternate name of its line `MOTIF`, or its id.
    A motif without a number of sites has 20, as in the MEME Suite.

    Parameters
    ----------
    path : str or Path
        The file, plain or gzipped.

    Returns
    -------
    MemeMotifs
        Motifs in the order of the file, and the background.

    Raises
    ------
    InputError
        The file cannot be read, its version is missing or below 4, its alphabet is not that of RNA or DNA,
        a motif has no letter-probability matrix or its width differs from the one stated, or a row is malformed.
    """
    return _Parser(Path(path)).read()


class _Parser:
    """Read a file line by line, with the state of the motif that is read."""

    def __init__(self, path: Path):
        self._path = path
        lines = ((number, line.strip()) for number, line in read_lines(path))
        self._lines = _Lines((number, line) for number, line in lines if line)
        self._pwms: list[Pwm] = []
        self._background: tuple[float, ...] = UNIFORM
        self._versioned = False
        self._motif: tuple[int, list[str]] | None = None  # line and words of a motif whose matrix is to come

    def read(self) -> MemeMotifs:
        """Read all lines."""
        for number, line in self._lines:
            if (version := _VERSION.match(line)) is not None:
                self._check_version(version[1], number)
            elif line.startswith("ALPHABET"):
                self._read_alphabet(line, number)
            elif line.startswith("Background letter frequencies"):
                self._read_background(number)
            elif line.startswith("MOTIF") and line.split()[0] == "MOTIF":
                self._begin_motif(line, number)
            elif line.startswith(_MATRIX):
                self._read_matrix(line.removeprefix(_MATRIX), number)
        self._check_matrix()
        if not self._versioned:
            raise InputError("has no line `MEME version 5`; give a MEME file of version 4 or 5", self._path)
        return MemeMotifs(number_duplicates(self._pwms), self._background)

    def _check_version(self, version: str, number: int) -> None:
        if len(version) < 3 and int(version) < _OLDEST:
            raise InputError(f"is of MEME version {version}; give one of version 4 or 5", self._path, number)
        self._versioned = True

    def _read_alphabet(self, line: str, number: int) -> None:
        """Read `ALPHABET= ACGU`, or the definition of an alphabet up to `END ALPHABET`."""
        if (letters := re.match(r"ALPHABET\s*=\s*(\S+)", line)) is not None:
            self._check_alphabet(letters[1], number)
            return
        if line == "ALPHABET" or line.startswith('ALPHABET "'):
            self._check_alphabet("".join(sorted(self._core_letters(number))), number)

    def _core_letters(self, number: int) -> Iterator[str]:
        """List the letters of an alphabet's definition that are not another name of letters."""
        for _, line in self._lines:
            if line.startswith("END ALPHABET"):
                return
            if len(line.split()[0]) == 1 and not _OTHER_NAME.match(line):
                yield line[0]
                for partner in re.findall(r"~\s*(\S)", line):
                    yield from (partner,) if partner != line[0] else ()
        raise InputError("the alphabet has no line `END ALPHABET`; complete the file", self._path, number)

    def _check_alphabet(self, letters: str, number: int) -> None:
        unique = "".join(dict.fromkeys(letters.upper().replace("T", "U")))
        if unique == RNA:
            return
        if len(unique) >= 20:
            raise InputError(_PROTEIN.format(f"alphabet {letters[:40]}"), self._path, number)
        raise InputError(f"the alphabet is {letters[:40]}; give motifs of ACGU or ACGT", self._path, number)

    def _read_background(self, number: int) -> None:
        """Read the letters and their frequencies, on one line or several."""
        fields: list[str] = []
        while len(fields) < 2 * len(RNA) and (line := self._lines.take_if(_is_background)) is not None:
            fields += line.split()
        try:
            letters = "".join(fields[::2]).upper().replace("T", "U")
            values = tuple(float(field) for field in fields[1::2])
        except ValueError:
            letters, values = "", ()
        if letters != RNA or not all(0 <= value <= 1 for value in values) or abs(sum(values) - 1) > _TOLERANCE:
            text = "the background is not a frequency of each of A C G and U or T with a sum of 1; correct or remove it"
            raise InputError(text, self._path, number)
        self._background = values

    def _begin_motif(self, line: str, number: int) -> None:
        self._check_matrix()
        words = line.split()[1:]
        if not words:
            raise InputError("a motif has no name; write one after MOTIF", self._path, number)
        self._motif = number, words[:1] if len(words) > 1 and words[1].startswith("width") else words[:2]

    def _check_matrix(self) -> None:
        """Refuse a motif that ended without a matrix."""
        if self._motif is not None:
            number, words = self._motif
            text = f"motif {words[0]} has no letter-probability matrix; add one or remove the motif"
            raise InputError(text, self._path, number)

    def _read_matrix(self, header: str, number: int) -> None:
        if self._motif is None:
            raise InputError("a matrix without a motif; write a line `MOTIF NAME` before it", self._path, number)
        (start, words), self._motif = self._motif, None
        attributes = dict(_ATTRIBUTE.findall(header))
        if (letters := attributes.get("alength", "4")) != "4":
            text = (
                _PROTEIN.format("alength= 20") if letters == "20" else f"alength= {letters}; give motifs of 4 letters"
            )
            raise InputError(text, self._path, number)
        rows = list(self._rows())
        if (width := attributes.get("w", str(len(rows)))) != str(len(rows)):
            text = f"motif {words[0]} has {len(rows)} rows, but its width is w= {width}; correct one of them"
            raise InputError(text, self._path, number)
        sites = self._sites(attributes.get("nsites", "0"), number)
        counts = [[round(value * sites, _DECIMALS) for value in row] for row in rows]
        self._pwms.append(make_motif(words[0], words[-1], counts, self._path, start))

    def _rows(self) -> Iterator[list[float]]:
        while (line := self._lines.take_if(is_row)) is not None:
            row = parse_row(line.split(), self._path, self._lines.number)
            if abs(sum(row) - 1) > _TOLERANCE:
                text = f"the row sums to {sum(row):.3g}, not to 1; give probabilities"
                raise InputError(text, self._path, self._lines.number)
            yield row

    def _sites(self, text: str, number: int) -> float:
        """Read a number of sites; below 1 it is unknown."""
        try:
            sites = float(text)
        except ValueError:
            sites = -1.0
        if not 0 <= sites <= _MOST_SITES:
            raise InputError(f"nsites= {text[:40]} is not a number of sites; correct it", self._path, number)
        return sites if sites >= 1 else _SITES


class _Lines:
    """Lines with their numbers; the next one can be looked at."""

    def __init__(self, lines: Iterator[tuple[int, str]]):
        self._lines = lines
        self._next = next(lines, None)
        self.number = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while self._next is not None:
            item, self._next = self._next, next(self._lines, None)
            self.number = item[0]
            yield item

    def take_if(self, test: Callable[[str], bool]) -> str | None:
        """Take the next line if it passes a test."""
        if self._next is None or not test(self._next[1]):
            return None
        return next(iter(self))[1]


def _is_background(line: str) -> bool:
    """Test whether a line consists of letters with numbers."""
    fields = line.split()
    return len(fields) % 2 == 0 and all(len(letter) == 1 and letter.isalpha() for letter in fields[::2])


def format_meme(pwms: Sequence[Pwm], background: Sequence[float] = UNIFORM) -> str:
    """Format motifs as MEME's minimal format, version 5, of RNA.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs. The number of sites of each is the largest sum of a row of its counts, rounded, at least 1.
    background : sequence of float
        Frequencies of A C G U.

    Returns
    -------
    str
        The text. `read_meme` reads the counts back to 6 decimals if the sums of rows are one integer.
        Blanks in ids and names become `_`.

    Examples
    --------
    >>> import numpy as np
    >>> print(format_meme([Pwm("M1", "UGU", "PUM2", np.array([[0, 0, 0, 8], [2, 0, 6, 0]]))]), end="")
    MEME version 5
    <BLANKLINE>
    ALPHABET= ACGU
    <BLANKLINE>
    Background letter frequencies
    A 0.25 C 0.25 G 0.25 U 0.25
    <BLANKLINE>
    MOTIF M1 UGU
    letter-probability matrix: alength= 4 w= 2 nsites= 8 E= 0
    0.0000000 0.0000000 0.0000000 1.0000000
    0.2500000 0.0000000 0.7500000 0.0000000
    """
    frequencies = " ".join(f"{letter} {value:g}" for letter, value in zip(RNA, background, strict=True))
    head = f"MEME version 5\n\nALPHABET= {RNA}\n\nBackground letter frequencies\n{frequencies}\n"
    return head + "".join(map(_format_motif, pwms))


def write_meme(path: Path, pwms: Sequence[Pwm], background: Sequence[float] = UNIFORM) -> None:
    """Write motifs as a MEME file; see `format_meme`.

    Parameters
    ----------
    path : Path
        The file. It appears when it is complete.
    pwms : sequence of Pwm
        The motifs.
    background : sequence of float
        Frequencies of A C G U.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    with AtomicFile(path) as part:
        part.write_text(format_meme(pwms, background), encoding="utf-8", newline="\n")


def _format_motif(pwm: Pwm) -> str:
    sites = max(1, round(float(pwm.counts.sum(axis=1).max())))  # other readers refuse a fraction
    decimals = _DECIMALS + len(str(sites))
    rows = [" ".join(f"{value:.{decimals}f}" for value in row) for row in pwm.frequencies()]
    title = " ".join("_".join(word.split()) for word in (pwm.id, pwm.name))
    header = f"{_MATRIX} alength= {len(RNA)} w= {len(pwm)} nsites= {sites} E= 0"
    return "\n".join((f"\nMOTIF {title}", header, *rows, ""))
