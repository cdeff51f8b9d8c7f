"""Answer questions for the values of a bigWig, within a limit of memory.

`bigwig_values.py` starts it with `python -c`, not in a pool of workers.
The limit lasts as long as the process, and the library may abort it, so each file gets its own small process.
It imports little.
A question is a line of JSON on standard input: contig, start, end.
Its answer on standard output is a float32 for each position, NaN if there is no value.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any

from ideep_scan.formats.bbi_worker import limit_process, report

_MEMORY = 2 << 30  # bytes that the process may address


def answer(path: str) -> None:
    """Write names and lengths of all contigs as a line of JSON, then answer questions until standard input ends."""
    out = limit_process(_MEMORY)
    try:
        _answer(path, out)
    except BrokenPipeError:
        return
    except BaseException as error:  # a panic of the library is not an Exception
        report(error)


def _answer(path: str, out: IO[bytes]) -> None:
    """Open the bigWig and answer every question."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread would take its share of the memory
    import numpy as np
    import pybigtools  # here alone, since it may abort

    # An open file, because pybigtools judges a path by its suffix.
    with open(path, "rb") as handle, pybigtools.open(handle) as reader:
        if not reader.is_bigwig:
            raise ValueError("it is not a bigWig")
        lengths = reader.chroms()
        if not all(name.isprintable() for name in lengths):
            raise ValueError("a contig name holds a control character")
        out.write(json.dumps(lengths).encode() + b"\n")
        out.flush()
        for line in sys.stdin:
            name, start, end = json.loads(line)
            values = np.full(end - start, np.nan, np.float32)
            first, last = max(start, 0), min(end, lengths[name])
            if first < last:
                values[first - start : last - start] = _values(reader, name, first, last)
            out.write(values.tobytes())
            out.flush()


def _values(reader: Any, name: str, start: int, end: int) -> Any:
    """Read values, NaN if there is none; pybigtools 0.3 renamed the argument that asks for NaN."""
    try:
        return reader.values(name, start, end, fillna=None)
    except TypeError:
        return reader.values(name, start, end, missing=float("nan"))
