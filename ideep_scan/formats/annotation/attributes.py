"""Read the attribute column of GTF and GFF3 into keys and values.

No library is used: an annotation has millions of lines with two or three relevant attributes.
Common parsers also search by pattern and find keys inside quoted text.
Here only text outside of values is a key.
If a key occurs twice, its first value that is not empty counts.
Every reader takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import unquote

# The usual order. `gtf_attributes` reads every other one.
_IDS = re.compile(r'(?:gene_id "([^";]*)"; ?transcript_id|transcript_id "([^";]*)"; ?gene_id) "([^";]*)" ?(?:;|$)')
_LONE = re.compile(r"\s*([^\s;=\"']+)\s*;?\s*")

_GAP = re.compile(r"[\s;]*")
_KEY = re.compile(r"([^\s;=\"']+)(?:\s*=\s*|\s+|(?=[\"']))")
_UNTIL_SEMICOLON = re.compile(r"[^;]*")
# A semicolon or the end of the text follows a closing quote. Other quotes are part of the value.
_CLOSING = {quote: re.compile(quote + r"\s*(?:;|$)") for quote in "\"'"}
_CLOSING_UNESCAPED = {quote: re.compile(r"(?<!\\)" + quote + r"\s*(?:;|$)") for quote in "\"'"}
# Pairs separated by blanks: `gene_id "G" transcript_id "T"`.
_RUN_TOGETHER = re.compile(r'[^"]*(?:"\s+\w+\s+"[^"]*)+')
_BLANK_PAIR = re.compile(r'\s*(\w+)\s+"([^"]*)"(?=[\s;]|$);?')


def parse_gtf_ids(text: str) -> tuple[str, str] | None:
    """Read gene_id and transcript_id at the beginning of the column, in either order.

    Parameters
    ----------
    text : str
        The attribute column.

    Returns
    -------
    tuple[str, str] or None
        gene_id and transcript_id. None if the column does not begin with both; use `gtf_attributes` then.

    Examples
    --------
    >>> parse_gtf_ids('gene_id "G"; transcript_id "T"; exon_number "1";')
    ('G', 'T')
    """
    match = _IDS.match(text)
    if match is None:
        return None
    return (match[1], match[3]) if match[2] is None else (match[3], match[2])


def find_gtf_value(text: str, key: str) -> str:
    """Read the value of one key of a GTF line. A value in double quotes is fastest.

    Parameters
    ----------
    text : str
        The attribute column.
    key : str
        The key.

    Returns
    -------
    str
        The value; empty if it is missing.
    """
    place = text.find(key)
    if place < 0:
        return ""
    start = place + len(key)
    plain = "'" not in text and "\\" not in text and text[start : start + 2] == ' "' and text[place - 1 : place] in " ;"
    if plain and not text.count('"', 0, place) & 1:
        end = text.find('"', start + 2)
        if end > start + 2 and text[end + 1 : end + 2] in ("", ";"):
            return text[start + 2 : end].strip()
    return parse_gtf_attributes(text).get(key, "")


def find_exon_number(text: str) -> int | None:
    """Read the exon_number of a GTF line.

    Parameters
    ----------
    text : str
        The attribute column.

    Returns
    -------
    int or None
        The number; None if it is missing.
    """
    place = text.find("exon_number")
    if place < 0:
        return None
    number = text[place + 12 : place + 19].partition(";")[0].strip('"')
    if not number.isdigit() or "'" in text or "\\" in text or text.count('"', 0, place) & 1:
        number = find_gtf_value(text, "exon_number")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else None


def parse_gtf_attributes(text: str) -> dict[str, str]:
    """Read the attributes of a GTF line: `key "value"; key value; key='value'`.

    Text inside quotes is never read as attributes. A value without a closing quote is skipped.

    Parameters
    ----------
    text : str
        The attribute column.

    Returns
    -------
    dict[str, str]
        Values by key.

    Examples
    --------
    >>> parse_gtf_attributes('gene_id "G"; note "a; b"; level 2')
    {'gene_id': 'G', 'note': 'a; b', 'level': '2'}
    """
    pairs = list(_gtf_pairs(text, _CLOSING))
    if "\\" in text and any(value.startswith("\\") for _, value in pairs):
        pairs = list(_gtf_pairs(text, _CLOSING_UNESCAPED))
    elif any('"' in value and _RUN_TOGETHER.fullmatch(value) for _, value in pairs):
        pairs = [(match[1], match[2]) for match in _BLANK_PAIR.finditer(text)]
    return _first_values(pairs)


def parse_bare_id(text: str) -> str | None:
    """Read an attribute column that holds only an id, as AUGUSTUS writes genes and transcripts.

    Parameters
    ----------
    text : str
        The attribute column.

    Returns
    -------
    str or None
        The id; None for any other column.
    """
    match = _LONE.fullmatch(text)
    return None if match is None or match[1] == "." else match[1]


def parse_gff3_attributes(text: str) -> dict[str, str]:
    """Read the attributes of a GFF3 line: `key=value;key=value`. Escapes (%2C) are decoded.

    A value in quotes may hold semicolons. Use `gff3_values` for keys with several values, such as Parent.

    Parameters
    ----------
    text : str
        The attribute column.

    Returns
    -------
    dict[str, str]
        Values by key.

    Examples
    --------
    >>> parse_gff3_attributes("ID=t1;Name=a%2Cb")
    {'ID': 't1', 'Name': 'a,b'}
    """
    return {key: unquote(value) for key, value in _first_values(_gff3_pairs(text)).items()}


def find_gff3_value(text: str, key: str) -> str:
    """Read the value of one key of a GFF3 line.

    Parameters
    ----------
    text : str
        The attribute column.
    key : str
        The key.

    Returns
    -------
    str
        The value; empty if it is missing.
    """
    return unquote(_gff3_raw(text, key))


def find_gff3_values(text: str, key: str) -> list[str]:
    """Read the comma-separated values of one key of a GFF3 line.

    Parameters
    ----------
    text : str
        The attribute column.
    key : str
        The key.

    Returns
    -------
    list[str]
        The values. An escaped comma (%2C) is part of a value.

    Examples
    --------
    >>> find_gff3_values("ID=e1;Parent=t1,t2", "Parent")
    ['t1', 't2']
    """
    return [unquote(value.strip()) for value in _gff3_raw(text, key).split(",") if value.strip()]


def _gff3_raw(text: str, key: str) -> str:
    if '"' in text or "'" in text:
        return _first_values(_gff3_pairs(text)).get(key, "")
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
    """Read the value at a position and return it with the position after it; None if its quote does not close.

    `open_quotes` collects quotes that do not close in the rest of the text, so that they are searched only once.
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


def _first_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, value in pairs:
        if not values.get(key):
            values[key] = value
    return values
