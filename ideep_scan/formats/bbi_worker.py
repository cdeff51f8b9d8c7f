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
from typing import IO

END = b"whole"  # at the end of a complete answer
MAX_INTERVALS = 20_000_000  # of a file
BOTH, PLUS, MINUS = 0, 1, 2  # strands
_SIDES = {"+": PLUS, "-": MINUS}
_MEMORY = 1 << 30  # bytes that the process may address


def answer(path: str, is_bigwig: bool, seconds: int) -> None:
    """Write a line of JSON with name and count of each contig, then starts, ends (uint32) and strands (uint8).

    An output without `END` is incomplete. The last line on standard error gives the reason.

    Parameters
    ----------
    path : str
        The file.
    is_bigwig : bool
        True for bigWig, False for bigBed.
    seconds : int
        Limit of CPU time.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    out = limit_process(_MEMORY)
    try:
        contigs = _read(path, is_bigwig)
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


def _read(path: str, is_bigwig: bool) -> dict[str, tuple[array[int], array[int], array[int]]]:
    """Collect starts, ends and strands by contig. Adjacent intervals of a bigWig are merged."""
    import pybigtools  # imported only in this process, because it may abort

    contigs, allowance = {}, MAX_INTERVALS
    # Pass the open file: pybigtools chooses the format of a path by its suffix.
    with open(path, "rb") as handle, pybigtools.open(handle) as reader:
        for name in reader.chroms():
            if not name.isprintable():
                raise ValueError(f"the contig name {name!r} holds a control character")
            starts, ends, strands = contigs[name] = array("I"), array("I"), array("B")
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
                allowance -= 1
                if allowance < 0:
                    raise ValueError(f"more than {MAX_INTERVALS:,} intervals; keep only the peaks")
    return contigs
