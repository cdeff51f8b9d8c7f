"""Exceptions of the library: their text, their family, and their way through processes."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path

import pytest

from ideep_scan import errors
from ideep_scan.errors import ContigMismatch, IdeepScanError, InputError, MissingTrack, OutputError, Stopped


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("is empty",), "is empty"),
        (("is empty", "a.fa"), "a.fa: is empty"),
        (("is empty", Path("a.fa"), 7), "a.fa, line 7: is empty"),
        (("is empty", None, 7), "is empty"),
    ],
)
def test_a_text_begins_with_file_and_line(arguments, text):
    assert str(InputError(*arguments)) == text


def test_file_and_line_can_be_read_from_the_error():
    error = InputError("is empty", "a.fa", 7)
    assert (error.path, error.line) == (Path("a.fa"), 7)
    assert InputError("--stride 0: give 1 or more").path is None


@pytest.mark.parametrize("kind", [InputError, ContigMismatch, MissingTrack])
def test_an_error_of_another_process_keeps_its_text_file_and_line(kind):
    error = pickle.loads(pickle.dumps(kind("is empty", "a.fa", 7)))
    assert type(error) is kind
    assert (str(error), error.path, error.line) == ("a.fa, line 7: is empty", Path("a.fa"), 7)


def test_every_error_that_a_user_can_act_on_is_of_one_family():
    kinds = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert OutputError in kinds
    assert all(issubclass(kind, IdeepScanError) for kind in kinds)
    assert issubclass(ContigMismatch, InputError)
    assert issubclass(MissingTrack, InputError)


def raise_through_a_handler(error: BaseException) -> None:
    """Raise an error where a library ignores every exception."""
    with suppress(Exception):
        raise error


def test_a_signal_passes_code_that_ignores_exceptions():
    raise_through_a_handler(InputError("is empty"))
    with pytest.raises(Stopped) as caught:
        raise_through_a_handler(Stopped(15))
    assert (caught.value.number, caught.value.state) == (15, "nothing half-finished is left")
