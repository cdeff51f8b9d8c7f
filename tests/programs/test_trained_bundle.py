"""Bundles that the command `train` wrote, given to every other command; its outputs are read back and compared."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import runs

import ideep_scan
from ideep_scan.api.finished_run import Run
from ideep_scan.cli.commands import app
from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.view.serve_run import serve_run
from ideep_scan.kernels.onehot import decode

CONTIG, START, END = "exA", 17_000, 31_000
NAMES = {"sites": "MYRBP", "windows": "MYWIN", "neighbours": "MYCOB"}  # of a bundle of each kind
ROUNDING = 0.0006  # of a bigWig
HALF = 50


def call(*words: object) -> None:
    """Run a command in this process; an error of it is raised."""
    app([str(word) for word in words], standalone_mode=False)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the example, and bundles of its planted sites, of windows, and of sites with co-binding."""
    folder = runs.copy_example(tmp_path_factory.mktemp("trained"))
    rows = [line for line in (folder / "planted_sites.bed").read_text().splitlines(keepends=True) if "ELAVL1" in line]
    (folder / "peaks.bed").write_text("".join(rows))
    options = ("--device", "cpu", "--threads", 1, "--epochs")
    genome = ("--fasta", folder / "example.fa.gz", "--gtf", folder / "genes.gtf")
    call("train", folder / "peaks.bed", "--name", "MYRBP", *genome, "-o", folder / "sites.safetensors", *options, 1)
    near = (row.split("\t") for row in rows)
    shifted = ["\t".join([row[0], str(int(row[1]) + 30), str(int(row[2]) + 30), *row[3:]]) for row in near]
    (folder / "near.bed").write_text("".join(shifted))
    (folder / "table.tsv").write_text("near\tnear.bed\n")
    words = ("train", folder / "peaks.bed", "--name", "MYCOB", *genome, "--cobinding", folder / "table.tsv")
    call(*words, "--from", "scratch", "-o", folder / "neighbours.safetensors", *options, 3)
    windows = write_windows(folder)
    call("train", "--name", "MYWIN", "--windows", *windows, "-o", folder / "windows.safetensors", *options, 1)
    return folder


def write_windows(folder: Path) -> tuple[Path, Path]:
    """Write FASTAs of random windows, with and without the U-rich letters that the planted protein binds."""
    letters = np.random.default_rng(1).choice(list("ACGU"), (240, 101))
    letters[:80, 42:58] = list("UUUUAUUUAUUUUUUU")
    texts = [f">w{number}\n{''.join(row)}\n" for number, row in enumerate(letters)]
    (folder / "bound.fa").write_text("".join(texts[:80]))
    (folder / "unbound.fa").write_text("".join(texts[80:]))
    return folder / "bound.fa", folder / "unbound.fa"


@pytest.fixture(scope="module", params=NAMES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def scanned(world: Path, kind: str) -> Run:
    """Run on some genes of the example."""
    scan(world, world / f"out_{kind}", kind)
    return ideep_scan.read_run(world / f"out_{kind}")


def scan(world: Path, out: Path, kind: str, *options: object, command: str = "genome", rbp: str = "") -> None:
    words = (command, "--rbp", rbp or world / f"{kind}.safetensors", world / "example.fa.gz")
    region = ("--regions", f"{CONTIG}:{START + 1}-{END}", "--device", "cpu", "--threads", 1)
    threshold = ("--threshold", 0.2) if kind == "neighbours" else ()  # random weights learn slowly
    evidence = (*list_evidence(world, kind), *threshold)
    call(*words, "--gtf", world / "genes.gtf", *evidence, *region, "-o", out, *options)


def list_evidence(world: Path, kind: str) -> tuple[object, ...]:
    """List the option of the CLIP sites that a bundle reads."""
    return ("--cobinding", world / "table.tsv") if kind == "neighbours" else ()


def check_again(world: Path, folder: Path) -> None:
    """Let the command `verify` compare the run with what it computes."""
    found = ideep_scan.verify_run(folder, positions=50, threads=1, device="cpu", inputs=[world])
    assert (found.differences, found.models) == ((), 1)
    assert found.positions > 0


def read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t")


def predict(world: Path, kind: str, places: list[tuple[int, str]], *options: object) -> np.ndarray:
    """Scores of the command `predict` at positions of the contig."""
    bed = world / "places.bed"
    bed.write_text("".join(f"{CONTIG}\t{place}\t{place + 1}\tx\t0\t{strand}\n" for place, strand in places))
    words = ("predict", "--rbp", world / f"{kind}.safetensors", bed, "--fasta", world / "example.fa.gz")
    call(*words, "-o", world / "places.tsv", "--threads", 1, *options)
    return read_table(world / "places.tsv")["score"].to_numpy()


def test_tracks_sites_and_predictions_of_a_genome_agree(world: Path, kind: str, scanned: Run) -> None:
    name = NAMES[kind]
    sites = scanned.sites(name)
    assert len(sites)
    summits = list(zip(sites["summit"].tolist(), sites["strand"].tolist(), strict=True))
    scores = predict(world, kind, summits, "--gtf", world / "genes.gtf", *list_evidence(world, kind))
    tracks = [scanned.scores(name, CONTIG, place, place + 1, strand)[0] for place, strand in summits]
    np.testing.assert_allclose(scores, tracks, atol=ROUNDING)
    check_again(world, scanned.folder)
    planted = pd.read_csv(world / "peaks.bed", sep="\t", header=None)
    inside = planted[(planted[0] == CONTIG) & (planted[1] > START + 100) & (planted[2] < END - 100)]
    at_sites = [scanned.scores(name, CONTIG, row[1] + 3, row[1] + 4, row[5])[0] for row in inside.itertuples(False)]
    assert np.nanmedian(at_sites) > np.nanquantile(scanned.scores(name, CONTIG, START, END), 0.9)


def test_parts_of_an_array_and_a_resumed_run_are_the_run_of_one_command(
    world: Path, kind: str, scanned: Run, tmp_path: Path
) -> None:
    for part in ("1/2", "2/2"):
        scan(world, tmp_path, kind, "--shard", part)
    scan(world, tmp_path, kind, command="merge")
    scan(world, tmp_path, kind, "--resume")
    assert runs.data_files(tmp_path) == runs.data_files(scanned.folder)


def test_exons_of_a_spliced_run_score_as_on_the_genome(world: Path, kind: str, scanned: Run, tmp_path: Path) -> None:
    scan(world, tmp_path, kind, "--spliced")
    spliced = ideep_scan.read_run(tmp_path).scores(NAMES[kind], CONTIG, START, END)
    genomic = scanned.scores(NAMES[kind], CONTIG, START, END)
    both = ~np.isnan(spliced) & ~np.isnan(genomic)
    assert both.sum() > 500
    assert np.mean(np.abs(spliced[both] - genomic[both]) < ROUNDING) > 0.5  # the others are near a junction or isoform
    check_again(world, tmp_path)


def test_transcripts_score_as_their_windows_do(world: Path, kind: str, tmp_path: Path) -> None:
    with FastaSource(world / "example.fa.gz") as source:
        letters = decode(source.codes(CONTIG, START, START + 400))
    (tmp_path / "rna.fa").write_text(f">rna\n{letters}\n")
    words = ("--rbp", world / f"{kind}.safetensors", "--threads", 1)
    call("transcripts", *words, tmp_path / "rna.fa", "-o", tmp_path / "out", "--device", "cpu")
    scores = ideep_scan.read_run(tmp_path / "out").scores(NAMES[kind], "rna", 60, 340)
    starts = range(60 - HALF, 340 - HALF)
    (tmp_path / "w.fa").write_text("".join(f">w{start}\n{letters[start : start + 101]}\n" for start in starts))
    call("predict", *words, tmp_path / "w.fa", "-o", tmp_path / "w.tsv")
    np.testing.assert_allclose(read_table(tmp_path / "w.tsv")["score"], scores, atol=ROUNDING)


def write_variants(world: Path, path: Path) -> list[int]:
    """Write SNVs of a phased sample, each further from the next one than a window reaches; return their positions."""
    places = list(range(START + 200, END - 200, 1500))
    with FastaSource(world / "example.fa.gz") as source:
        bases = [decode(source.codes(CONTIG, place, place + 1)).replace("U", "T") for place in places]
    lines = [f"##fileformat=VCFv4.3\n##contig=<ID={CONTIG}>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=g>\n"]
    lines += ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"]
    for place, base in zip(places, bases, strict=True):
        lines.append(f"{CONTIG}\t{place + 1}\tv\t{base}\t{'A' if base != 'A' else 'C'}\t.\t.\t.\tGT\t0|1\n")
    path.write_text("".join(lines))
    return places


def test_reference_scores_of_variants_are_those_of_the_tracks(
    world: Path, kind: str, scanned: Run, tmp_path: Path
) -> None:
    places = write_variants(world, tmp_path / "in.vcf")
    genome = ("--fasta", world / "example.fa.gz", "--gtf", world / "genes.gtf")
    options = (
        "--rbp",
        world / f"{kind}.safetensors",
        *genome,
        *list_evidence(world, kind),
        "--device",
        "cpu",
        "--threads",
        1,
    )
    call(
        "variants",
        tmp_path / "in.vcf",
        *options,
        "-o",
        tmp_path / "out.vcf",
        "-t",
        tmp_path / "out.tsv",
        "--report",
        tmp_path / "report",
    )
    call(
        "variants",
        tmp_path / "in.vcf",
        *options,
        "-o",
        tmp_path / "phased.vcf",
        "-t",
        tmp_path / "phased.tsv",
        "--phased",
        "S1",
    )
    table = read_table(tmp_path / "out.tsv")
    pd.testing.assert_frame_equal(table, read_table(tmp_path / "phased.tsv"))  # no two share a window
    scored = table[table["status"] == "scored"]
    assert set(scored["pos"] - 1) <= set(places)
    assert len(scored) >= 5
    for row in scored.itertuples():
        track = scanned.scores(NAMES[kind], CONTIG, row.pos - 1 - HALF, row.pos + HALF, row.strand)
        assert row.ref_score == pytest.approx(np.nanmax(track), abs=ROUNDING)
    assert NAMES[kind] in (tmp_path / "report" / "index.html").read_text()


def test_motifs_of_a_bundle_are_found_in_its_sites(world: Path, tmp_path: Path) -> None:
    words = ("motifs", "--rbp", world / "windows.safetensors", "--threads", 1, "-o", tmp_path)
    call(*words, "--fasta", world / "example.fa.gz", "--sites", world / "peaks.bed")
    name = "MYWIN"
    assert (tmp_path / f"{name}.meme").read_text().count("MOTIF ") == len(read_table(tmp_path / f"{name}.tsv")) > 0
    assert name in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize("kind", ["sites", "windows"])
def test_clip_sites_of_others_are_refused_by_a_bundle_without_them(world: Path, kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="trained without it"):
        scan(world, tmp_path / "out", kind, "--cobinding", world / "table.tsv")
    assert not (tmp_path / "out").exists()


def test_clip_sites_of_others_change_the_scores_of_a_bundle_that_reads_them(world: Path) -> None:
    scores = []
    for name, options in (("with", ("--cobinding", world / "table.tsv")), ("without", ())):
        words = ("genome", "--rbp", world / "neighbours.safetensors", world / "example.fa.gz", "--gtf")
        region = ("--regions", f"{CONTIG}:{START + 1}-{START + 2000}", "--device", "cpu", "--threads", 1)
        call(*words, world / "genes.gtf", *region, "-o", world / name, *options)
        scores.append(ideep_scan.read_run(world / name).scores("MYCOB", CONTIG, START, START + 2000))
    assert np.nanmax(np.abs(scores[0] - scores[1])) > ROUNDING


def test_a_model_of_windows_never_reads_an_annotation(world: Path, tmp_path: Path) -> None:
    scan(world, tmp_path, "windows", "--modalities", "all")
    run = ideep_scan.read_run(tmp_path)
    assert run.manifest.receipts["modalities"] == {"MYWIN": ["sequence"]}
    assert not any("annotation" in note or "region" in note for note in run.notes)


def test_the_page_and_the_hub_of_a_run_name_its_model(world: Path, kind: str, scanned: Run) -> None:
    server, address = serve_run(scanned.folder)
    with server, urllib.request.urlopen(address, timeout=10) as page:
        assert NAMES[kind] in page.read().decode()
    call("hub", scanned.folder, "--check")


def test_an_added_bundle_answers_to_its_name(
    world: Path, kind: str, scanned: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = NAMES[kind]
    call("models", "add", world / f"{kind}.safetensors")
    try:
        scan(world, tmp_path, kind, rbp=name.lower())
        call("models", "show", name)
        assert "held-out windows" in capsys.readouterr().out.lower()
    finally:
        call("models", "remove", name)
    assert runs.data_files(tmp_path) == runs.data_files(scanned.folder)
