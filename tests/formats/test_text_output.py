"""Text in files that appear when they are complete, and on standard output."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from ideep_scan.errors import OutputError
from ideep_scan.formats.text_output import text_output


@pytest.mark.parametrize("name", ["new/t.tsv", "t.tsv.gz", None])
def test_text_goes_to_the_file_or_else_to_the_stream(tmp_path: Path, name: str | None) -> None:
    path, stream = tmp_path / name if name else None, io.StringIO()
    with text_output(path, stream) as text:
        text.write("ä\tb\n")
        assert path is None or not path.exists()
    if path is None:
        assert stream.getvalue() == "ä\tb\n"
        assert not stream.closed
        return
    data = path.read_bytes()
    assert (gzip.decompress(data) if path.suffix == ".gz" else data) == "ä\tb\n".encode()
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    assert stream.getvalue() == ""


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz"])
def test_a_text_that_is_not_finished_leaves_an_earlier_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("precious")
    with pytest.raises(TypeError), text_output(path, io.StringIO()) as text:
        text.writelines(["half", None])  # type: ignore[list-item]
    assert path.read_text() == "precious"
    assert [item.name for item in tmp_path.iterdir()] == [name]


class Broken(io.StringIO):
    def __init__(self, error: OSError):
        super().__init__()
        self.error = error

    def flush(self) -> None:
        raise self.error


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "t.tsv"):
        with pytest.raises(OutputError, match="cannot be written"), text_output(path, io.StringIO()):
            pass
    with pytest.raises(OutputError, match=r"standard output: .*No space.* -o FILE"):
        write(Broken(OSError(28, "No space left on device")))
    with pytest.raises(BrokenPipeError):
        write(Broken(BrokenPipeError(32, "Broken pipe")))


def write(stream: io.StringIO) -> None:
    with text_output(None, stream) as text:
        text.write("text")
