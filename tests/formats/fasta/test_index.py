"""The index of a FASTA: one that fits is used, any other is built again, wherever it can be stored."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pysam
import pytest
from toy_fasta import GENOME, LONG, write_fasta

from ideep_scan.formats.fasta import index as fasta_index
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.kernels.onehot import encode

RNG = np.random.default_rng(1)


def test_the_index_is_what_samtools_writes(genome: Path, tmp_path: Path) -> None:
    FastaSource(genome).close()
    with pysam.FastaFile(str(genome)) as reader:
        assert reader.fetch("chr1", 100, 300) == LONG[100:300]
    ours = genome.with_name(genome.name + ".fai").read_text()
    theirs = tmp_path / "theirs.fai"
    pysam.faidx(str(genome), "--fai-idx", str(theirs), "--gzi-idx", str(tmp_path / "theirs.gzi"))
    assert ours == theirs.read_text()
    assert not list(tmp_path.glob("*.part"))


def test_an_index_at_hand_is_left_alone(genome: Path) -> None:
    FastaSource(genome).close()
    index = genome.with_name(genome.name + ".fai")
    before = index.stat().st_mtime_ns
    FastaSource(genome).close()
    assert index.stat().st_mtime_ns == before


@pytest.mark.parametrize("bgzip", [False, True])
def test_a_stale_index_is_rebuilt(tmp_path: Path, bgzip: bool) -> None:
    path = write_fasta(tmp_path / "g.fa", GENOME, bgzip=bgzip)
    FastaSource(path).close()
    write_fasta(path, {"other": "ACGT" * 30}, bgzip=bgzip)
    for index in tmp_path.glob("g.fa.*"):
        os.utime(index, ns=(1, 1))
    with FastaSource(path) as source:
        assert dict(source.contigs) == {"other": 120}
        assert source.codes("other", 0, 4).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "content", ["", "chr1\t5003\n", "chr1\tx\t6\t60\t61\n", "a\t1\t2\t3\t4\na\t1\t2\t3\t4\n", "\n"]
)
def test_a_damaged_index_is_rebuilt(genome: Path, content: str) -> None:
    index = genome.with_name(genome.name + ".fai")
    FastaSource(genome).close()
    index.write_text(content)
    with FastaSource(genome) as source:
        assert source.contigs["chr1"] == 5003


def test_an_index_that_reaches_past_the_end_is_rebuilt(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa", {"a": "ACGT" * 100, "b": "AC" * 50})
    index = tmp_path / "g.fa.fai"
    index.write_text("a\t400\t13\t60\t61\nb\t10000\t433\t60\t61\n")
    with FastaSource(path) as source:
        assert dict(source.contigs) == {"a": 400, "b": 100}


OTHER = {"b": "TTTTT" * 40, "a": "ACGT" * 100, "c": "GG" * 31}


SAME = {"a": "ACGT" * 100, "b": "TTTTT" * 40, "c": "GG" * 31}


def test_an_index_of_another_fasta_is_built_again(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa", {"a": "ACGT" * 100, "b": "AC" * 50})
    (tmp_path / "g.fa.fai").write_text("a\t480\t13\t60\t61\n")
    with FastaSource(path) as source:
        assert dict(source.contigs) == {"a": 400, "b": 100}
        assert "g.fa.fai does not fit g.fa (" in source.notes[0]


@pytest.mark.parametrize("age", [-1, 1], ids=["older", "newer"])
@pytest.mark.parametrize("bgzip", [False, True], ids=["plain", "bgzip"])
@pytest.mark.parametrize(
    "before",
    [
        OTHER,
        {"a": "ACGT" * 100, "c": "TTTTT" * 40, "b": "GG" * 31},
        {"a longer header": "ACGT" * 100, "b": "TTTTT" * 40, "c": "GG" * 31},
        {"a": "ACGT" * 101, "b": "TTTTT" * 40, "c": "GG" * 31},
        {"a": "ACGT" * 100, "b": "TTTTT" * 40},
        {"a": "ACGT" * 100, "b": "TTTTT" * 40, "c": "GG" * 30},
        {"x": "ACGT" * 100, "b": "TTTTT" * 40, "c": "GG" * 31},
    ],
    ids=["order", "swapped", "header", "longer", "fewer", "shorter-end", "name"],
)
def test_no_base_is_read_through_the_index_of_another_file(
    tmp_path: Path, before: dict[str, str], bgzip: bool, age: int
) -> None:
    path = write_fasta(tmp_path / "g.fa", before, bgzip=bgzip)
    FastaSource(path).close()
    write_fasta(path, SAME, bgzip=bgzip)
    stamp = path.stat().st_mtime_ns + age * 10**10
    for index in tmp_path.glob("g.fa.*"):
        os.utime(index, ns=(stamp, stamp))
    with FastaSource(path) as source:
        assert {name: source.codes(name, 0, length).tolist() for name, length in source.contigs.items()} == {
            name: encode(letters.encode()).tolist() for name, letters in SAME.items()
        }
        assert "it was rebuilt" in source.notes[0]
    with FastaSource(path) as source:
        assert source.notes == ()


@pytest.mark.parametrize("bgzip", [False, True], ids=["plain", "bgzip"])
def test_an_older_index_that_fits_is_used_and_named(tmp_path: Path, bgzip: bool) -> None:
    path = write_fasta(tmp_path / "g.fa", SAME, bgzip=bgzip)
    FastaSource(path).close()
    os.utime(tmp_path / "g.fa.fai", ns=(1, 1))
    with FastaSource(path) as source:
        assert source.notes == ("g.fa.fai is older than g.fa, but fits it and is used",)
    assert (tmp_path / "g.fa.fai").stat().st_mtime_ns == 1


def test_a_gzi_of_another_file_is_built_again(tmp_path: Path) -> None:
    big = {"a": "".join(RNG.choice(list("ACGT"), 300_000)), "b": "ACGT" * 50}
    path = write_fasta(tmp_path / "g.fa.gz", {"a": "ACGT" * 75_000, "b": "TGCA" * 50}, bgzip=True)
    FastaSource(path).close()
    stale = (tmp_path / "g.fa.gz.gzi").read_bytes()
    write_fasta(path, big, bgzip=True)
    for content in (stale, b"", bytes(8), stale[:30], bytes(24)):
        (tmp_path / "g.fa.gz.gzi").write_bytes(content)
        with FastaSource(path) as source:
            np.testing.assert_array_equal(source.codes("a", 0, 300_000), encode(big["a"].encode()))
            assert source.codes("b", 0, 4).tolist() == [0, 1, 2, 3]


def test_many_contigs_are_checked_by_a_sample_with_the_first_and_the_last(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa", {f"c{number}": "ACGTA" for number in range(3000)})
    FastaSource(path).close()
    index = tmp_path / "g.fa.fai"
    rows = index.read_text().splitlines(keepends=True)
    for place in (0, -1):
        changed = list(rows)
        changed[place] = "x" + changed[place]
        index.write_text("".join(changed))
        with FastaSource(path) as source:
            assert len(source.notes) == 1
            assert "c0" in source.contigs
            assert "c2999" in source.contigs


UNWRITABLE = """
import os, sys
from ideep_scan.formats.fasta.source import FastaSource
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
print(os.access(".", os.W_OK))
with FastaSource("genome.sequence") as source:
    print(*source.notes, sep="; ")
    print("".join(map(str, source.codes("two", 0, 5))))
"""


def without_rights(folder: Path, cache: str) -> list[str]:
    """Open a FASTA where permission bits bind; list whether its folder is writable, the notes and the bases."""
    folder.chmod(0o555)
    run = subprocess.run(
        [sys.executable, "-c", UNWRITABLE, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": cache},
    )
    folder.chmod(0o755)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.splitlines()


@pytest.mark.parametrize("is_stale", [False, True])
def test_an_index_goes_to_the_cache_folder_where_the_fasta_lies_in_a_read_only_place(
    genome: Path, is_stale: bool, request: pytest.FixtureRequest
) -> None:
    holder = tempfile.TemporaryDirectory()  # another user may go there
    request.addfinalizer(holder.cleanup)
    cache = holder.name
    os.chmod(cache, 0o777)
    if is_stale:
        FastaSource(genome).close()
        genome.with_name("genome.sequence.fai").write_text("two\t5\t3\t5\t6\n")
    listed = sorted(os.listdir(genome.parent))
    writable, notes, bases = without_rights(genome.parent, cache)
    assert (writable, bases) == ("False", "01234")
    assert f"the index of genome.sequence is stored in {cache}" in notes
    assert ("does not fit" in notes) == is_stale
    assert sorted(os.listdir(genome.parent)) == listed
    kept = sorted(Path(cache).rglob("*.fai"))
    stamp = kept[0].stat().st_mtime_ns
    without_rights(genome.parent, cache)
    assert (len(kept), kept[0].stat().st_mtime_ns) == (1, stamp)
    kept[0].write_text("two\t5\t3\t5\t6\n")
    assert without_rights(genome.parent, cache)[2] == "01234", "an index of the cache is checked in the same way"


def test_an_index_stays_in_memory_where_no_place_is_writable(genome: Path) -> None:
    assert without_rights(genome.parent, "/proc/none")[1:] == [
        "the index of genome.sequence is stored in memory only: the folder of the FASTA is not writable",
        "01234",
    ]


def test_a_full_disk_leaves_no_half_of_an_index(genome: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fasta_index.os, "replace", full)
    with FastaSource(genome) as source:
        assert "memory" in source.notes[0]
    assert os.listdir(genome.parent) == ["genome.sequence"]
