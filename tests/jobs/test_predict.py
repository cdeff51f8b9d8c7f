"""Single sites against the scan of the same genome; windows cut from it against the sites they were cut at."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pysam
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs import predict
from ideep_scan.jobs.predict_settings import PredictSettings
from ideep_scan.models.bundle import ModelBundle, load_bundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.scan import place_scores

HALF = 50
FLIP = str.maketrans("ACGTN", "TGCAN")
COLUMNS = ["name", "chrom", "start", "end", "strand", "rbp", "score", "p", "modalities"]


class Watcher:
    def __init__(self) -> None:
        self.rows, self.notes, self.advanced = 0, (), 0

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        self.rows, self.notes = rows, tuple(notes)

    def advance(self, rows: int) -> None:
        self.advanced += rows


def predicted(sites: Path, watcher: Watcher | None = None, **options: Any) -> pd.DataFrame:
    """The table of a run; '.' as text in all columns but score and p, where it is NaN."""
    stream, watcher = io.StringIO(), watcher or Watcher()
    settings = PredictSettings(
        **{"rbp": ("ELAVL1",), "model": IDEEP, "sites": sites, "threads": 1, "device": "cpu", **options}
    )
    summary = predict.run(settings, watcher, stream)
    text = stream.getvalue()
    if settings.out is not None:
        assert text == ""
        data = settings.out.read_bytes()
        text = (gzip.decompress(data) if settings.out.suffix == ".gz" else data).decode()
    table = pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)
    assert list(table) == COLUMNS
    table["score"] = table["score"].replace("", "nan").astype(np.float32)
    table["p"] = table["p"].replace("", "nan").astype(float)
    table = table.astype({"start": int, "end": int})
    assert watcher.rows == watcher.advanced == summary.rows
    assert len(table) == summary.rows * len(summary.models)
    assert table["score"].isna().sum() == summary.unscored * len(summary.models)
    return table


def elavl1() -> ModelBundle:
    (entry,) = find_entries(["ELAVL1"], list_entries(IDEEP))
    return load_bundle(entry.path)


def genome(example: Path) -> dict[str, Path]:
    return {"fasta": example / "example.fa.gz", "gtf": example / "genes.gtf"}


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, int, int, str, str]]:
    """(chrom, start, end, strand, name) in no order: all over the example, of many widths, some twice, N and ends."""
    rng = np.random.default_rng(5)
    out = []
    for i in range(300):
        chrom = str(rng.choice(list(runs.LENGTHS)))
        width = int(rng.integers(1, 130))
        start = int(rng.integers(0, runs.LENGTHS[chrom] - width))
        out.append((chrom, start, start + width, str(rng.choice(["+", "-"])), f"site {i}"))
    for chrom, length in runs.LENGTHS.items():
        for strand in "+-":
            out += [(chrom, 0, 1, strand, "first"), (chrom, length - 1, length, strand, "last"), out[3], out[3]]
    out += [("exA", 17_000 + i, 17_001 + i, "+", "dense") for i in range(60)]
    out += [("exB", 9_000 + 2 * i, 9_002 + 2 * i, "-", "dense") for i in range(60)]
    return [out[i] for i in rng.permutation(len(out))]


@pytest.fixture(scope="module")
def bed(rows: list[tuple[str, int, int, str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bed") / "sites.bed"
    path.write_text("".join(f"{c}\t{start}\t{end}\t{name}\t0\t{s}\n" for c, start, end, s, name in rows))
    return path


def centre(start: int, end: int, strand: str) -> int:
    """Counted along the RNA, in a list."""
    line = list(range(start, end)) if strand == "+" else list(range(end - 1, start - 1, -1))
    return line[len(line) // 2]


def test_sites_score_as_the_scan_does(
    rows: list[tuple[str, int, int, str, str]], bed: Path, example: Path, scores: runs.Scores, complete_run: Path
) -> None:
    watcher = Watcher()
    table = predicted(bed, watcher, **genome(example))
    given = table[["chrom", "start", "end", "strand", "name"]]
    assert list(given.itertuples(index=False, name=None)) == rows
    assert (table[["rbp", "modalities"]] == ["ELAVL1", "sequence,region"]).all(axis=None)
    calibrated = Calibration.from_dict(elavl1().calibration)
    p = calibrated.p_values(table["score"].to_numpy(), ("sequence", "region"))
    assert p is not None
    np.testing.assert_allclose(table["p"], p, rtol=5e-3)  # three digits
    assert any("another annotation" in note for note in watcher.notes)
    places = [(chrom, strand, centre(start, end, strand)) for chrom, start, end, strand, _ in rows]
    swept = np.array([scores[chrom, strand][at] for chrom, strand, at in places])
    bigwigs = {strand: runs.track(complete_run, strand) for strand in runs.SIDES}
    written = np.array([bigwigs[strand][chrom][at] for chrom, strand, at in places])
    there = ~np.isnan(swept)  # the scan holds to transcribed strands; a single site may lie anywhere
    assert 100 < there.sum() < there.size
    results = table["score"].to_numpy()
    np.testing.assert_allclose(results[there], swept[there], rtol=0, atol=1e-5)
    np.testing.assert_allclose(results[there], written[there], rtol=0, atol=0.0005 + 1e-5)
    assert np.isnan(results).sum() >= 4  # at the ends of contigs


def test_what_is_scored_without_an_annotation_is_what_a_scan_scores(
    bed: Path, rows: list[tuple[str, int, int, str, str]], example: Path
) -> None:
    table = predicted(bed, fasta=example / "example.fa.gz")
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        for (chrom, start, end, strand, _), score in zip(rows, table["score"], strict=True):
            letters = "N" * HALF + fasta.fetch(chrom).upper() + "N" * HALF
            at = centre(start, end, strand)
            window = letters[at : at + 2 * HALF + 1]
            assert np.isnan(score) == (window[HALF] == "N" or window.count("N") > 10)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_any_batch_gives_the_same(size: int, bed: Path, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = bed.with_name("few.bed")
    few.write_text("".join(bed.read_text().splitlines(keepends=True)[:60]))
    expected = predicted(few, **genome(example))
    monkeypatch.setattr(predict, "ROWS", size)
    table = predicted(few, **genome(example))
    pd.testing.assert_frame_equal(table.drop(columns=["score", "p"]), expected.drop(columns=["score", "p"]))
    np.testing.assert_allclose(table["score"], expected["score"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["p"], expected["p"], rtol=1e-4)


def test_threads_change_nothing_and_equal_sites_score_the_same(
    bed: Path, rows: list[tuple[str, int, int, str, str]], example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sites of both contigs and strands in no order, in batches of more than one tile."""
    monkeypatch.setattr(predict, "ROWS", 100)
    monkeypatch.setattr(place_scores, "WINDOWS", 16)
    first, second = (predicted(bed, threads=threads, **genome(example)) for threads in (1, 3))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    places = [f"{chrom} {strand} {centre(start, end, strand)}" for chrom, start, end, strand, _ in rows]
    spread = first["score"].groupby(np.array(places)).agg(np.ptp)
    assert len(spread) < len(rows)
    assert (spread.dropna() < 1e-6).all()  # rows of a product may differ in the last bit


def test_windows_score_as_the_sites_they_were_cut_at(
    bed: Path, rows: list[tuple[str, int, int, str, str]], example: Path, tmp_path: Path
) -> None:
    by_place = predicted(bed, fasta=example / "example.fa.gz", modalities="sequence")
    rng = np.random.default_rng(1)
    records, whole_window = [], []
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        text = {chrom: fasta.fetch(chrom) for chrom in fasta.references}
    for chrom, start, end, strand, _ in rows:
        at, more = centre(start, end, strand), int(rng.integers(0, 40))
        first, last = at - HALF - more, at + HALF + 1 + more
        whole_window.append(first >= 0 and last <= len(text[chrom]))
        letters = text[chrom][max(first, 0) : last]
        records.append(letters if strand == "+" else letters[::-1].upper().translate(FLIP))
    path = tmp_path / "windows.fa"
    path.write_text("".join(f">w {i}\n{letters}\n" for i, letters in enumerate(records)))
    watcher = Watcher()
    table = predicted(path, watcher)
    assert (table[["name", "chrom", "strand", "modalities"]] == ["w", "w", "+", "sequence"]).all(axis=None)
    assert table["end"].tolist() == [len(letters) for letters in records]
    assert (table["start"] == 0).all()
    assert any("region is not used: sequences of a FASTA" in note for note in watcher.notes)
    kept = np.array(whole_window)
    assert kept.sum() > 250
    np.testing.assert_allclose(table["score"][kept], by_place["score"][kept], rtol=0, atol=1e-5)


def test_emulated_precision_is_noted(bed: Path, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scorer, "emulates", True)
    watcher = Watcher()
    predicted(bed, watcher, fasta=example / "example.fa.gz", modalities="sequence", precision="bf16")
    assert any("bf16 is emulated" in note for note in watcher.notes)


@pytest.fixture(scope="module")
def known(example: Path) -> str:
    """101 known bases."""
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        letters = fasta.fetch("exA", 17_000, 17_101).upper()
    assert "N" not in letters
    return letters


def windows(path: Path, *records: str, **options: Any) -> np.ndarray:
    path.write_text("".join(f">w{i}\n{letters}\n" for i, letters in enumerate(records)))
    return predicted(path, **options)["score"].to_numpy()


def test_what_a_window_lacks_is_read_as_unknown_and_no_reason_not_to_score(known: str, tmp_path: Path) -> None:
    """A short record is scored; with its lacking bases written as N it is not, though it reads the same."""
    path = tmp_path / "w.fa"
    ten, eleven = ("N" * n + known[n:] for n in (10, 11))
    short, one = known[10:91], known[50]
    cut_on_one_side = known[10:91] + "A"  # even: of the two middle bases, the one on the 3' side
    results = windows(path, known, known.lower(), ten, eleven, short, one, cut_on_one_side)
    assert np.isnan(results).tolist() == [False, False, False, True, False, False, False]
    assert results[0] == results[1]
    assert len(set(results[[0, 2, 4, 5, 6]])) == 5
    left = known[50 - 45 : 50 + 46]
    assert windows(path, left)[0] == pytest.approx(windows(path, "N" * 5 + left + "N" * 5)[0], abs=1e-6)


def test_an_unknown_centre_is_not_scored(known: str, tmp_path: Path) -> None:
    masked = known[:50] + "N" + known[51:]
    assert np.isnan(windows(tmp_path / "w.fa", masked, masked[20:-20], "N", known)).tolist() == [
        True,
        True,
        True,
        False,
    ]


def test_only_the_centre_of_a_long_record_matters(known: str, tmp_path: Path) -> None:
    long = ("N" * 3000 + known + "ACGT" * 750, "TTTT" * 5000 + known + "N" * 20_000)
    np.testing.assert_allclose(
        windows(tmp_path / "w.fa", *long), windows(tmp_path / "v.fa", known, known), rtol=0, atol=1e-6
    )


def test_structure_and_motifs_of_windows(known: str, tmp_path: Path, bed: Path, example: Path) -> None:
    at = 17_050
    site = tmp_path / "site.bed"
    site.write_text(f"exA\t{at}\t{at + 1}\tx\t0\t+\n")
    asked = "sequence,motifs,structure"
    (by_place,) = predicted(site, fasta=example / "example.fa.gz", modalities=asked)["score"]
    (by_window,) = windows(tmp_path / "w.fa", known, modalities=asked)
    assert by_window == pytest.approx(by_place, abs=1e-6)
    table = predicted(tmp_path / "w.fa", modalities="all")
    assert table["modalities"].tolist() == [asked]


def test_cobinding(example: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.bed"
    site.write_text("exA\t110000\t110001\tx\t0\t+\n")
    (tmp_path / "table.tsv").write_text("23_PARCLIP_PUM2_hg19\tsite.bed\n")
    asked = {"modalities": "sequence,region,cobinding", "cobinding": tmp_path / "table.tsv"}
    table = predicted(site, **genome(example), **asked)
    assert table["modalities"].tolist() == ["sequence,region,cobinding"]
    assert table["score"][0] != predicted(site, **genome(example))["score"][0]


def test_several_models_share_a_batch_and_each_has_a_row(
    bed: Path, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = elavl1()
    object.__setattr__(bundle, "name", "OTHER")
    object.__setattr__(bundle, "modalities", ("sequence",))
    bundle.save(tmp_path / "other.safetensors")
    made = []
    tile = Featurizer.tile
    monkeypatch.setattr(Featurizer, "tile", lambda *given: made.append(1) or tile(*given))
    alone = predicted(bed, **genome(example))
    tiles = len(made)
    table = predicted(bed, rbp=("ELAVL1", str(tmp_path / "other.safetensors")), **genome(example))
    assert len(made) == 2 * tiles > 0
    assert table["rbp"].tolist() == ["ELAVL1", "OTHER"] * len(alone)
    first, second = table[::2].reset_index(drop=True), table[1::2].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, alone)
    assert (second["modalities"] == "sequence").all()
    pd.testing.assert_frame_equal(second[COLUMNS[:5]], alone[COLUMNS[:5]])
    expected = predicted(bed, fasta=example / "example.fa.gz")["score"]
    np.testing.assert_allclose(second["score"], expected, rtol=0, atol=1e-6)


def test_other_spellings_of_contigs_and_gzip_and_files(example: Path, tmp_path: Path) -> None:
    fasta = tmp_path / "g.fa"
    with FastaSource(example / "example.fa.gz") as source:
        letters = "".join("ACGTN"[code] for code in source.codes("exA", 17_000, 17_400))
    fasta.write_text(f">chr1\n{letters}\n")
    site = tmp_path / "s.bed.gz"
    site.write_bytes(gzip.compress(b"#header\n1\t150\t151\t\t0\t+\nchr1\t150\t151\tn\t0\t+\n"))
    for name in ("new/t.tsv", "t.tsv.gz"):
        table = predicted(site, fasta=fasta, out=tmp_path / name)
        assert table[["name", "chrom"]].to_numpy().tolist() == [[".", "1"], ["n", "chr1"]]
        assert np.ptp(table["score"]) < 1e-6  # rows of a product may differ in the last bit


class Breaker(Watcher):
    def advance(self, rows: int) -> None:
        raise KeyboardInterrupt


def test_a_run_that_is_stopped_leaves_no_table(known: str, tmp_path: Path) -> None:
    out = tmp_path / "t.tsv"
    windows(tmp_path / "w.fa", known)
    with pytest.raises(KeyboardInterrupt):
        predicted(tmp_path / "w.fa", Breaker(), out=out)
    assert {path.name for path in tmp_path.iterdir()} == {"w.fa"}


def test_a_fault_far_down_is_found_before_anything_is_scored(
    bed: Path, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.bed").write_text(bed.read_text() + "exA\t5\t4\tx\t0\t+\n")
    monkeypatch.setattr(predict, "ROWS", 10)
    watcher = Watcher()
    asked = {"fasta": example / "example.fa.gz", "out": tmp_path / "t.tsv", "strict": True}
    with pytest.raises(InputError, match=r"0 <= start < end") as caught:
        predicted(tmp_path / "s.bed", watcher, **asked)
    assert caught.value.line == len(bed.read_text().splitlines()) + 1
    assert watcher.advanced == 0
    assert not (tmp_path / "t.tsv").exists()


def test_swapped_strands_are_noted(example: Path, tmp_path: Path) -> None:
    rows = [line.split("\t") for line in (example / "genes.gtf").read_text().splitlines() if "\texon\t" in line]
    swapped = {"+": "-", "-": "+"}
    path = tmp_path / "swapped.bed"
    sites = [f"{row[0]}\t{int(row[3]) - 1}\t{row[3]}\tx\t0\t{swapped[row[6]]}\n" for row in rows]
    path.write_text("".join(sites))
    watcher = Watcher()
    predicted(path, watcher, **genome(example))
    (note,) = [note for note in watcher.notes if "swap + and -" in note]
    assert note.startswith("swapped.bed: ")
    assert "of the other strand; predict scores the wrong strand" in note
