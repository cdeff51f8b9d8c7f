"""Write an annotated VCF or BCF: further keys of INFO, and every other byte as it was."""

from __future__ import annotations

import contextlib
import gzip
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import IO, Protocol
from urllib.parse import quote

import pysam
import pysam.bcftools

from ideep_scan.errors import OutputError
from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.htslib import close_bgzip, silence_htslib
from ideep_scan.formats.text_output import standard_output
from ideep_scan.formats.variants.vcf import VcfHeader, VcfRecord

PLAIN, BGZIP, BCF = ".vcf", ".vcf.gz", ".bcf"
_MODE = "wb4"  # level 4 of compression, as for BED
_BATCH = 1 << 18  # bytes per write
_BCFTOOLS = Lock()  # bcftools has global variables
_BCFTOOLS_ERROR = re.compile(r"Error: (.*?)(?:\\n|\n|$)")  # pysam escapes line ends
_INDICES = (".tbi", ".csi")  # a .tbi ends at 512 Mb
# Printable ASCII without the characters that the VCF specification (1.2) encodes, and without the bar of our values.
_SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in "%,;=|")


def encode_name(name: str) -> str:
    """Percent-encode the characters that have a meaning in INFO, as the VCF specification asks.

    Parameters
    ----------
    name : str
        A name, of a gene for example.

    Returns
    -------
    str
        The name without commas, bars, semicolons, equals signs, blanks and bytes that are not ASCII.

    Examples
    --------
    >>> encode_name("HLA-A, 50 %")
    'HLA-A%2C%2050%20%25'
    """
    return quote(name, safe=_SAFE, errors="surrogateescape")


def annotate_header(header: VcfHeader, additions: Sequence[str], replaced: Collection[str]) -> list[bytes]:
    """Add header lines before the names of the columns.

    Parameters
    ----------
    header : VcfHeader
        The header.
    additions : sequence of str
        The lines to add, without their ends.
    replaced : collection of str
        Beginnings of lines that are removed, such as "##INFO=<ID=RBP,".

    Returns
    -------
    list of bytes
        All lines in their order.
    """
    *meta, columns = header.lines
    starts = tuple(start.encode() for start in replaced)
    first = header.lines[0]
    ending = first[len(first.rstrip(b"\r\n")) :] or b"\n"
    lines = [line for line in meta if not line.startswith(starts)]
    return [*lines, *(line.encode() + ending for line in additions), columns.rstrip(b"\r\n") + ending]


def annotate_record(record: VcfRecord, values: Mapping[str, str], replaced: Collection[bytes]) -> bytes:
    """Append values to the INFO of a record.

    Parameters
    ----------
    record : VcfRecord
        The record.
    values : mapping of str to str
        Value of each key; empty for a flag.
    replaced : collection of bytes
        Keys that are removed from the INFO first.

    Returns
    -------
    bytes
        The line with its end.
    """
    info = record.columns[7]
    if any(key in info for key in replaced):
        info = b";".join(part for part in info.split(b";") if part.partition(b"=")[0] not in replaced)
    parts = [] if info in (b"", b".") else [info.removesuffix(b";")]
    parts += [f"{key}={value}".encode() if value else key.encode() for key, value in values.items()]
    return b"\t".join((*record.columns[:7], b";".join(parts) or b".")) + record.genotypes + record.ending


class VcfWriter(Protocol):
    """Writer of the lines of a VCF."""

    def add(self, line: bytes) -> None:
        """Append a line with its end."""
        ...


class _BatchedWriter:
    """Collect lines and write many at once."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _BATCH:
            self.flush()

    def flush(self) -> None:
        with silence_htslib():
            self._file.write(b"".join(self._lines))
        self._lines.clear()
        self._size = 0


def kind_of_vcf(path: Path) -> str | None:
    """Return the kind of file that a name stands for: `PLAIN`, `BGZIP` or `BCF`; None for another name.

    Examples
    --------
    >>> kind_of_vcf(Path("out.vcf.gz")), kind_of_vcf(Path("out.bam"))
    ('.vcf.gz', None)
    """
    return next((kind for kind in (BGZIP, PLAIN, BCF) if path.name.lower().endswith(kind)), None)


@contextlib.contextmanager
def write_vcf(path: Path | None, stream: IO[bytes], *, is_sorted: bool) -> Iterator[VcfWriter]:
    """Open a VCF for writing. It appears when it is complete.

    Parameters
    ----------
    path : Path or None
        The file: plain VCF, bgzipped VCF or BCF by its name. None writes plain VCF to `stream`.
    stream : IO[bytes]
        Standard output.
    is_sorted : bool
        Whether the records are sorted. Then a bgzipped VCF gets an index: .tbi, or .csi for positions over 512 Mb.

    Yields
    ------
    VcfWriter
        Takes the lines of the header, then those of the records.

    Raises
    ------
    OutputError
        The file cannot be written, or a BCF cannot hold a record.
    BrokenPipeError
        The reader of `stream` closed it.
    """
    if path is None:
        with standard_output(stream), _flushed(stream) as writer:
            yield writer
        return
    kind = kind_of_vcf(path)
    with AtomicFile(path) as part:
        if kind == BCF:
            with _temporary_bgzip(path) as text:
                with _bgzip(text) as packed, _flushed(packed) as writer:
                    yield writer
                _convert_to_bcf(text, part, path)
        elif kind == BGZIP:
            with _bgzip(part) as packed, _flushed(packed) as writer:
                yield writer
            _replace_index(path, part, is_sorted)
        else:
            with part.open("wb") as plain, _flushed(plain) as writer:
                yield writer


@contextlib.contextmanager
def _flushed(file: IO[bytes]) -> Iterator[_BatchedWriter]:
    writer = _BatchedWriter(file)
    yield writer
    writer.flush()


@contextlib.contextmanager
def _bgzip(path: Path) -> Iterator[IO[bytes]]:
    """Open a bgzip file for writing."""
    with silence_htslib():
        file = pysam.BGZFile(str(path), _MODE, None)  # type: ignore[arg-type]
    try:
        yield file  # type: ignore[misc]
    except BaseException:
        with contextlib.suppress(OSError):
            close_bgzip(file)
        raise
    close_bgzip(file)


@contextlib.contextmanager
def _temporary_bgzip(path: Path) -> Iterator[Path]:
    """Name a temporary file beside the final one, and remove it at the end."""
    file = AtomicFile(path, ".text.gz")
    try:
        yield file.part
    finally:
        file.discard()


def _replace_index(path: Path, part: Path, is_sorted: bool) -> None:
    """Index a finished file under its temporary name; remove an earlier index."""
    indices = [path.with_name(path.name + suffix) for suffix in _INDICES]
    if not is_sorted:
        for index in indices:
            index.unlink(missing_ok=True)
        return
    try:
        _write_index(part, indices[0], csi=False)
        indices[1].unlink(missing_ok=True)
    except OutputError:
        _write_index(part, indices[1], csi=True)
        indices[0].unlink(missing_ok=True)


def _write_index(part: Path, path: Path, *, csi: bool) -> None:
    with AtomicFile(path) as index, silence_htslib():
        pysam.tabix_index(str(part), preset="vcf", force=True, index=str(index), csi=csi)


def _convert_to_bcf(text: Path, part: Path, path: Path) -> None:
    """Convert a VCF to BCF; contigs, filters and keys that its header lacks are added to it.

    Raises
    ------
    OutputError
        A record cannot be held by a BCF.
    """
    with _temporary_bgzip(path) as bgzipped, silence_htslib():
        try:
            complete = _complete_header(text)
        except (OSError, ValueError) as error:
            raise OutputError(f"{path}: a BCF cannot hold these records ({error}); write .vcf.gz instead") from error
        if complete is not None:
            _replace_header(text, bgzipped, complete)
            text = bgzipped
        try:
            with _BCFTOOLS:  # pysam's writer of records would add and remove END
                pysam.bcftools.view("--no-version", "-Ob", "-o", str(part), str(text), catch_stdout=False)
        except pysam.SamtoolsError as error:
            reason = _BCFTOOLS_ERROR.search(str(error))
            raise OSError(reason[1] if reason else "bcftools failed") from error


def _complete_header(text: Path) -> str | None:
    """Return the header with a line for everything that the records use; None if it has all of them."""
    with pysam.VariantFile(str(text)) as reader:
        before = str(reader.header)
        for _ in reader:
            pass  # htslib adds what it misses
        after = str(reader.header)
    return None if before == after else after


def _replace_header(text: Path, out: Path, header: str) -> None:
    """Copy a VCF with another header."""
    with gzip.open(text) as lines, _bgzip(out) as packed, _flushed(packed) as writer:
        writer.add(header.encode("utf-8", "surrogateescape"))
        for line in lines:
            if not line.startswith(b"#"):
                writer.add(line)
