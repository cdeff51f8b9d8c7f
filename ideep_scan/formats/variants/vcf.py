"""Read the records of a VCF or BCF. All bytes of a record stay available as the file has them.

References: VCF specification 4.3, sections 1.2 (encoding of special characters), 1.4 and 1.6.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from ideep_scan.errors import InputError
from ideep_scan.formats.bgzip import check_last_block, is_bgzip
from ideep_scan.formats.foreign_tables import refuse_other_format
from ideep_scan.formats.htslib import silence_htslib
from ideep_scan.formats.text import is_gzip, open_text, read_error, require_file
from ideep_scan.records.variant_effect import Status

_FIXED = (b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO")
_BCF = b"BCF\2"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAX_POSITION = 2**31 - 1  # BCF and the indices of htslib end there
_CONTIG = re.compile(rb"##contig=<(.*)>")
_LENGTH = re.compile(r"[0-9]{1,12}")
_META_FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,]*)')
MISSING = "."
STAR = "*"


@dataclass(frozen=True, slots=True)
class VcfRecord:
    """One line of a VCF.

    Attributes
    ----------
    line : int
        1-based number of the line; of the record in a BCF.
    chrom : str
        Name of the contig in the file.
    start : int
        0-based position of the first base of REF; -1 for POS 0, which precedes the contig.
    columns : tuple of bytes
        The columns CHROM to INFO.
    genotypes : bytes
        FORMAT and the samples, beginning with a tab; empty without samples.
    ending : bytes
        The end of the line.
    """

    line: int
    chrom: str
    start: int
    columns: tuple[bytes, ...]
    genotypes: bytes
    ending: bytes

    @property
    def id(self) -> str:
        """The column ID."""
        return as_text(self.columns[2])

    @property
    def ref(self) -> str:
        """The column REF; '.' if it is empty."""
        return as_text(self.columns[3]) or MISSING

    @property
    def alts(self) -> tuple[str, ...]:
        """The alleles of the column ALT; `('.',)` if there are none."""
        return tuple(allele or MISSING for allele in as_text(self.columns[4]).split(","))

    @property
    def end(self) -> int:
        """Position after the last base of REF."""
        return self.start + max(len(self.columns[3]), 1)


def absent_allele(alt: str, count: int) -> Status | None:
    """Tell why an alternate allele is absent.

    Parameters
    ----------
    alt : str
        The allele.
    count : int
        Number of alternate alleles of its record.

    Returns
    -------
    Status or None
        `NO_ALT`, `MISSING_ALLELE` or `STAR`; None for any other allele.
    """
    if alt == MISSING:
        return Status.NO_ALT if count == 1 else Status.MISSING_ALLELE
    return Status.STAR if alt == STAR else None


@dataclass(frozen=True, slots=True)
class VcfHeader:
    """The header of a VCF.

    Attributes
    ----------
    lines : tuple of bytes
        The lines with their ends. The last one names the columns.
    samples : tuple of str
        Names of the samples.
    """

    lines: tuple[bytes, ...]
    samples: tuple[str, ...]

    @property
    def columns(self) -> int:
        """Number of columns of each record."""
        return self.lines[-1].count(b"\t") + 1

    @property
    def contigs(self) -> dict[str, int]:
        """Lengths in nt of the contigs that the header lists with their length."""
        fields = [dict(_META_FIELD.findall(as_text(match[1]))) for match in map(_CONTIG.match, self.lines) if match]
        return {
            contig["ID"]: int(contig["length"])
            for contig in fields
            if "ID" in contig and _LENGTH.fullmatch(contig.get("length", ""))
        }

    def values(self, key: str) -> list[str]:
        """List the values of the header lines `##KEY=VALUE`.

        Parameters
        ----------
        key : str
            The key, such as "reference".

        Returns
        -------
        list of str
            The values in the order of the lines.
        """
        start = f"##{key}=".encode()
        return [as_text(line[len(start) :].rstrip(b"\r\n")) for line in self.lines if line.startswith(start)]


class VcfFile:
    """A VCF, plain, gzipped or bgzipped, or a BCF. The content decides, not the name.

    Parameters
    ----------
    path : str or Path
        The file.

    Attributes
    ----------
    path : Path
        The file.
    header : VcfHeader
        Its header.

    Raises
    ------
    InputError
        The file is missing, empty, truncated, not a VCF, or has no line that names the columns.
    """

    def __init__(self, path: str | Path):
        self.path = require_file(path)
        self._is_bcf = _is_bcf(self.path)
        self.header = self._read_header()

    def records(self) -> Iterator[VcfRecord]:
        """Read the records in the order of the file.

        Yields
        ------
        VcfRecord
            The records. Blank lines are skipped.

        Raises
        ------
        InputError
            A line is malformed, or the file is truncated or damaged.
        """
        columns = self.header.columns
        if self._is_bcf:
            yield from (self._record(number, line, columns) for number, line in self._bcf_records())
            return
        lines = self._text_lines()
        for _ in self.header.lines:
            next(lines)
        for number, line in lines:
            if line.startswith(b"#"):
                raise InputError("a header line follows records; join files with `bcftools concat`", self.path, number)
            if not line.isspace():
                yield self._record(number, line, columns)

    def _read_header(self) -> VcfHeader:
        """Read the lines up to the names of the columns."""
        if self._is_bcf:
            with silence_htslib(), self._open_bcf() as bcf:
                lines = str(bcf.header).encode("utf-8", "surrogateescape").splitlines(keepends=True)
            return VcfHeader(tuple(lines), _samples(lines[-1], self.path, len(lines)))
        header = []
        for number, line in self._text_lines():
            if not line.startswith(b"#"):
                refuse_other_format(self.path, "VCF")
                raise InputError(
                    "no header line that begins with #CHROM precedes this line; give a VCF with its header",
                    self.path,
                    number,
                )
            header.append(line)
            if line.startswith(b"#CHROM"):
                return VcfHeader(tuple(header), _samples(line, self.path, number))
        raise InputError("has no header line that begins with #CHROM; give a VCF with its header", self.path)

    def _record(self, number: int, line: bytes, columns: int) -> VcfRecord:
        """Split a line and check its columns."""
        body = line.rstrip(b"\r\n")
        if body.count(b"\t") + 1 != columns:
            raise InputError(
                f"has {body.count(bytes([9])) + 1} tab-separated columns, the header has {columns}; correct the line",
                self.path,
                number,
            )
        fields = body.split(b"\t", len(_FIXED))
        name, digits = fields[0], fields[1]
        if not name or not digits.isdigit() or len(digits) > 10 or int(digits) > _MAX_POSITION:
            raise InputError(
                f"has the contig {as_text(name[:40])!r} and the position {as_text(digits[:40])!r}; "
                f"give a name and a whole number up to {_MAX_POSITION:,}",
                self.path,
                number,
            )
        genotypes = b"\t" + fields[8] if len(fields) > len(_FIXED) else b""
        ending = line[len(body) :] or b"\n"
        return VcfRecord(number, as_text(name), int(digits) - 1, tuple(fields[:8]), genotypes, ending)

    def _text_lines(self) -> Iterator[tuple[int, bytes]]:
        """Read the lines of a text VCF with their ends; a byte order mark is removed."""
        number = 0
        with open_text(self.path, lambda: number) as handle:
            for number, line in enumerate(handle, 1):
                yield number, line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line

    def _bcf_records(self) -> Iterator[tuple[int, bytes]]:
        """Read the records of a BCF as lines of a VCF."""
        with silence_htslib(), self._open_bcf() as bcf:
            try:
                for number, record in enumerate(bcf, 1):
                    yield number, str(record).encode("utf-8", "surrogateescape")
            except (OSError, ValueError) as error:
                raise self._bcf_error(error) from error

    def _open_bcf(self) -> pysam.VariantFile:
        try:
            return pysam.VariantFile(str(self.path))
        except (OSError, ValueError) as error:
            raise self._bcf_error(error) from error

    def _bcf_error(self, error: Exception) -> InputError:
        return InputError(f"the BCF is damaged or truncated ({error}); copy or download it again", self.path)


def is_vcf(path: str | Path) -> bool:
    """Test whether a file is a VCF or BCF, by its content.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    bool
        True for a BCF, and for a text with a line `##fileformat=VCF` or a line that names the columns of a VCF.

    Raises
    ------
    InputError
        The file is missing, empty, truncated or damaged.
    """
    path = require_file(path)
    if _is_bcf(path):
        return True
    with open_text(path, lambda: 0) as handle:
        for line in handle:
            text = line.removeprefix(_BYTE_ORDER_MARK)
            if text.startswith((b"##fileformat=VCF", b"#CHROM\tPOS\t")):
                return True
            if text.strip() and not text.startswith(b"#"):
                return False
    return False


def as_text(data: bytes) -> str:
    """Decode bytes of a VCF; bytes that are not UTF-8 survive `as_bytes`.

    Parameters
    ----------
    data : bytes
        Bytes of a line.

    Returns
    -------
    str
        The text.
    """
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """Reverse `as_text`.

    Parameters
    ----------
    text : str
        A text.

    Returns
    -------
    bytes
        Its bytes.
    """
    return text.encode("utf-8", "surrogateescape")


def _is_bcf(path: Path) -> bool:
    """Test whether a file is a BCF, compressed or not; check that a bgzip file is not truncated."""
    try:
        if not is_gzip(path):
            with open(path, "rb") as plain:
                return plain.read(len(_BCF)) == _BCF
        if is_bgzip(path):
            check_last_block(path)
        with gzip.open(path) as unpacked:
            return unpacked.read(len(_BCF)) == _BCF
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False  # `open_text` says what is wrong
    except OSError as error:
        raise read_error(path, error) from error


def _samples(line: bytes, path: Path, number: int) -> tuple[str, ...]:
    """Check the line that names the columns; return the samples."""
    fields: Sequence[bytes] = line.rstrip(b"\r\n").split(b"\t")
    if tuple(fields[:8]) != _FIXED or (len(fields) > 8 and fields[8] != b"FORMAT"):
        raise InputError(
            "the header line must name the tab-separated columns #CHROM POS ID REF ALT QUAL FILTER INFO, "
            "and FORMAT before samples",
            path,
            number,
        )
    return tuple(map(as_text, fields[9:]))
