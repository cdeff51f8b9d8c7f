"""Genomes: letters, names of contigs, lengths and assemblies."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from toy_fasta import write_fasta

from ideep_scan.jobs.check import genomes
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import AnyContig, check_fasta, check_sizes, compare_genomes, list_assemblies


def test_letters_are_counted_by_class(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "a.fa", {"a": "ACGTUacgtu" * 20, "b": "NNnnRYSWKMBDHVXryswx" * 10})
    report, shares = FileReport(path), []
    with ExitStack() as stack:
        reference = check_fasta(report, stack, shares.append)
        assert reference is not None
        assert reference.resolver.contigs == {"a": 200, "b": 200}
    assert {name: report.facts[name] for name in ("soft-masked", "N", "other letters")} == {
        "soft-masked": round((100 + 70) / 400, 6),
        "N": 0.1,
        "other letters": 0.4,
    }
    assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["chr1", "Chr1"], "has chr1 and Chr1"),
        (["1", "chr1", "chrM", "MT"], "has 1 and chr1, and 1 more such pairs"),
        (["chr1", "chr2", "scaffold_1", "chrUn_1"], ""),
    ],
)
def test_contigs_of_one_name_in_two_spellings_are_named(names: list[str], text: str, tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "a.fa", dict.fromkeys(names, "ACGT" * 50))
    report = FileReport(path)
    with ExitStack() as stack:
        check_fasta(report, stack, lambda _: None)
    found = [finding.text for finding in report.findings if finding.code == "ambiguous-contigs"]
    assert found == ([text] if text else [])


def test_a_large_genome_is_sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genomes, "_WHOLE", 300)
    monkeypatch.setattr(genomes, "_BLOCK", 10)
    monkeypatch.setattr(genomes, "_SAMPLES", 5)
    path = write_fasta(tmp_path / "a.fa", {"a": "A" * 200, "b": "C" * 200})
    report = FileReport(path)
    with ExitStack() as stack:
        check_fasta(report, stack, lambda share: None)
    assert [item.text for item in report.findings if item.code == "sampled"] == ["letters are counted in 50 of 400 nt"]


def test_a_letter_that_is_no_nucleotide_is_found_behind_the_first_record(tmp_path: Path) -> None:
    path = tmp_path / "a.fa"
    path.write_text(f">a\n{'ACGT' * 40}\n>b\nACG!\n")
    report = FileReport(path)
    with ExitStack() as stack:
        assert check_fasta(report, stack, lambda share: None) is None
    assert report.severity is not None
    assert report.severity.value == "unusable"


@pytest.mark.parametrize(
    ("contigs", "expected"),
    [
        ({"Chr1": 30427671, "Chr2": 19698289}, ["TAIR10"]),
        ({"1": 30427671, "Pt": 5}, ["TAIR10"]),
        ({"1": 30427671, "2": 5}, []),
        ({"chr20": 63025520}, ["hg19"]),
        ({"chrX": 5}, []),
    ],
)
def test_assemblies(contigs: dict[str, int], expected: list[str]) -> None:
    assert list_assemblies(contigs) == expected


@pytest.mark.parametrize(
    ("contigs", "codes"),
    [
        ({"a": "ACGT" * 50}, []),
        ({"a": "ACGU" * 50}, []),
        ({"a": "ACgt" * 50}, ["mask-differs"]),
        ({"a": "ACGA" * 50}, ["sequence-differs"]),
        ({"a": "ACGT" * 51}, ["length-differs"]),
        ({"b": "ACGT" * 50}, []),
    ],
)
def test_a_further_genome_is_compared_with_the_first(contigs: dict[str, str], codes: list[str], tmp_path: Path) -> None:
    first = write_fasta(tmp_path / "first.fa", {"a": "ACGT" * 50})
    path = write_fasta(tmp_path / "second.fa", contigs)
    report = FileReport(path)
    with ExitStack() as stack:
        reference = check_fasta(FileReport(first), stack, lambda share: None)
        genome = check_fasta(FileReport(path), stack, lambda share: None)
        assert reference is not None
        assert genome is not None
        compare_genomes(report, genome, reference)
    assert report.codes == codes


def test_a_table_of_lengths_is_a_genome_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "hg19.chrom.sizes"
    path.write_text("chr20\t63025520\n")
    report = FileReport(path)
    reference = check_sizes(report, None)
    assert reference is not None
    assert reference.has_contigs
    assert report.facts == {"contigs": 1, "nt": 63025520, "assembly": "hg19"}
    assert report.findings == []


def test_without_a_genome_every_name_is_a_contig() -> None:
    resolver = AnyContig(["1"])
    assert (resolver.resolve("chr1"), resolver.resolve("any")) == ("1", "any")
    assert resolver.contigs["any"] > 1 << 40
