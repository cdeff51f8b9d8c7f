"""State of the process while a command runs: notes of the library, signals, and what is left afterwards."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator

import pytest

from ideep_scan.cli.process_state import keep_memory, process_state
from ideep_scan.errors import Stopped
from ideep_scan.process import STOP_SIGNALS

LOGGER = logging.getLogger("ideep_scan")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Restore the handlers of signals, which a program that ends does not."""
    before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGALRM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_warnings_of_the_library_are_notes_of_one_line(capsys):
    with process_state():
        LOGGER.getChild("kernels").warning("kernels are\ncompiled,  %d times", 2)
        LOGGER.info("too small a matter")
    LOGGER.warning("after the end")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "note: kernels are compiled, 2 times\n")


def test_a_command_twice_in_one_process_notes_once(capsys):
    for _ in range(2):
        with process_state():
            pass
    with process_state():
        LOGGER.warning("x")
    assert capsys.readouterr().err == "note: x\n"


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_signal_unwinds_the_command(number):
    with pytest.raises(Stopped) as caught, process_state():
        signal.raise_signal(number)
    assert caught.value.number == number


def test_signals_are_ignored_once_the_command_has_ended():
    with process_state():
        pass
    signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_the_notes_end_with_an_error():
    before = list(LOGGER.handlers)
    with pytest.raises(ZeroDivisionError), process_state():
        1 / 0  # noqa: B018
    assert LOGGER.handlers == before


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_memory_is_set_on_glibc_and_left_alone_elsewhere(monkeypatch, platform):
    seen = []

    class Library:
        """A C library that notes its settings."""

        def __init__(self, name: None):
            self.mallopt = lambda *values: seen.append(values)

    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("ctypes.CDLL", Library)
    keep_memory()
    assert seen == ([(-1, 2**26), (-3, 2**25)] if platform == "linux" else [])


def test_a_c_library_without_mallopt_is_left_alone(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    keep_memory()
