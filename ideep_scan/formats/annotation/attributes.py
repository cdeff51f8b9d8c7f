"""Read the attribute column of GTF and GFF3 into keys and values.

The readers are our own because a whole annotation has millions of lines, of which two or three attributes matter, and
because common parsers search the column by pattern and find keys inside quoted text. Here a key counts only outside of
values. If a key is given twice, its first value that is not empty holds. Every reader takes time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import unquote

# The order in which nearly every tool writes them; `gtf_attributes` reads any other one.
_IDS = re.compile(r'(?:gene_id "([^";]*)"; ?transcript_id|transcript_id "([^";]*)"; ?gene_id) "([^";]*)" ?(?:;|$)')
_LONE = re.compile(r"\s*([^\s;=\"']+)\s*;?\s*")

_GAP = re.compile(r"[\s;]*")
_KEY = re.compile(r"([^\s;=\"']+)(?:\s*=\s*|\s+|(?=[\"']))")
_UNTIL_SEMICOLON = re.compile(r"[^;]*")
# A closing quote has a semicolon or the end behind it, so that quotes inside the text do not end it.
_CLOSING = {quote: re.compile(quote + r"\s*(?:;|$)") for quote in "\"'"}
_CLOSING_UNESCAPED = {quote: re.compile(r"(?<!\\)" + quote + r"\s*(?:;|$)") for quote in "\"'"}
# Pairs that are separated by blanks: `gene_id "G" transcript_id "T"`.
_RUN_TOGETHER = re.compile(r'[^"]*(?:"\s+\w+\s+"[^"]*)+')
_BLANK_PAIR = re.compile(r'\s*(\w+)\s+"([^"]*)"(?=[\s;]|$);?')


def gtf_ids(text: str) -> tuple[str, str] | None:
    """Find gene_id and transcript_id where the column begins with them, in either order.

    Returns
    -------
    (gene_id, transcript_id) or None
        None if the whole column must be read (`gtf_attributes`).
    """
    match = _IDS.match(text)
    if match is None:
        return None
    return (match[1], match[3]) if match[2] is None else (match[3], match[2])


def gtf_value(text: str, key: str) -> str:
    """Read the value of one key of a GTF line, most quickly one in double quotes; empty if it has none."""
    place = text.find(key)
    if place < 0:
        return ""
    start = place + len(key)
    plain = "'" not in text and "\\" not in text and text[start : start + 2] == ' "' and text[place - 1 : place] in " ;"
    if plain and not text.count('"', 0, place) & 1:
        end = text.find('"', start + 2)
        if end > start + 2 and text[end + 1 : end + 2] in ("", ";"):
            return text[start + 2 : end].strip()
    return gtf_attributes(text).get(key, "")


def exon_number(text: str) -> int | None:
    """Find the exon_number of a GTF line; None if it has none."""
    place = text.find("exon_number")
    if place < 0:
        return None
    number = text[place + 12 : place + 19].partition(";")[0].strip('"')
    if not number.isdigit() or "'" in text or "\\" in text or text.count('"', 0, place) & 1:
        number = gtf_value(text, "exon_number")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else None


def gtf_attributes(text: str) -> dict[str, str]:
    """Read the attributes of a GTF line: `key "value"; key value; key='value'`.

    Text inside quotes is never read as attributes. A value whose quote does not close is left out.
    """
    pairs = list(_gtf_pairs(text, _CLOSING))
    if "\\" in text and any(value.startswith("\\") for _, value in pairs):
        pairs = list(_gtf_pairs(text, _CLOSING_UNESCAPED))
    elif any('"' in value and _RUN_TOGETHER.fullmatch(value) for _, value in pairs):
        pairs = [(match[1], match[2]) for match in _BLANK_PAIR.finditer(text)]
    return _first(pairs)


def bare_id(text: str) -> str | None:
    """Return the id of a column that holds nothing else, as AUGUSTUS writes its genes and transcripts."""
    match = _LONE.fullmatch(text)
    return None if match is None or match[1] == "." else match[1]


def gff3_attributes(text: str) -> dict[str, str]:
    """Read the attributes of a GFF3 line: `key=value;key=value`, with escapes (%2C) resolved.

    A value in quotes may hold semicolons. Read keys of several values, such as Parent, with `gff3_values`.
    """
    return {key: unquote(value) for key, value in _first(_gff3_pairs(text)).items()}


def gff3_value(text: str, key: str) -> str:
    """Read the value of one key of a GFF3 line; empty if it has none."""
    return unquote(_gff3_raw(text, key))


def gff3_values(text: str, key: str) -> list[str]:
    """Read the values of one key, separated by commas; an escaped comma (%2C) is part of a value."""
    return [unquote(value.strip()) for value in _gff3_raw(text, key).split(",") if value.strip()]


def _gff3_raw(text: str, key: str) -> str:
    if '"' in text or "'" in text:
        return _first(_gff3_pairs(text)).get(key, "")
    match = _gff3_key(key).search(text)
    return "" if match is None else match[1].rstrip()


@cache
def _gff3_key(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|;)\s*{re.escape(key)}\s*=\s*([^;\s][^;]*)")


def _gtf_pairs(text: str, closing: dict[str, re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    place = _end(_GAP, text, 0)
    open_quotes: set[str] = set()
    while place < len(text):
        key = _KEY.match(text, place)
        if key is None:
            place = _end(_GAP, text, _end(_UNTIL_SEMICOLON, text, place))
            continue
        value, place = _value_at(text, key.end(), closing, open_quotes)
        if value is not None:
            yield key[1], value
        place = _end(_GAP, text, place)


def _gff3_pairs(text: str) -> Iterator[tuple[str, str]]:
    if '"' not in text and "'" not in text:
        for item in text.split(";"):
            key, _, value = item.partition("=")
            yield key.strip(), value.strip()
        return
    place, open_quotes = 0, set[str]()
    while (sign := text.find("=", place)) >= 0:
        key = text[place:sign].rpartition(";")[2].strip()
        start = sign + 1
        while start < len(text) and text[start] == " ":
            start += 1
        quoted, place = _value_at(text, start, _CLOSING, open_quotes)
        yield key, text[start:place].strip() if quoted is None else quoted


def _value_at(
    text: str, start: int, closing: dict[str, re.Pattern[str]], open_quotes: set[str]
) -> tuple[str | None, int]:
    """A value and the place behind it; None if its quote does not close.

    `open_quotes` collects the quotes that do not close in the rest of the text, so that they are searched for once.
    """
    quote = text[start : start + 1]
    if quote in closing and quote not in open_quotes:
        end = closing[quote].search(text, start + 1)
        if end is not None:
            value = text[start + 1 : end.start()].strip()
            is_quoted_twice = len(value) > 1 and value[0] == value[-1] == quote and quote not in value[1:-1]
            return value[1:-1] if is_quoted_twice else value, end.end()
        open_quotes.add(quote)
    end_of_item = _end(_UNTIL_SEMICOLON, text, start)
    return None if quote in closing else text[start:end_of_item].strip(), end_of_item


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return place if match is None else match.end()


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in pairs:
        if not found.get(key):
            found[key] = value
    return found
