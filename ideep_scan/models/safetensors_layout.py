"""Reader of untrusted safetensors files; it checks sizes and shapes before it allocates memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from safetensors import SafetensorError

from ideep_scan.errors import InputError
from track_hubs.typed_json import JsonTypeError, decode, parse

if TYPE_CHECKING:
    import torch

_LENGTH = 8  # bytes that state the length of the JSON header
_HEADER = 32 << 20  # bytes of the largest header
_FILE = 1 << 30  # bytes of the largest bundle
_BYTES = {"F16": 2, "F32": 4, "I64": 8}
_REMEDY = "choose a file that ideep-scan wrote"


@dataclass(frozen=True)
class _Tensor:
    """One entry of the header: type, shape, first and last byte after the header."""

    dtype: Literal["F16", "F32", "I64"]
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """An open file whose tensors fill the bytes after its header exactly.

    Attributes
    ----------
    path : Path
        Path of the file.
    metadata : Mapping[str, str]
        Texts of the header.
    tensors : Mapping[str, _Tensor]
        Type, shape and bytes of each tensor.
    size : int
        Bytes of the file.
    handle : BinaryIO
        The open file.
    """

    path: Path
    metadata: Mapping[str, str]
    tensors: Mapping[str, _Tensor]
    size: int
    handle: BinaryIO

    def check(self, expected: Mapping[str, tuple[bool, tuple[int, ...]]]) -> None:
        """Compare the tensors with those that a network needs.

        Parameters
        ----------
        expected : Mapping[str, tuple[bool, tuple[int, ...]]]
            By name, True if the tensor has floats (False for counts), and its shape.

        Raises
        ------
        InputError
            A tensor is missing or superfluous, or has another type or shape.
        """
        for name in expected.keys() ^ self.tensors.keys():
            fault = "has weights" if name in self.tensors else "lacks the weights"
            raise InputError(f"{fault} {name[:80]!r}, unlike its network: download the model again", self.path)
        for name, (floating, shape) in expected.items():
            tensor = self.tensors[name]
            if tensor.shape != shape or (tensor.dtype == "I64") == floating:
                raise InputError(
                    f"its weights {name} are {tensor.dtype} {list(tensor.shape)}, its network needs {list(shape)}: "
                    "download the model again",
                    self.path,
                )

    def load(self) -> dict[str, torch.Tensor]:
        """Read all tensors, floats as float32.

        Returns
        -------
        dict[str, torch.Tensor]
            The tensors by name.

        Raises
        ------
        InputError
            The file changed since it was checked.
        """
        from safetensors.torch import load  # imports torch, which a list of models does not need

        try:
            self.handle.seek(0)
            tensors = load(self.handle.read(self.size))
        except (OSError, SafetensorError) as error:
            raise InputError(f"cannot be read ({error}): {_REMEDY}", self.path) from error
        return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}


@contextmanager
def open_layout(path: Path) -> Iterator[Layout]:
    """Open a file and check its layout.

    Parameters
    ----------
    path : Path
        A file in safetensors format.

    Yields
    ------
    Layout
        The open file.

    Raises
    ------
    InputError
        The file is missing, a folder, too large, truncated, or not safetensors.
    """
    try:
        handle = open(path, "rb", opener=_opener)  # noqa: SIM115
    except OSError as error:
        raise InputError(f"is not a model bundle ({error.strerror}): {_REMEDY}", path) from error
    with handle:
        yield _layout(path, handle)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a named pipe without a writer would block


def _layout(path: Path, handle: BinaryIO) -> Layout:
    status = os.fstat(handle.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"is not a model bundle (not a regular file): {_REMEDY}", path)
    try:
        length = int.from_bytes(handle.read(_LENGTH), "little")
        if not 2 <= length <= min(_HEADER, status.st_size - _LENGTH) or status.st_size > _FILE:
            raise JsonTypeError("the length of its header is impossible")
        value = parse(handle.read(length).decode())
        if not isinstance(value, dict):
            raise JsonTypeError("its header is not an object")
        metadata = decode(dict[str, str] | None, value.pop("__metadata__", None), "__metadata__") or {}
        tensors = decode(dict[str, _Tensor], value)
        _check_tiles(tensors, status.st_size - _LENGTH - length)
    except (OSError, UnicodeDecodeError, JsonTypeError) as error:
        raise InputError(f"is not a model bundle ({error}): {_REMEDY}", path) from error
    return Layout(path, metadata, tensors, status.st_size, handle)


def _check_tiles(tensors: Mapping[str, _Tensor], size: int) -> None:
    """Refuse tensors that overlap, leave gaps, or reach past the end."""
    end = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: item[1].data_offsets):
        begin = tensor.data_offsets[0]
        needed = prod(tensor.shape) * _BYTES[tensor.dtype]
        if begin != end or tensor.data_offsets[1] - begin != needed or any(side < 0 for side in tensor.shape):
            raise JsonTypeError(f"the bytes of its tensor {name[:80]!r} do not fit its shape")
        end += needed
    if end != size:
        raise JsonTypeError(f"{size} bytes of tensors instead of {end}: it is truncated or damaged")
