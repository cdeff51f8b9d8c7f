"""The final work on a file in this thread."""

from __future__ import annotations

import threading

import pytest

from ideep_scan.errors import OutputError
from ideep_scan.formats.runner import Runner, run_here

HERE: Runner = run_here


def test_a_function_gets_its_arguments_and_gives_its_result_in_this_thread():
    assert HERE(lambda *values: (values, threading.get_ident()), 1, "two") == ((1, "two"), threading.get_ident())


def test_an_error_of_the_function_passes():
    def fail() -> None:
        raise OutputError("a.bw: cannot be written")

    with pytest.raises(OutputError, match=r"a\.bw"):
        HERE(fail)
