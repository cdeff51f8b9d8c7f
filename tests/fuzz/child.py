"""Fuzz one target in this process: `python -m fuzz.child TARGET FOLDER SECONDS SEED`, started by `fuzz.campaign`.

Atheris (libFuzzer) does the work: it mutates inputs, guided by the lines of our packages that they reach. A reader that
raises anything but an expected error, or takes more than `SLOW` processor seconds, is noted with its input, once for
each place in the code, and fuzzing goes on. An input that ends the process, or hangs, is left to libFuzzer.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

import atheris

from ideep_scan import kernels

for module in pkgutil.iter_modules(kernels.__path__, "ideep_scan.kernels."):
    importlib.import_module(module.name)  # before the rest: numba cannot compile what Atheris has instrumented
with atheris.instrument_imports(include=["ideep_scan", "track_hubs"]):
    from fuzz.json_mutator import mutated
    from fuzz.readers import EXPECTED, Read
    from fuzz.targets import TARGETS

SLOW = 2.0  # processor seconds of one input
_HANGS = 30  # seconds on the clock after which libFuzzer ends the process
_MEMORY = 1024  # MB


def main() -> None:
    """Fuzz until the time is over; libFuzzer ends the process."""
    name, folder, seconds, seed = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    target = TARGETS[name]
    corpus, finds = folder / "corpus", folder / "finds"
    for place in (corpus, finds):
        place.mkdir(parents=True, exist_ok=True)
    read = target.prepare(folder)
    for number, data in enumerate(target.inputs(folder)):
        (corpus / f"seed{number}").write_bytes(data)
        with suppress(*EXPECTED):
            read(data)  # compiles and loads what the first call needs, which no later one pays for
    words = folder / "words.dict"
    words.write_text("# tokens\n" + "".join(f'"{_escaped(word)}"\n' for word in (*target.words, "\t")))
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-max_len={target.largest}",
        f"-timeout={_HANGS}",
        f"-rss_limit_mb={_MEMORY}",
        f"-artifact_prefix={finds}/",
        f"-dict={words}",
        "-len_control=0",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    mutator = {"custom_mutator": _mutate_json} if target.json else {}
    atheris.Setup([sys.argv[0], *options, str(corpus)], _Judge(read, finds), **mutator)
    atheris.Fuzz()


def _mutate_json(data: bytes, largest: int, seed: int) -> bytes:
    changed = mutated(data, seed) if seed % 8 else None
    return atheris.Mutate(data, largest) if changed is None else changed[:largest]


class _Judge:
    """Calls a reader and notes what it must not do."""

    def __init__(self, read: Read, finds: Path) -> None:
        self._read, self._finds = read, finds

    def __call__(self, data: bytes) -> None:
        started = time.process_time()
        try:
            self._read(data)
        except EXPECTED:
            pass
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            self._note(f"{type(error).__name__}_{Path(last.filename).name}_{last.lineno}", data)
        if time.process_time() - started > SLOW:
            self._note("slow", data)

    def _note(self, kind: str, data: bytes) -> None:
        path = self._finds / kind
        if not path.exists():
            path.write_bytes(data)


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    main()
