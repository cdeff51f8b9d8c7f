"""What the options of a scan change, on parts of the example, against the run on the whole of it."""

from __future__ import annotations

import gzip
import json
import os
import resource
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyBigWig
import pysam
import pytest
import runs

from ideep_scan.errors import IdeepScanError, OutputError
from ideep_scan.features.rnaplfold import Job
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.formats.input_file import InputFile
from ideep_scan.jobs import folding
from ideep_scan.jobs.scan import run

ONE = "exA:104,001-116,000"  # a region of a plus-strand gene alone: EXA8
PUM2, OWN = "23_PARCLIP_PUM2_hg19", "8_PARCLIP_ELAVL1_hg19"


def values(out: Path) -> runs.Scores:
    """All tracks of a run; a strand without a file is all NaN."""
    held: runs.Scores = {}
    for strand, side in runs.SIDES.items():
        results = runs.track(out, strand) if (out / "tracks" / f"ELAVL1.{side}.bw").exists() else {}
        for chrom, length in runs.LENGTHS.items():
            held[chrom, strand] = results.get(chrom, np.full(length, np.nan))
    return held


def same_within(out: Path, complete_run: Path, spans: Sequence[tuple[str, str, int, int]], every: int = 1) -> None:
    """The run holds the whole run's values in the spans (at multiples of `every`), and none elsewhere."""
    expected = values(complete_run)
    for (chrom, strand), held in values(out).items():
        asked = np.zeros(held.size, bool)
        for at, side, start, end in spans:
            if (at, side) == (chrom, strand):
                asked[start:end] = True
        asked &= np.arange(held.size) % every == 0
        np.testing.assert_allclose(held, np.where(asked, expected[chrom, strand], np.nan), rtol=0, atol=0.0011)
        assert not asked.any() or not np.isnan(held[asked]).all()


def highest(complete_run: Path) -> float:
    """A threshold that a few positions of the region reach."""
    return 0.9 * float(np.nanmax(values(complete_run)["exA", "+"][104000:116000]))


def manifest(out: Path) -> dict[str, Any]:
    return json.loads((out / "manifest.json").read_text())


def test_threads_and_batch_change_nothing_beyond_rounding(complete_run: Path, example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path, gene=("EXB1",), threads=2, batch=3000)
    same_within(tmp_path, complete_run, [("exB", "-", 1500, 13000)])


def test_without_annotation_both_strands_are_scanned_wherever_bases_are_known(example: Path, tmp_path: Path) -> None:
    watcher = runs.Watcher()
    summary = runs.scan(example, tmp_path, watcher, gtf=None, regions="exA:1-3000")
    held = values(tmp_path)
    for strand in runs.SIDES:
        scored = np.flatnonzero(~np.isnan(held["exA", strand]))
        assert scored.tolist() == list(range(scored[0], 3000))
        assert scored[0] == 1000 + 50 - 10  # the contig begins with 1 kb of N, of which a window may hold ten
        assert np.isnan(held["exB", strand]).all()
    assert summary.positions == 2 * (3000 - 1040)
    assert any("no annotation was given" in note for note in watcher.notes)
    assert "region" not in manifest(tmp_path)["receipts"]["modalities"]["ELAVL1"]
    assert not (tmp_path / "genome" / "genes.bed.gz").exists()
    assert set(runs.table(tmp_path)["gene_name"]) <= {"."}


def shown_genes(out: Path) -> set[tuple[str, int, int, str]]:
    """Read contig, start, end and name of the transcripts that browsers show."""
    with gzip.open(out / "genome" / "genes.bed.gz", "rt") as file:
        rows = [line.split("\t") for line in file if not line.startswith("#")]
    return {(chrom, int(start), int(end), name) for chrom, start, end, name, *_ in rows}


def test_a_gene_alone(complete_run: Path, example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path, gene=("EXA4", "EXG000012"))
    scanned = [("exA", "-", 43000, 44500), ("exB", "+", 52000, 57000)]
    same_within(tmp_path, complete_run, scanned)
    near = {
        row
        for row in shown_genes(complete_run)
        for chrom, _, start, end in scanned
        if row[0] == chrom and row[1] < end + 10_000 and row[2] > start - 10_000
    }
    assert shown_genes(tmp_path) == near
    assert len(scanned) < len(near) < len(shown_genes(complete_run))


def test_a_region_as_text_on_one_strand_leaves_no_track_of_the_other(
    complete_run: Path, example: Path, tmp_path: Path
) -> None:
    runs.scan(example, tmp_path, regions=ONE, threshold=highest(complete_run))
    same_within(tmp_path, complete_run, [("exA", "+", 104000, 116000)])
    assert not (tmp_path / "tracks" / "ELAVL1.minus.bw").exists()
    assert {track["strand"] for track in manifest(tmp_path)["tracks"] if track["role"] == "score"} == {"+"}
    for track in manifest(tmp_path)["tracks"]:
        assert (tmp_path / track["path"]).is_file()
    assert "minus.bw" not in (tmp_path / "hub.txt").read_text() + (tmp_path / "igv_session.xml").read_text()
    assert "<svg" in (tmp_path / "index.html").read_text()


def test_regions_of_a_bed_in_any_order(complete_run: Path, example: Path, tmp_path: Path) -> None:
    bed = tmp_path / "regions.bed"
    bed.write_text("exB\t20000\t21000\nexA\t93000\t94000\nexB\t20500\t22000\n")
    runs.scan(example, tmp_path / "out", regions=str(bed))
    same_within(tmp_path / "out", complete_run, [("exA", "-", 93000, 94000), ("exB", "+", 20000, 22000)])


def test_one_strand(complete_run: Path, example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path, strand="plus", regions="exA:16000-19000")
    same_within(tmp_path, complete_run, [("exA", "+", 15999, 18000)])
    assert set(runs.table(tmp_path)["strand"]) <= {"+"}


def test_every_tenth_position(complete_run: Path, example: Path, tmp_path: Path) -> None:
    summary = runs.scan(example, tmp_path, stride=10, regions="exA:95,004-99,003")
    same_within(tmp_path, complete_run, [("exA", "-", 95003, 99003)], every=10)
    assert summary.positions == np.count_nonzero(~np.isnan(values(tmp_path)["exA", "-"])) > 390
    (called,) = summary.called
    assert called.per_kb == pytest.approx(1000 * called.sites / (10 * summary.positions))


def test_every_position_at_the_threshold_is_in_a_site_with_a_stride(
    complete_run: Path, example: Path, tmp_path: Path
) -> None:
    runs.scan(example, tmp_path, stride=20, regions="exA:95,004-99,003", threshold=highest(complete_run) / 10)
    positions = np.flatnonzero(values(tmp_path)["exA", "-"] >= highest(complete_run) / 10)
    sites = runs.table(tmp_path)
    assert 0 < len(sites) < len(positions)
    assert (np.diff(sites["summit"]) > 50).all()
    covered = np.concatenate([np.arange(site.start, site.end) for site in sites.itertuples()])
    assert set(positions) <= set(covered)


def test_a_lower_threshold_calls_at_least_what_a_higher_one_does(
    complete_run: Path, example: Path, tmp_path: Path
) -> None:
    top = highest(complete_run)
    for name, threshold in (("low", top / 2), ("high", top)):
        runs.scan(example, tmp_path / name, threshold=threshold, regions=ONE)
    low, high = runs.table(tmp_path / "low"), runs.table(tmp_path / "high")
    assert len(high) > 0
    assert (low["score"] >= top / 2).all()
    assert (high["score"] >= top).all()
    assert set(high["summit"]) <= set(low["summit"])


def test_a_run_without_a_site_is_whole(example: Path, tmp_path: Path) -> None:
    summary = runs.scan(example, tmp_path, threshold=1.0, regions="exA:104,001-105,000")
    assert summary.sites == {"ELAVL1": 0}
    assert not {"hits/ELAVL1.bb", "motifs/ELAVL1.bb"} & runs.files(tmp_path)
    for what in ("hits", "motifs"):
        assert len(runs.table(tmp_path, what)) == 0
        with pysam.TabixFile(str(tmp_path / what / "ELAVL1.bed.gz")) as bed:
            assert list(bed.contigs) == []
    assert "bigBed" not in {track["kind"] for track in manifest(tmp_path)["tracks"]}
    assert "No site reached the threshold" in (tmp_path / "index.html").read_text()


def test_sequence_alone_scores_otherwise_and_says_what_was_left_out(
    complete_run: Path, example: Path, tmp_path: Path
) -> None:
    watcher = runs.Watcher()
    runs.scan(example, tmp_path, watcher, modalities="sequence", regions=ONE)
    receipts = manifest(tmp_path)["receipts"]
    assert receipts["modalities"] == {"ELAVL1": ["sequence"]}
    assert set(receipts["left_out"]) == {"region", "motifs", "structure", "cobinding"}
    assert watcher.expected is not None
    assert watcher.expected.modalities == ("sequence",)
    held, expected = (values(out)["exA", "+"][104000:116000] for out in (tmp_path, complete_run))
    assert np.isnan(held).tolist() == np.isnan(expected).tolist()
    assert np.nanmax(np.abs(held - expected)) > 0.01
    rows = runs.table(tmp_path)
    assert set(rows["gene_name"]) == {"EXA8"}  # the annotation still names the gene
    assert set(rows["driver"]) == {"."}


def test_cobinding_reaches_half_a_window_around_a_site(example: Path, tmp_path: Path) -> None:
    for name, place in (("near", 110_000), ("far", 90_000)):
        (tmp_path / f"{name}.bed").write_text(f"exA\t{place}\t{place + 20}\tsite\t0\t+\n")
        (tmp_path / f"{name}.tsv").write_text(f"{PUM2}\t{name}.bed\n")
        asked = {"cobinding": tmp_path / f"{name}.tsv", "modalities": "sequence,region,cobinding"}
        runs.scan(example, tmp_path / name, regions=ONE, **asked)
    receipts = manifest(tmp_path / "near")["receipts"]
    assert receipts["modalities"] == {"ELAVL1": ["sequence", "region", "cobinding"]}
    assert receipts["cobinding"] == {PUM2: InputFile(tmp_path / "near.bed").digest()}
    near, far = (values(tmp_path / name)["exA", "+"] for name in ("near", "far"))
    changed = np.flatnonzero(np.abs(near - far) > 0)
    assert changed.size > 0
    assert changed.min() >= 110_000 - 50
    assert changed.max() < 110_020 + 50


def test_experiments_of_the_own_protein_are_never_read_and_said_not_to_be(example: Path, tmp_path: Path) -> None:
    (tmp_path / "sites.bed").write_text("exA\t110000\t110020\tsite\t0\t+\n")
    held = []
    for name, lines in (("with", f"{PUM2}\tsites.bed\n{OWN}\tsites.bed\n"), ("without", f"{PUM2}\tsites.bed\n")):
        (tmp_path / f"{name}.tsv").write_text(lines)
        asked = {"cobinding": tmp_path / f"{name}.tsv", "modalities": "sequence,region,cobinding"}
        watcher = runs.Watcher()
        runs.scan(example, tmp_path / name, watcher, regions="exA:109,801-110,200", **asked)
        assert any(OWN in note for note in watcher.notes) == (name == "with")
        held.append(runs.data_files(tmp_path / name))
    assert held[0] == held[1]


def test_sites_on_contigs_that_the_fasta_lacks_are_told(example: Path, tmp_path: Path) -> None:
    (tmp_path / "sites.bed").write_text("exA\t110000\t110020\tsite\t0\t+\nchr7\t5\t9\tsite\t0\t+\n")
    (tmp_path / "table.tsv").write_text(f"{PUM2}\tsites.bed\n")
    watcher = runs.Watcher()
    runs.scan(example, tmp_path / "out", watcher, regions="exA:109,801-110,200", cobinding=tmp_path / "table.tsv")
    assert any(PUM2 in note and "chr7" in note for note in watcher.notes)


def test_a_killed_folding_process_is_one_clear_line() -> None:
    with ExitStack() as stack, pytest.raises(IdeepScanError, match="fewer --threads"):
        list(folding.make_folder(FeatureSpec((), ()), 1, stack)._run(_die, [("ACGU", 4, 4)]))


def _die(job: Job) -> np.ndarray:
    os._exit(9)


def test_lengths_of_the_whole_genome_for_an_excerpt(example: Path, tmp_path: Path) -> None:
    sizes = tmp_path / "all.sizes"
    sizes.write_text("exB\t90000\nexC\t5000\nexA\t120000\n")  # not in the order of the FASTA
    bed = tmp_path / "two.bed"
    bed.write_text("exA\t16000\t18000\nexB\t28000\t30000\n")
    runs.scan(example, tmp_path / "out", chrom_sizes=sizes, regions=str(bed), strand="plus")
    full = {"exA": 120_000, "exB": 90_000, "exC": 5_000}
    assert {chrom: held.size for chrom, held in runs.track(tmp_path / "out", "+").items()} == full
    with pyBigWig.open(str(tmp_path / "out" / "hits" / "ELAVL1.bb")) as file:
        assert set(file.chroms().items()) <= set(full.items())
    assert manifest(tmp_path / "out")["assembly"]["sizes"] == full


def test_a_small_genome_goes_along_with_its_indexes_whatever_it_is_called(example: Path, tmp_path: Path) -> None:
    for end in ("", ".fai", ".gzi"):
        (tmp_path / f"genome.bgz{end}").write_bytes((example / f"example.fa.gz{end}").read_bytes())
    runs.scan(example, tmp_path / "out", fasta=tmp_path / "genome.bgz", regions="exA:17,001-17,500")
    for end in ("", ".fai", ".gzi"):
        assert (tmp_path / "out" / "genome" / f"genome.bgz{end}").is_file()


def test_overwriting_replaces_the_whole_run(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path, regions="exA:17,001-18,000", threshold=0.2)
    assert (tmp_path / "tracks" / "ELAVL1.minus.bw").exists()
    (tmp_path / "igv_session_web.xml").touch()
    runs.scan(example, tmp_path, regions="exA:16,001-17,000", threshold=0.2, overwrite=True)
    assert not (tmp_path / "tracks" / "ELAVL1.minus.bw").exists()
    assert not (tmp_path / "igv_session_web.xml").exists()
    assert manifest(tmp_path)["receipts"]["settings"]["regions"] == ["exA:16,001-17,000"]
    assert not (tmp_path / ".part").exists()


class Breaker(runs.Watcher):
    """Ends a run in its middle."""

    def __init__(self, error: BaseException):
        super().__init__()
        self.error = error

    def advance(self, positions: int) -> None:
        raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), OutputError("full"), ValueError("a bug")])
def test_a_run_that_ends_early_leaves_nothing(error: BaseException, example: Path, tmp_path: Path) -> None:
    with pytest.raises(type(error)):
        runs.scan(example, tmp_path / "new" / "out", Breaker(error), regions="exA:17,001-17,500")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ends_while_files_are_closed_leaves_its_shards_alone(example: Path, tmp_path: Path) -> None:
    class Late(runs.Watcher):
        def closing(self, done: int, models: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.scan(example, tmp_path / "out", Late(), regions="exA:17,001-17,500")
    assert runs.files(tmp_path) == {f"out/.shards/{name}" for name in ("plan.json", "0000000.json", "0000000.scores")}
    summary = runs.scan(example, tmp_path / "out", regions="exA:17,001-17,500", resume=True)
    assert summary.positions > 0


def test_a_run_that_ends_early_leaves_an_earlier_one_as_it_was(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path, regions="exA:17,001-17,500")
    before = {name: (tmp_path / name).read_bytes() for name in runs.files(tmp_path)}
    with pytest.raises(KeyboardInterrupt):
        runs.scan(example, tmp_path, Breaker(KeyboardInterrupt()), regions="exA:4,001-5,000", overwrite=True)
    assert {name: (tmp_path / name).read_bytes() for name in runs.files(tmp_path)} == before


@pytest.mark.parametrize("most", [1, 3_000, 20_000, 60_000])
def test_a_full_disk_leaves_nothing(
    most: int, example: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As if the disk were full: no file may grow beyond `most` bytes. No library prints what is raised anyway."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        with pytest.raises(OutputError, match=r"free space|disk full"):
            runs.scan(example, tmp_path / "out", regions="exA:88,001-101,000")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_an_annotation_that_spells_chromosomes_otherwise_is_understood(example: Path, tmp_path: Path) -> None:
    """chr1 in the FASTA, 1 or chr1 in the annotation; transcripts elsewhere are counted and their contigs named."""
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        letters = {"chr1": fasta.fetch("exA"), "chrM": fasta.fetch("exB")}
    plain = tmp_path / "genome.fa"
    plain.write_text("".join(f">{name}\n{text}\n" for name, text in letters.items()))
    genes = (example / "genes.gtf").read_text()
    elsewhere = "".join(line.replace("exB", "GL000192.1") + "\n" for line in genes.splitlines() if "EXG000013" in line)
    elsewhere = elsewhere.replace("EXT0000131", "EXT0000999").replace("EXG000013", "EXG000999")
    watchers = {}
    for first, second in (("1", "MT"), ("chr1", "chrM")):
        gtf = tmp_path / f"{first}.gtf"
        gtf.write_text(genes.replace("exA", first).replace("exB", second) + elsewhere)
        watchers[first] = runs.Watcher()
        bed = tmp_path / "two.bed"
        bed.write_text(f"{first}\t17500\t18500\n{second}\t28000\t29000\n")
        runs.scan(tmp_path, tmp_path / f"out_{first}", watchers[first], fasta=plain, gtf=gtf, regions=str(bed))
    assert runs.data_files(tmp_path / "out_1") == runs.data_files(tmp_path / "out_chr1")
    assert set(runs.track(tmp_path / "out_1", "+")) == {"chr1", "chrM"}
    (note,) = [note for note in watchers["1"].notes if "lacks" in note]
    assert "1 transcript on 1 contig that the FASTA lacks" in note
    assert "GL000192.1" in note
    assert note in manifest(tmp_path / "out_1")["receipts"]["notes"]


def test_all_modalities_fold_once_for_ever(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class InProcess:
        """Folds here, so that it can be counted."""

        folded = 0

        def __init__(self, *_: object): ...

        def map(self, fold: Any, jobs: Any, chunksize: int) -> Any:
            for job in jobs:
                InProcess.folded += 1
                yield fold(job)

        def kill_workers(self) -> None: ...

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(folding, "WorkerPool", InProcess)
    asked = {"modalities": "all", "regions": "exA:16,501-17,100"}
    runs.scan(example, tmp_path / "first", **asked)
    once = InProcess.folded
    runs.scan(example, tmp_path / "second", **asked)
    assert InProcess.folded == once > 0
    assert runs.data_files(tmp_path / "first") == runs.data_files(tmp_path / "second")
    assert manifest(tmp_path / "second")["receipts"]["modalities"] == {
        "ELAVL1": ["sequence", "region", "motifs", "structure"]
    }
    monkeypatch.undo()
    runs.scan(example, tmp_path / "third", **asked)  # in processes of its own, another cache
    assert runs.data_files(tmp_path / "first") == runs.data_files(tmp_path / "third")


def test_a_damaged_fold_cache_does_not_end_a_run(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache" / "ideep-scan" / "folds.sqlite"
    cache.parent.mkdir(parents=True)
    cache.write_text("no database " * 100)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert runs.scan(example, tmp_path / "out", modalities="all", regions="exA:17001-17100").positions


def test_chunks_that_wait_are_limited_by_their_bytes() -> None:
    assert [run._count_queued_chunks(scorers) for scorers in (1, 60, 142, 1000)] == [2, 2, 1, 1]
