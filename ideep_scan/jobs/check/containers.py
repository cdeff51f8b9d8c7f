"""Check what surrounds the records of a file: compression, line ends, name and index."""

from __future__ import annotations

import gzip
import re
import zlib

from ideep_scan.formats.bgzip import is_bgzip
from ideep_scan.formats.foreign_content import UTF8_MARK, find_foreign_content
from ideep_scan.formats.text import is_gzip, read_error, require_file
from ideep_scan.jobs.check.findings import FileReport

_HEAD = 1 << 16  # bytes
_PACKED = (".gz", ".bgz")
_UNPACKED = (".bcf", ".bb", ".bw", ".bigbed", ".bigwig")  # binary formats that are packed under other names
_BLANKS = re.compile(rb"\n(?:[A-Za-z]*[ \t]+\r?\n|\r?\n)")  # a line of a sequence that ends with blanks or is blank
_INDICES = (".tbi", ".csi")


def check_container(report: FileReport) -> bool:
    """Check compression, encoding, line ends, name and index of a file.

    Parameters
    ----------
    report : FileReport
        Receives the findings.

    Returns
    -------
    bool
        False if no reader can use the file.

    Raises
    ------
    InputError
        The file is missing, empty, a folder or unreadable.
    """
    path = require_file(report.path)
    try:
        with open(path, "rb") as handle:
            head = handle.read(_HEAD)
    except OSError as error:
        raise read_error(path, error) from error
    packed = is_gzip(path)
    head = _unpack(head) if packed else head
    content = find_foreign_content(head)
    if content is not None:
        report.add(content.code, content.text)
        return False
    _check_name(report, packed)
    _check_text(report, head)
    _check_indices(report)
    return True


def check_bgzip(report: FileReport) -> None:
    """Report a gzip file that tabix and bcftools cannot use."""
    if is_gzip(report.path) and not is_bgzip(report.path):
        report.add("not-bgzip", "is gzip, not bgzip")


def _unpack(head: bytes) -> bytes:
    """Decompress the beginning of a gzip file; what is damaged stays for its reader."""
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, _HEAD)
    except (zlib.error, gzip.BadGzipFile):
        return b""


def _check_name(report: FileReport, packed: bool) -> None:
    suffix = report.path.suffix.lower()
    if packed and suffix not in _PACKED + _UNPACKED:
        report.add("misleading-name", "is gzipped, but its name does not end in .gz")
    if not packed and suffix in _PACKED:
        report.add("misleading-name", f"is not compressed, but its name ends in {suffix}")


def _check_text(report: FileReport, head: bytes) -> None:
    """Check byte order mark and line ends of the first bytes."""
    if head.startswith(UTF8_MARK):
        report.add("byte-order-mark", "begins with a byte order mark")
    if b"\0" in head:
        return
    if head.startswith(b">") and (blank := _BLANKS.search(head)):
        report.add("uneven-lines", "has blanks or blank lines in a sequence", head[: blank.start()].count(b"\n") + 2)
    if b"\r\n" in head:
        report.add("line-ends", "lines end with CR LF (Windows)", head[: head.index(b"\r\n")].count(b"\n") + 1)
    elif b"\r" in head:
        report.add("line-ends", "lines end with CR (old Mac)", 1)


def _check_indices(report: FileReport) -> None:
    """Report an index of tabix or bcftools that is older than the file."""
    for suffix in _INDICES:
        index = report.path.with_name(report.path.name + suffix)
        if index.is_file() and index.stat().st_mtime_ns < report.path.stat().st_mtime_ns:
            report.add("stale-index", f"{index.name} is older than the file")
