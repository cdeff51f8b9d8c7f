"""The whole check: every bad file gets its finding on one line, beside a good genome and a good annotation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import toy_bad_files
from toy_bad_files import BAD_FILES, BadFile

from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.check.codes import CODES
from ideep_scan.jobs.check.run import CheckReport, run
from ideep_scan.jobs.check.settings import CheckSettings


def check(*files: object) -> CheckReport:
    return run(CheckSettings(tuple(map(str, files))), SilentMonitor())


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("good")
    annotation = folder / "good.gtf"
    annotation.write_text(toy_bad_files.gtf())
    return toy_bad_files.write_genome(folder), annotation


@pytest.mark.parametrize("file", BAD_FILES, ids=lambda file: f"{file.name}-{file.code}")
def test_a_bad_file_gets_its_finding(file: BadFile, good: tuple[Path, Path], tmp_path: Path) -> None:
    annotation = () if file in toy_bad_files.ANNOTATIONS else good[1:]
    report = check(good[0], *annotation, file.make(tmp_path))
    bad = report.files[-1]
    assert file.code in bad.codes, list(map(str, bad.findings))
    assert report.exit_code == file.exit_code, list(map(str, bad.findings))
    for finding in bad.findings:
        assert "\n" not in str(finding)
        assert "Traceback" not in str(finding)
    json.dumps(report.describe())


def test_there_are_enough_bad_files_and_they_reach_most_codes() -> None:
    assert len(BAD_FILES) >= 60
    assert len({file.name for file in BAD_FILES}) == len(BAD_FILES)
    rare = {"sampled", "unknown-assembly", "odd-letters", "changed-records", "repeated-id", "two-spellings"}
    assert {file.code for file in BAD_FILES} >= set(CODES) - rare


def test_good_files_have_no_warnings(good: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "good.bed").write_text(toy_bad_files.bed())
    (tmp_path / "good.vcf").write_text(toy_bad_files.vcf())
    (tmp_path / "good.sizes").write_text("chrT\t6000\nchrU\t3000\n")
    report = check(*good, tmp_path / "good.bed", tmp_path / "good.vcf", tmp_path / "good.sizes")
    assert report.exit_code == 0
    assert {code for file in report.files for code in file.codes} <= {"unknown-assembly"}
    assert [file.kind for file in report.files] == ["FASTA", "GTF", "BED", "VCF", "chrom.sizes"]
    facts = report.files[2].facts
    assert (facts["in a transcript of their strand"], facts["of the other strand"]) == (1.0, 0.0)
    assert report.files[3].facts["REF as in the genome"] == 1.0


def test_files_are_checked_without_a_genome(good: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "good.vcf").write_text(toy_bad_files.vcf())
    (tmp_path / "swapped.bed").write_text(toy_bad_files.SEVERAL.replace("chrT", "T"))
    (tmp_path / "any.bed").write_text(toy_bad_files.bed().replace("chrT", "scaffold"))
    report = check(tmp_path / "good.vcf", good[1], tmp_path / "any.bed")
    assert [file.codes for file in report.files] == [[], [], ["outside-transcripts"]]
    report = check(tmp_path / "any.bed")
    assert (report.exit_code, report.files[0].codes) == (0, [])
    (tmp_path / "numbered.gtf").write_text(toy_bad_files.gtf().replace("chrT", "1"))
    (tmp_path / "chr.bed").write_text(toy_bad_files.SEVERAL.replace("chrT", "chr1"))
    report = check(tmp_path / "numbered.gtf", tmp_path / "chr.bed")
    assert report.files[1].codes == ["swapped-strand"]


def test_a_missing_file_and_a_folder_are_unusable(good: tuple[Path, Path], tmp_path: Path) -> None:
    report = check(good[0], tmp_path / "absent.bed", tmp_path)
    assert report.exit_code == 2
    assert [finding.text for file in report.files[1:] for finding in file.findings] == [
        "no such file; check the path",
        "is a folder; name a file",
    ]


def test_damaged_files_never_raise(good: tuple[Path, Path], tmp_path: Path) -> None:
    rng = np.random.default_rng(19)
    pieces = [b"\t", b"\n", b"\0", b'"', b"\xff\xfe", b"-1", b"9" * 25, b"chr1", b">", b"#"]
    for file in (item for item in BAD_FILES if ".fa" not in item.name):
        argument = file.make(tmp_path)
        path = tmp_path / file.name
        content = path.read_bytes()
        for place in rng.integers(0, len(content) + 1, 4).tolist():
            content = content[:place] + pieces[int(rng.integers(len(pieces)))] + content[place + place % 3 :]
        path.write_bytes(content)
        report = check(*good, argument)
        assert report.exit_code in (0, 1, 2)
        assert all("\n" not in str(finding) for finding in report.files[-1].findings)
        json.dumps(report.describe())
