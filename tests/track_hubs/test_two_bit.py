"""2bit files, read back by another library."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twobitreader import TwoBitFile

from track_hubs.manifest import HubError
from track_hubs.two_bit import write_two_bit


def read(path: Path) -> dict[str, str]:
    file = TwoBitFile(str(path))
    results = {name: file[name][:] for name in file}
    file.close()
    return results


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("ACGTNacgtn", min_size=1, max_size=50), min_size=1, max_size=4), st.integers(1, 60))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, letters: list[str], wide: int
) -> None:
    folder = tmp_path_factory.mktemp("two_bit")
    names = [f"c{number}" for number in range(len(letters))]
    lines = [
        f">{name} more\n" + "".join(f"{text[i : i + wide]}\n" for i in range(0, len(text), wide))
        for name, text in zip(names, letters, strict=True)
    ]
    (folder / "a.fa").write_text("".join(lines))
    sizes = write_two_bit(folder / "a.fa", folder / "a.2bit")
    assert sizes == {name: len(text) for name, text in zip(names, letters, strict=True)}
    assert read(folder / "a.2bit") == dict(zip(names, letters, strict=True))
    assert {path.name for path in folder.iterdir()} == {"a.fa", "a.2bit"}


def test_gzip_rna_and_other_letters(tmp_path: Path) -> None:
    (tmp_path / "a.fa.gz").write_bytes(gzip.compress(b"\n>x\r\nACGUu\r\nRyN\r\n>y\n"))
    assert write_two_bit(tmp_path / "a.fa.gz", tmp_path / "deep" / "a.2bit") == {"x": 8, "y": 0}
    assert read(tmp_path / "deep" / "a.2bit") == {"x": "ACGTtNnN", "y": ""}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        (b"", "does not contain a valid sequence"),
        (b"ACGT\n", "before the first sequence"),
        (b">a\nA\n>a\nC\n", 'Duplicate key "a"'),
        (b">\nA\n", "Bad sequence name"),
        (gzip.compress(b">a\n" + b"ACGT" * 999, mtime=0)[:40], "compression is damaged"),
        (b">" + b"a" * 300 + b"\nA\n", "name is too long"),
    ],
)
def test_a_fasta_that_cannot_be_used(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "a.fa").write_bytes(content)
    with pytest.raises(HubError, match=says) as caught:
        write_two_bit(tmp_path / "a.fa", tmp_path / "a.2bit")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("*2bit*"))
