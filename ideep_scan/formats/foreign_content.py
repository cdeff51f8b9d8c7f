"""Recognise files that no reader of text can use by their first bytes: archives, binary formats, UTF-16, web pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import InputError

UTF8_MARK = b"\xef\xbb\xbf"
_UNPACK = "unpack it, or pack it with bgzip"
_SAVE = "save the table as tab-separated text"
_PACKERS = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z", b"Rar!": "rar"}
_FORMATS = {
    b"\x1a\x41\x27\x43": ("2bit", "convert it with twoBitToFa"),
    b"\x43\x27\x41\x1a": ("2bit", "convert it with twoBitToFa"),
    b"BAM\1": ("BAM (aligned reads)", "call sites first"),
    b"CRAM": ("CRAM (aligned reads)", "call sites first"),
    b"\xd0\xcf\x11\xe0": ("an Excel workbook", _SAVE),
    b"%PDF": ("PDF", _SAVE),
    b"{\\rtf": ("RTF", _SAVE),
    b"\x89HDF": ("HDF5", _SAVE),
    b"PAR1": ("Parquet", _SAVE),
    b"SQLite format 3": ("an SQLite database", _SAVE),
    b"X\n\0\0": ("a file of R (RDS)", _SAVE),
    b"RDX": ("a file of R (RData)", _SAVE),
    b"\x89PNG": ("a picture (PNG)", "give the data behind it"),
    b"version https://git-lfs": ("a pointer of Git LFS, not the file itself", "fetch the file: `git lfs pull`"),
}
# Binary formats that some commands read, in either byte order (Kent et al. 2010, supplement; VCF 4.3, section 6.2).
BIGWIG = (bytes.fromhex("888ffc26"), bytes.fromhex("26fc8f88"))
BIGBED = (bytes.fromhex("8789f2eb"), bytes.fromhex("ebf28987"))
_BCF = b"BCF"
_TAR, _TAR_PLACE = b"ustar", 257
_WEB = (b"<!doctype html", b"<html", b"<?xml")
_WEB_ERROR = re.compile(
    rb"(?:[45]\d\d:? *)?(?:not found|forbidden|access denied|bad request|unauthorized)\.?", re.IGNORECASE
)
_JSON = re.compile(rb"(?:\{\s*\"|\[\s*[\[{\"])")
_MIN_UTF16 = 16  # bytes, below which NUL characters say little


class ForeignContent(NamedTuple):
    """Content of a file that is not text.

    Attributes
    ----------
    code : str
        Kind of content: "other-compression", "utf-16", "web-page" or "foreign-format".
    text : str
        The fault and its remedy.
    """

    code: str
    text: str


def find_foreign_content(head: bytes) -> ForeignContent | None:
    """Recognise the content of a file that is not text.

    Parameters
    ----------
    head : bytes
        First bytes of the uncompressed content.

    Returns
    -------
    ForeignContent or None
        None if the file may be text.

    Examples
    --------
    >>> find_foreign_content(b"BZh91AY").text
    'is compressed with bzip2; unpack it, or pack it with bgzip'
    """
    if head.startswith(b"\x1f\x8b"):
        return ForeignContent("other-compression", "is gzipped twice; unpack it once (`gunzip`)")
    if head[_TAR_PLACE : _TAR_PLACE + len(_TAR)] == _TAR:
        return ForeignContent("other-compression", "is a tar archive; unpack it (`tar -xf`)")
    if head.startswith(b"PK\3\4"):
        return ForeignContent("other-compression", f"is a zip archive or an Excel workbook; unpack it, or {_SAVE}")
    for magic, name in _PACKERS.items():
        if head.startswith(magic):
            return ForeignContent("other-compression", f"is compressed with {name}; {_UNPACK}")
    for magic, (name, remedy) in _FORMATS.items():
        if head.startswith(magic):
            return ForeignContent("foreign-format", f"is {name}; {remedy}")
    if _is_utf16(head):
        return ForeignContent("utf-16", "is encoded as UTF-16; save it as UTF-8")
    text = head.removeprefix(UTF8_MARK).lstrip()
    if text[:20].lower().startswith(_WEB):
        return ForeignContent("web-page", "is an HTML or XML file; download the file again, or give it as text")
    if _WEB_ERROR.fullmatch(text.rstrip()):
        return ForeignContent("web-page", "is the error message of a web server; download the file again")
    if _JSON.match(text):
        return ForeignContent("foreign-format", f"is JSON; {_SAVE}")
    return None


def name_binary_format(head: bytes) -> str:
    """Name a binary format that no reader of text can use.

    Parameters
    ----------
    head : bytes
        First bytes of the file, or of its uncompressed content.

    Returns
    -------
    str
        Name with an article, such as "a bigWig".

    Examples
    --------
    >>> name_binary_format(bytes.fromhex("26fc8f88"))
    'a bigWig'
    """
    names = {**dict.fromkeys(BIGWIG, "a bigWig"), **dict.fromkeys(BIGBED, "a bigBed")}
    return names.get(head[:4], "BCF" if head.startswith(_BCF) else "a binary file")


def refuse_foreign_content(head: bytes, path: str | Path) -> None:
    """Raise InputError if the first bytes are those of an archive, of a binary format, of UTF-16 or of a web page."""
    content = find_foreign_content(head)
    if content is not None:
        raise InputError(content.text, path)


def _is_utf16(head: bytes) -> bool:
    """Test for a mark of UTF-16, or for a NUL in every second byte."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = head[: min(len(head), 256) & ~1]
    return len(sample) >= _MIN_UTF16 and any(not any(sample[i::2]) and all(sample[1 - i :: 2]) for i in (0, 1))
