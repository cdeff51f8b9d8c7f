"""Bases of a FASTA by place and in a row, and every FASTA that cannot be used."""

from __future__ import annotations

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_fasta import GENOME, write_fasta

from ideep_scan.errors import InputError
from ideep_scan.features.sources import SequenceSource
from ideep_scan.formats.fasta import source as fasta
from ideep_scan.formats.fasta.source import FastaSource, read_fasta_records
from ideep_scan.formats.input_file import InputFile
from ideep_scan.kernels.onehot import encode

RNG = np.random.default_rng(1)


def test_contigs_come_in_the_order_of_the_file(genome: Path) -> None:
    with FastaSource(genome) as source:
        protocol: SequenceSource = source
        assert list(protocol.contigs.items()) == [("chr1", 5003), ("two", 5), ("chrM", 61)]
        assert source.digest() == InputFile(genome).digest()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), block=st.sampled_from([1, 7, 100, 5003, 1 << 20]))
def test_any_stretch_equals_the_padded_sequence(
    data: st.DataObject, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any_stretch.fa"
    if not path.exists():
        write_fasta(path, GENOME)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(fasta, "_ORDERED", (block, 4))
        patch.setattr(fasta, "_SCATTERED", (block, 9))
        source = stack.enter_context(FastaSource(path, scattered=data.draw(st.booleans())))
        for _ in range(3):
            name = data.draw(st.sampled_from(list(GENOME)))
            start = data.draw(st.integers(-200, len(GENOME[name]) + 200))
            end = start + data.draw(st.integers(0, 300))
            letters = "N" * 1000 + GENOME[name] + "N" * 1000
            codes = source.codes(name, start, end)
            assert codes.dtype == np.int8
            np.testing.assert_array_equal(codes, encode(letters[1000 + start : 1000 + end].encode()))


def test_what_a_caller_writes_does_not_come_back(genome: Path) -> None:
    with FastaSource(genome) as source:
        before = source.codes("chr1", 0, 50).copy()
        source.codes("chr1", 0, 50)[:] = 3
        np.testing.assert_array_equal(source.codes("chr1", 0, 50), before)


def test_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fasta, "_ORDERED", (10, 4))
    with FastaSource(write_fasta(tmp_path / "a.fa", GENOME)) as source:
        source.codes("chr1", 0, 5003)
        assert len(source._blocks) <= 4
        source.close()
        assert not source._blocks


def test_threads_that_share_a_genome_do_not_disturb_one_another(genome: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fasta, "_ORDERED", (100, 2))  # so that they push each other's blocks out
    expected = encode(GENOME["chr1"].encode())
    with FastaSource(genome) as source, ThreadPoolExecutor(4) as pool:
        places = np.random.default_rng(1).integers(0, 4900, 2000).tolist()
        read = pool.map(lambda start: source.codes("chr1", start, start + 101), places)
        for start, codes in zip(places, read, strict=True):
            assert np.array_equal(codes, expected[start : start + 101])


def test_an_unknown_contig_and_a_negative_length_are_the_callers_fault(genome: Path) -> None:
    with FastaSource(genome) as source:
        with pytest.raises(KeyError):
            source.codes("chr9", 0, 5)
        with pytest.raises(ValueError, match="negative"):
            source.codes("chr1", 5, 4)


def test_joined_bgzip_files_are_read_across_the_empty_block_between_them(tmp_path: Path) -> None:
    first = write_fasta(tmp_path / "1.gz", {"a": "ACGT" * 20_000}, bgzip=True).read_bytes()
    second = write_fasta(tmp_path / "2.gz", {"b": "GGCA" * 20_000}, bgzip=True).read_bytes()
    (tmp_path / "g.fa.gz").write_bytes(first + second)
    with FastaSource(tmp_path / "g.fa.gz") as source:
        np.testing.assert_array_equal(source.codes("a", 0, 80_000), encode(b"ACGT" * 20_000))
        np.testing.assert_array_equal(source.codes("b", 0, 80_000), encode(b"GGCA" * 20_000))
    with FastaSource(tmp_path / "g.fa.gz") as source:
        assert source.notes == ()


RECORD = st.text("ACGTacgtnNRY", max_size=40)


@settings(max_examples=25, deadline=None)
@given(records=st.lists(RECORD, min_size=1, max_size=4).filter(any), data=st.data())
def test_one_sequence_in_any_layout_reads_the_same(
    records: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = data.draw(st.sampled_from(["", "\ufeff"]))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text += data.draw(st.sampled_from(["", "", end, f" {end}{end}"]))
    blanks = st.sampled_from(["", "", "", " ", "\t", "  "])
    for number, record in enumerate(records):
        letters = record
        text += f">c{number}{data.draw(st.sampled_from(['', ' d', chr(9) + 'e f']))}{end}"
        while letters:
            size = data.draw(st.sampled_from([1, 5, 7, 60]))
            text += data.draw(blanks) + letters[:size] + data.draw(blanks) + end
            letters = letters[size:]
            text += data.draw(st.sampled_from(["", "", "", end]))
    path = tmp_path_factory.mktemp("layout") / "x.fa"
    path.write_bytes(text.encode())
    with FastaSource(path) as source:
        assert list(source.contigs) == [f"c{number}" for number, letters in enumerate(records) if letters]
        for number, letters in enumerate(records):
            if not letters:
                continue
            assert source.contigs[f"c{number}"] == len(letters)
            assert source.codes(f"c{number}", 0, len(letters)).tolist() == encode(letters.encode()).tolist()
            assert source.codes(f"c{number}", 3, 9).tolist() == encode(letters.ljust(9, "N")[3:9].encode()).tolist()


def test_blanks_of_an_index_made_by_samtools_shift_no_base(tmp_path: Path) -> None:
    path = tmp_path / "x.fa"
    path.write_text(">a\nACGT ACGT\nCCCC GGGG\nTT\n")
    pysam.faidx(str(path))
    with FastaSource(path) as source:
        assert source.codes("a", 0, 18).tolist() == encode(b"ACGTACGTCCCCGGGGTT").tolist()
        assert "a temporary copy with even lines is used" in source.notes[0]
        copy = source.write_copy(tmp_path / "hub")
    with FastaSource(copy) as source:
        assert source.notes == ()
        assert source.codes("a", 7, 9).tolist() == [3, 1]


@pytest.mark.parametrize("letter", ["*", "-", "7", ".", "\0", "E", "é"])
@pytest.mark.parametrize("place", [3, 70_000])
def test_a_letter_that_is_no_base_is_refused_wherever_it_is(tmp_path: Path, letter: str, place: int) -> None:
    bases = ["A"] * 100_000
    bases[place] = letter
    path = write_fasta(tmp_path / "x.fa", {"a": "".join(bases)})
    with pytest.raises(InputError, match=r"is not a nucleotide|cannot be indexed|binary"):
        FastaSource(path)
    assert os.listdir(tmp_path) == ["x.fa"]


def test_an_index_at_hand_does_not_let_other_letters_through(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "x.fa", {"a": "A" * 100_000 + "*" + "A" * 50})
    pysam.faidx(str(path))
    with FastaSource(path) as source, pytest.raises(InputError, match=r"contig a holds '\*' at base 100,001"):
        source.codes("a", 99_999, 100_010)


@pytest.mark.parametrize("bgzip", [False, True], ids=["plain", "bgzip"])
def test_a_file_that_is_overwritten_is_noticed_at_the_next_read(tmp_path: Path, bgzip: bool) -> None:
    path = write_fasta(tmp_path / "g.fa", {"a": "ACGT" * 100}, bgzip=bgzip)
    with FastaSource(path) as source:
        with path.open("r+b") as handle:
            handle.write(b">")
        os.utime(path, ns=(5, 5))
        with pytest.raises(InputError, match="overwritten"):
            source.codes("a", 0, 5)


BAD = {
    "text": ("hello\nworld\n", "is not a FASTA"),
    "blank": ("\n \n", "holds nothing"),
    "protein": (">sp|P04637\nMEEPQSDPSVEPPLSQETFSDLWKLLPENNVLSPLPSQAMDDL\n", "protein"),
    "duplicate": (">a\nACGT\n>b\nAC\n>a\nGG\n", 'cannot be indexed: .*"a".*names must differ'),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("bgzip", [False, True])
def test_what_is_no_usable_fasta(tmp_path: Path, case: str, bgzip: bool, capfd: pytest.CaptureFixture[str]) -> None:
    text, reason = BAD[case]
    path = tmp_path / "x.fa.gz"
    if bgzip:
        with pysam.BGZFile(str(path), "w") as handle:
            handle.write(text.encode())
    else:
        path = tmp_path / "x.fa"
        path.write_text(text)
    with pytest.raises(InputError, match=reason) as caught:
        FastaSource(path)
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == [path.name], "neither an index nor a part of one is left"
    assert capfd.readouterr() == ("", ""), "the library prints nothing"


@pytest.mark.parametrize("text", [">a\n", ">a\n>b\n", ">\nACGT\n", "> \nACGT\n"])
@pytest.mark.parametrize("bgzip", [False, True])
def test_no_name_or_no_base(tmp_path: Path, text: str, bgzip: bool) -> None:
    if bgzip:
        with pysam.BGZFile(str(tmp_path / "x.fa"), "w") as handle:
            handle.write(text.encode())
    else:
        (tmp_path / "x.fa").write_text(text)
    with pytest.raises(InputError, match=r"without a name|no base") as caught:
        FastaSource(tmp_path / "x.fa")
    assert str(caught.value).count("x.fa") == 1


def test_a_plain_file_that_is_called_gz_is_copied_under_a_name_that_browsers_read(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa.gz", GENOME)
    with FastaSource(path) as source:
        assert source.codes("two", 0, 5).tolist() == [0, 1, 2, 3, 4]
        assert source.write_copy(tmp_path / "hub").name == "g.fa"
    assert sorted(os.listdir(tmp_path / "hub")) == ["g.fa", "g.fa.fai"]


def test_missing_folder_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.fa").touch()
    for name, reason in [("no.fa", "no such file"), (".", "is a folder"), ("empty.fa", "is empty")]:
        with pytest.raises(InputError, match=reason):
            FastaSource(tmp_path / name)
        with pytest.raises(InputError, match=reason):
            list(read_fasta_records(tmp_path / name))


def test_gzip_that_is_not_bgzip_is_refused_by_place_and_read_in_a_row(tmp_path: Path) -> None:
    path = tmp_path / "g.fa.gz"
    path.write_bytes(gzip.compress(b">a\nACGTN\n>b c\nU\nA\n"))
    with pytest.raises(InputError, match=r"gzip, not bgzip.*bgzip >"):
        FastaSource(path)
    assert [(name, codes.tolist()) for name, codes in read_fasta_records(path)] == [
        ("a", [0, 1, 2, 3, 4]),
        ("b", [3, 0]),
    ]


def test_truncated_bgzip(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa.gz", {"a": "".join(RNG.choice(list("ACGT"), 300_000))}, bgzip=True)
    whole = path.read_bytes()
    for size in (20, 40, len(whole) // 2, len(whole) - 28, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match="truncated"):
            FastaSource(path)
    assert os.listdir(tmp_path) == ["g.fa.gz"]


def test_a_damaged_block_is_an_error_and_not_unknown_bases(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa.gz", {"a": "".join(RNG.choice(list("ACGT"), 300_000))}, bgzip=True)
    FastaSource(path).close()
    damaged = bytearray(path.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 200] = bytes(200)
    stamp = path.stat().st_mtime_ns
    path.write_bytes(damaged)
    os.utime(path, ns=(stamp, stamp))
    with FastaSource(path) as source, pytest.raises(InputError, match="damaged"):
        source.codes("a", 0, 300_000)


def test_records_equal_the_genome(genome: Path) -> None:
    records = dict(read_fasta_records(genome))
    assert list(records) == list(GENOME)
    for name, letters in GENOME.items():
        np.testing.assert_array_equal(records[name], encode(letters.encode()))


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("ACGT\n>a\nAC\n", "is not a FASTA", 1),
        (">a\nAC\n>a\nAC\n", "the name a occurs twice", 3),
        (">a\nAC\n>\nAC\n", "without a name", 3),
        (">a\nAC\n>b\n>c\nA\n", "b has no sequence", 3),
        (">a\nAC\n>b\n", "b has no sequence", 3),
        (">p\nMEEPQSDPSV\n", "protein", None),
    ],
)
def test_records_that_cannot_be_used(tmp_path: Path, text: str, reason: str, line: int | None) -> None:
    (tmp_path / "x.fa").write_text(text)
    with pytest.raises(InputError, match=reason) as caught:
        list(read_fasta_records(tmp_path / "x.fa"))
    assert caught.value.line == line


def test_blank_lines_before_the_first_record(tmp_path: Path) -> None:
    (tmp_path / "x.fa").write_text("\n \n>a\nAC\n")
    ((name, codes),) = read_fasta_records(tmp_path / "x.fa")
    assert (name, codes.tolist()) == ("a", [0, 1])


def test_windows_line_ends_and_a_missing_last_one(tmp_path: Path) -> None:
    (tmp_path / "x.fa").write_bytes(b">a\r\nACGT\r\nAC\r\n>b\r\nGG")
    with FastaSource(tmp_path / "x.fa") as source:
        assert source.codes("a", 0, 6).tolist() == [0, 1, 2, 3, 0, 1]
        assert source.codes("b", 0, 2).tolist() == [2, 2]


def test_the_real_genome(shared: Path) -> None:
    with FastaSource(shared / "data/hg19/hg19_sparse.fa.gz") as source:
        assert len(source.contigs) == 25
        assert source.contigs["chrM"] == 16571
        assert (source.codes("chr20", 0, 60_000) == 4).all()
        assert (source.codes("chr20", 1_000_000, 1_200_000) != 4).all()
