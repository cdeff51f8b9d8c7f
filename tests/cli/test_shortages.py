"""A shortage of the system is one line; errors of the program stay as they are."""

from __future__ import annotations

import pytest
from runs import Command

from ideep_scan.cli import commands

MAPPED = ImportError("libtorch_cpu.so: failed to map segment from shared object")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (MemoryError(), "memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"), "memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"), "memory"),
        (MAPPED, "memory"),
        (RuntimeError("can't start new thread"), "threads"),
    ],
)
def test_a_shortage_is_one_line(error: Exception, word: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise error

    monkeypatch.setattr(commands, "run_command", fail)
    said = command("genome")
    assert (said.code, said.out) == (2, "")
    (line,) = said.err.splitlines()
    assert word in line


def test_another_error_is_not_hidden(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(commands, "run_command", fail)
    with pytest.raises(RuntimeError, match="shapes differ"):
        command("genome")
