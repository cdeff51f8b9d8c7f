"""Tables of CLIP experiments and the files that they name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyBigWig

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import AnyContig, Reference
from ideep_scan.jobs.check.tracks import check_cobinding, check_track
from ideep_scan.records.transcript import Transcript

GENOME = Reference(ContigResolver({"chrT": 100}), "genome.fa")
REGIONS = RegionMap([Transcript("T", "G", "G", "chrT", "+", np.array([[0, 100]], np.int64))])


def check(folder: Path, sites: str) -> FileReport:
    (folder / "sites.bed").write_text(sites)
    (folder / "table.tsv").write_text("own\tsites.bed\n")
    report = FileReport(folder / "table.tsv")
    check_cobinding(report, GENOME, REGIONS)
    return report


def test_an_unknown_experiment_beside_a_published_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sites.bed").write_text("chrT\t1\t5\tx\t0\t+\n")
    (tmp_path / "table.tsv").write_text("23_PARCLIP_PUM2_hg19\tsites.bed\nPUM3\tsites.bed\n")
    report = FileReport(tmp_path / "table.tsv")
    check_cobinding(report, GENOME, REGIONS)
    assert "PUM3" in str(report.findings[0])


def test_sites_of_experiments_are_placed_on_the_genome(tmp_path: Path) -> None:
    good = "".join(f"chrT\t{i}\t{i + 5}\tx\t0\t+\n" for i in range(20))
    report = check(tmp_path, good)
    assert (report.codes, report.facts) == ([], {"experiments": 1})
    assert check(tmp_path, good + "chrT\t98\t105\tx\t0\t+\n").codes == ["left-out"]
    assert check(tmp_path, good + "chrV\t9\t15\tx\t0\t+\n").codes == ["other-contigs"]
    assert check(tmp_path, "chrV\t9\t15\tx\t0\t+\n").codes == ["no-common-contig"]
    assert "sites.bed" in str(check(tmp_path, "chrT\t9\tx\n").findings[0])


def test_a_damaged_track_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "a.bw"
    path.write_bytes(bytes.fromhex("26fc8f88") + bytes(60))
    report = FileReport(path)
    check_track(report, GENOME, None)
    assert report.codes == ["unreadable"]


def test_experiments_on_the_wrong_strand_are_named(tmp_path: Path) -> None:
    apart = "".join(f"chrT\t{8 * i}\t{8 * i + 5}\tx\t0\t-\n" for i in range(12))
    assert check(tmp_path, apart).codes == ["swapped-strand"]
    assert check(tmp_path, apart.replace("-", "+")).codes == []
    assert check(tmp_path, apart.replace("-", ".")).codes == []


def test_without_a_genome_no_length_differs(tmp_path: Path) -> None:
    with pyBigWig.open(str(tmp_path / "sites.bw"), "w") as file:
        file.addHeader([("chrT", 6000)])
        file.addEntries(["chrT"], [100], ends=[120], values=[1.0])
    report = FileReport(tmp_path / "sites.bw")
    check_track(report, Reference(AnyContig()), None)
    assert report.codes == []
