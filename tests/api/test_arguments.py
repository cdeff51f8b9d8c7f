"""Arguments of the Python API in the form that jobs take."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from ideep_scan.api.arguments import as_evidence, as_names, as_path


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ("ELAVL1", ("ELAVL1",)),
        (Path("a b/mine.safetensors"), ("a b/mine.safetensors",)),
        (["ELAVL1", Path("x.safetensors"), PurePosixPath("y")], ("ELAVL1", "x.safetensors", "y")),
        ((name for name in ("A", "B")), ("A", "B")),
        ((), ()),
        ("", ("",)),
    ],
)
def test_one_name_or_several_become_a_tuple_of_texts(values, names):
    assert as_names(values) == names


def test_a_path_is_optional():
    assert as_path(None) is None
    assert as_path("a/b") == as_path(Path("a/b")) == Path("a/b")


def test_tracks_become_values_of_the_option_in_their_order():
    assert as_evidence(None) == as_evidence({}) == ()
    assert as_evidence({"b": Path("x=y.bw"), "a": "z.bw"}) == ("b=x=y.bw", "a=z.bw")
