"""Untrusted safetensors files: what they declare is checked against their bytes before memory is taken."""

from __future__ import annotations

import json
import os

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

from ideep_scan.errors import InputError
from ideep_scan.models.safetensors_layout import open_layout

TENSORS = {
    "weight": torch.arange(6, dtype=torch.float32).reshape(2, 3),
    "half": torch.ones(4, dtype=torch.float16) / 3,
    "count": torch.tensor(7),
}
EXPECTED = {"weight": (True, (2, 3)), "half": (True, (4,)), "count": (False, ())}
CONTENT = save(TENSORS, {"ideep_scan": "text"})
REMEDY = "choose a file that ideep-scan wrote"


def write(path, content=CONTENT):
    path.write_bytes(content)
    return path


def declare(**changes):
    """Change entries of the header of `CONTENT`; None takes an entry out."""
    length = int.from_bytes(CONTENT[:8], "little")
    entries = {**json.loads(CONTENT[8 : 8 + length]), **changes}
    text = json.dumps({name: entry for name, entry in entries.items() if entry is not None}).encode()
    return len(text).to_bytes(8, "little") + text + CONTENT[8 + length :]


def refuse(path):
    with pytest.raises(InputError) as caught, open_layout(path):
        pass
    text = str(caught.value)
    assert text.startswith(f"{path}: is not a model bundle (")
    assert text.endswith(REMEDY)
    assert text.isprintable()
    return text


def test_tensors_are_read_as_they_were_written_with_floats_as_float32(tmp_path):
    with open_layout(write(tmp_path / "x")) as layout:
        layout.check(EXPECTED)
        tensors = layout.load()
    assert layout.metadata == {"ideep_scan": "text"}
    assert {name: tensor.dtype for name, tensor in tensors.items()} == {
        "weight": torch.float32,
        "half": torch.float32,
        "count": torch.int64,
    }
    for name, tensor in tensors.items():
        assert torch.equal(tensor, TENSORS[name].to(tensor.dtype)), name
    assert layout.handle.closed


def test_a_file_without_metadata_has_none(tmp_path):
    with open_layout(write(tmp_path / "x", save(TENSORS))) as layout:
        assert layout.metadata == {}


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 100, len(CONTENT) - 30, len(CONTENT) - 1])
def test_a_truncated_file_is_refused(tmp_path, size):
    refuse(write(tmp_path / "x", CONTENT[:size]))


def test_a_longer_file_is_refused(tmp_path):
    assert "it is truncated or damaged" in refuse(write(tmp_path / "x", CONTENT + b"\0"))


def test_what_is_not_a_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "No such file" in refuse(tmp_path / "none")
    assert "(" in refuse(tmp_path)
    assert "not a regular file" in refuse(tmp_path / "pipe")


@pytest.mark.parametrize("length", [0, 1, len(CONTENT), 2**40, 2**63, 2**64 - 1])
def test_a_header_of_an_impossible_length_is_refused(tmp_path, length):
    content = length.to_bytes(8, "little") + CONTENT[8:]
    assert "the length of its header is impossible" in refuse(write(tmp_path / "x", content))


HALF = {"dtype": "F16", "shape": [4], "data_offsets": [8, 16]}


@pytest.mark.parametrize(
    "entry",
    [
        {**HALF, "shape": [5]}, {**HALF, "shape": [1, 10**12]}, {**HALF, "shape": [-4]}, {**HALF, "shape": [-2, -2]},
        {**HALF, "dtype": "F32"}, {**HALF, "dtype": "BF16"}, {**HALF, "dtype": 5}, {**HALF, "shape": "4"},
        {**HALF, "shape": [4.0]}, {**HALF, "shape": [True]}, {**HALF, "data_offsets": [0, 8]},
        {**HALF, "data_offsets": [16, 8]}, {**HALF, "data_offsets": [8]}, {**HALF, "data_offsets": [8, 10**30]},
        {**HALF, "more": 1}, {"dtype": "F16"}, None, 5, [],
    ],
)  # fmt: skip
def test_an_entry_that_does_not_fit_its_bytes_is_refused(tmp_path, entry):
    assert declare(half=json.loads(CONTENT[8 : 8 + int.from_bytes(CONTENT[:8], "little")])["half"])[8:] == declare()[8:]
    refuse(write(tmp_path / "x", declare(half=entry)))


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"null", b"\xff\xff", b'{"a": NaN}', b"[" * 100_000])
def test_a_header_that_is_not_an_object_is_refused(tmp_path, text):
    refuse(write(tmp_path / "x", len(text).to_bytes(8, "little") + text))


@given(st.binary(max_size=80) | st.tuples(st.integers(0, 30), st.binary(max_size=60)).map(
    lambda pair: pair[0].to_bytes(8, "little") + pair[1]
))  # fmt: skip
def test_any_bytes_are_refused_in_one_line(tmp_path_factory, content):
    path = write(tmp_path_factory.getbasetemp() / "any", content)
    if content[8:] != b"{}":
        refuse(path)


@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        ({"weight": (True, (2, 3)), "half": (True, (4,))}, "has weights 'count'"),
        ({**EXPECTED, "bias": (True, (1,))}, "lacks the weights 'bias'"),
        ({**EXPECTED, "weight": (True, (3, 2))}, r"weights weight are F32 \[2, 3\], its network needs \[3, 2\]"),
        ({**EXPECTED, "weight": (False, (2, 3))}, "weights weight are F32"),
        ({**EXPECTED, "count": (True, ())}, "weights count are I64"),
    ],
)
def test_tensors_that_a_network_does_not_need_are_refused(tmp_path, expected, fault):
    with (
        open_layout(write(tmp_path / "x")) as layout,
        pytest.raises(InputError, match=f"{fault}.*: download the model again"),
    ):
        layout.check(expected)


def test_a_file_that_shrinks_after_the_check_is_refused(tmp_path):
    content = save({"weight": torch.zeros(100_000)})  # more than one read buffers
    with open_layout(write(tmp_path / "x", content)) as layout:
        os.truncate(tmp_path / "x", len(content) - 100_000)
        with pytest.raises(InputError, match=r"x: cannot be read \(.*\): choose a file"):
            layout.load()
