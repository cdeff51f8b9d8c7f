"""Read a bigBed or bigWig with limits on time and memory, and write its intervals to standard output.

`bbi_intervals.py` starts it with `python -c`, not in a pool of workers.
The limits last as long as the process, and the library may abort it, so each file gets its own small process.
It imports little.
"""

from __future__ import annotations

import json
import os
import resource
from array import array
from collections.abc import Sequence
from math import isfinite, nan
from typing import IO, Any

END = b"whole"  # at the end of a complete answer
MAX_INTERVALS = 20_000_000  # of a file
BOTH, PLUS, MINUS = 0, 1, 2  # strands
INTERVAL_TYPES = ("I", "I", "B")  # of `array`: starts, ends and strands
PEAK_TYPES = (*INTERVAL_TYPES, "f", "i", "I", "I")  # strengths, summits, starts and ends of thick parts
_BED_FIELDS = ("name", "score", "strand", "thickStart", "thickEnd")
_SIDES = {"+": PLUS, "-": MINUS}
_DIGITS = 10  # of a count
_MEMORY = 1 << 30  # bytes that the process may address


def answer(path: str, is_bigwig: bool, seconds: int, *, has_peaks: bool = False) -> None:
    """Write a line of JSON with name and count of each contig, then its columns.

    The columns are those of `INTERVAL_TYPES`, or of `PEAK_TYPES`.

    An output without `END` is incomplete. The last line on standard error gives the reason.

    Parameters
    ----------
    path : str
        The file.
    is_bigwig : bool
        True for bigWig, False for bigBed.
    seconds : int
        Limit of CPU time.
    has_peaks : bool
        True writes `PEAK_TYPES` of a bigBed.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    out = limit_process(_MEMORY)
    try:
        contigs = _read(path, is_bigwig, has_peaks)
    except BaseException as error:  # a panic of the library is not an Exception
        report(error)
        return
    with out:
        out.write(json.dumps([(name, len(columns[0])) for name, columns in contigs.items()]).encode() + b"\n")
        for columns in contigs.values():
            for column in columns:
                column.tofile(out)
        out.write(END)


def limit_process(memory: int) -> IO[bytes]:
    """Bound the memory of this process in bytes, and return the stream of its answers.

    What a library prints goes to standard error, because it is not an answer.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def report(error: BaseException) -> None:
    """Write the reason of a failure as the last line of standard error."""
    reason = "it takes too much memory" if isinstance(error, MemoryError) else str(error) or type(error).__name__
    os.write(2, f"\n{' '.join(reason.split())}\n".encode(errors="replace"))


def _read(path: str, is_bigwig: bool, has_peaks: bool) -> dict[str, tuple[array[Any], ...]]:
    """Collect the columns by contig. Adjacent intervals of a bigWig are merged."""
    import pybigtools  # imported only in this process, because it may abort

    types = PEAK_TYPES if has_peaks else INTERVAL_TYPES
    contigs: dict[str, tuple[array[Any], ...]] = {}
    allowance = MAX_INTERVALS
    # Pass the open file: pybigtools chooses the format of a path by its suffix.
    with open(path, "rb") as handle, pybigtools.open(handle) as reader:
        names = _list_fields(reader) if has_peaks else ()
        for name in reader.chroms():
            if not name.isprintable():
                raise ValueError(f"the contig name {name!r} holds a control character")
            starts, ends, strands, *further = contigs[name] = tuple(array(code) for code in types)
            for start, end, *fields in reader.records(name):
                if start >= end:
                    raise ValueError(f"an interval of {name} starts at {start} and ends at {end}")
                if is_bigwig and not fields[0] > 0:
                    continue
                if is_bigwig and ends and ends[-1] == start:
                    ends[-1] = end
                    continue
                starts.append(start)
                ends.append(end)
                strands.append(BOTH if is_bigwig or len(fields) < 3 else _SIDES.get(fields[2], BOTH))
                for column, value in zip(further, _find_peak(names, fields) if further else (), strict=True):
                    column.append(value)
                allowance -= 1
                if allowance < 0:
                    raise ValueError(f"more than {MAX_INTERVALS:,} intervals; keep only the peaks")
    return contigs


def _list_fields(reader: Any) -> tuple[str, ...]:
    """List the names of the fields after the interval, by autoSql; those of BED if it describes none."""
    try:
        described = [field[0] for field in reader.sql(parse=True)["fields"][3:]]
    except Exception:  # an unreadable description is none
        described = []
    return tuple(described) or _BED_FIELDS


def _find_peak(names: Sequence[str], fields: Sequence[str]) -> tuple[float, int, int, int]:
    """Find strength, summit (-1 for none) and thick part (0, 0 for none) among the fields of a record."""
    values = dict(zip(names, fields, strict=False))
    return (
        parse_number(values.get("signalValue", values.get("score", ""))),
        _parse_count(values.get("peak", ""), -1),
        _parse_count(values.get("thickStart", ""), 0),
        _parse_count(values.get("thickEnd", ""), 0),
    )


def parse_number(text: str) -> float:
    """Parse a number; NaN for any other text."""
    try:
        number = float(text)
    except ValueError:
        return nan
    return number if isfinite(number) else nan


def _parse_count(text: str, default: int) -> int:
    """Parse a number from 0 to 2^31 - 1; the default for any other text."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else default
    return number if number < 1 << 31 else default
