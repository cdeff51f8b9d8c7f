"""All stages of the shared network, from a toy of the data to a bundle that loads."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest
import shared_bundle
import torch
import train_zoo
from shared_labels import Head
from shared_training import SharedWork, train_shared
from shared_windows import DENSE, PUBLISHED, TEST, TRAIN, PlaceKeys, _step_along
from toy_fasta import write_fasta

from ideep_scan.models.bundle import load_models
from ideep_scan.models.bundle_header import read_header
from ideep_scan.models.calibration import Calibration
from ideep_scan.records.places import Places
from ideep_scan.train.examples import mark_in_regions, mark_overlapping
from ideep_scan.train.labels import BACKGROUND, IGNORED, NEGATIVE, POSITIVE, PROBABLE
from ideep_scan.train.regions import HELD_OUT, VALIDATION
from ideep_scan.train.targets import Targets

GENES = {"chr4": ((500, 5500, "+"), (6000, 11_000, "-")), "chr3": ((500, 3500, "+"),), "chr20": ((200, 8800, "-"),)}
LENGTHS = {"chr4": 12_000, "chr3": 4000, "chr20": 9000}
TARDBP, ELAVL1 = "27_ICLIP_TDP43_hg19", "8_PARCLIP_ELAVL1_hg19"
LIST, RARE = "TARDBP_K562_ENCFF037TVC", "HNRNPL_HepG2_ENCFF000AAA"
# Centres of published windows on the plus strand of chr4 and on chr3, chr20: training and test.
PUBLISHED_CENTRES = {"chr4": range(600, 4500, 150), "chr3": range(600, 3400, 200), "chr20": range(300, 2600, 200)}
TEST_CENTRES = range(5000, 5400, 100)


def write_windows(path: Path, centres: list[tuple[str, int]], letters: dict[str, str]) -> None:
    records = [
        f"> {chrom},+,{x - 50},{x + 50}; class:{i % 2}\n{letters[chrom][x - 50 : x + 51]}\n"
        for i, (chrom, x) in enumerate(centres)
    ]
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(records).encode()))


def write_data(data: Path) -> None:
    rng = np.random.default_rng(0)
    letters = {name: "".join(rng.choice(list("ACGT"), length)) for name, length in LENGTHS.items()}
    for folder in ("hg19", "annotation", "clip_peaks"):
        (data / folder).mkdir(parents=True)
    half = {**letters, "chr4": letters["chr4"][:6000] + "N" * 6000}
    write_fasta(data / "hg19" / "hg19_sparse.fa.gz", half, bgzip=True)
    write_fasta(data / "hg19" / "hg19_more.fa.gz", {"chr4": letters["chr4"]}, bgzip=True)
    genes = [(chrom, *gene) for chrom, genes in GENES.items() for gene in genes]
    lines = [
        f"{chrom}\t{start}\t{end}\tNM_{i}|G{i}\t0\t{strand}\t{start + 100}\t{end - 100}\t0\t1\t{end - start}\t0\n"
        for i, (chrom, start, end, strand) in enumerate(genes)
    ]
    (data / "annotation" / "refseq_hg19.bed12.gz").write_bytes(gzip.compress("".join(lines).encode()))
    training = [(chrom, x) for chrom, centres in PUBLISHED_CENTRES.items() for x in centres]
    for experiment, shift in ((TARDBP, 0), (ELAVL1, 7)):
        folder = data / "clip31" / experiment / "5000"
        shifted = [(chrom, x + shift) for chrom, x in training]
        write_windows(folder / "training_sample_0" / "sequences.fa.gz", shifted, letters)
        tests = [("chr4", x) for x in TEST_CENTRES]
        write_windows(folder / "test_sample_0" / "sequences.fa.gz", tests, letters)
        larger = data / "clip31_30000" / experiment / "30000" / "training_sample_0"
        write_windows(larger / "sequences.fa.gz", shifted[::2], letters)
    peaks = [("chr4", x, x + 80, LIST, "-") for x in range(6100, 10_900, 200)] + [("chr4", 900, 950, RARE, "+")]
    peaks += [("chr20", x, x + 80, LIST, "-") for x in range(1000, 8000, 600)]
    rows = [f"{chrom}\t{start}\t{end}\t{name}\t4\t{strand}\n" for chrom, start, end, name, strand in peaks]
    columns = ("id", "iDeep_rerun_AUC", "iDeep_rerun_auPRC", "iDeep+spline_AUC", "spline_auPRC", "DeepRKE")
    anchors = ["\t".join(columns), *(f"{number}" + "\t0.9" * 5 for number in (8, 27))]
    (data / "anchors").mkdir()
    (data / "anchors" / "rbp31_anchor.tsv").write_text("\n".join(anchors) + "\n")
    (data / "clip_peaks" / "eclip.bed.gz").write_bytes(gzip.compress("".join(rows).encode()))


def train(data: Path, work: Path, out: Path, *further: str, epochs: float = 0.3) -> None:
    with pytest.MonkeyPatch.context() as patch:
        options = ["--model", "shared", "--work", str(work), "--out", str(out), "--epochs", str(epochs), *further]
        patch.setattr(sys, "argv", ["train_zoo", str(data), *options])
        patch.setattr(shared_bundle, "CALIBRATION", ("chr20", 0, 9000))
        train_zoo.main()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[SharedWork, Path]:
    folder = tmp_path_factory.mktemp("zoo")
    write_data(folder / "data")
    train(folder / "data", folder / "work", folder / "out")
    return SharedWork(folder / "data", folder / "work" / "shared"), folder / "out" / "shared.safetensors"


@pytest.fixture(scope="module")
def labels(trained: tuple[SharedWork, Path]) -> tuple[list[Head], Targets]:
    return trained[0].read_labels()


def test_training_reads_nothing_that_is_held_out(trained):
    work, _ = trained
    counts = np.bincount(work.parts, minlength=4)
    assert (counts > 0).all()
    assert (np.diff(work.parts) >= 0).all()
    places = work.places[work.parts == TRAIN]
    tests = work.places[work.parts == TEST]
    assert set(tests.centre) == set(TEST_CENTRES)
    assert not mark_in_regions(places, (*HELD_OUT, *VALIDATION), 201).any()
    assert not mark_overlapping(places, tests, 101).any()
    assert set(places.strand) == {"+", "-"}
    for part in (PUBLISHED, DENSE):
        assert set(work.places[work.parts == part].chrom) == {"chr3"}


def test_windows_are_in_known_sequence_of_both_files(trained):
    work, _ = trained
    places = work.places[work.parts == TRAIN]
    minus = places.centre[places.strand == "-"]
    assert minus.min() >= 6000
    assert minus.max() > 10_000  # only the second file has this sequence
    windows, _ = work.read_features().batch(np.arange(len(places)))
    assert windows["sequence"].max(1).values.min() == 1  # every base of every window is known
    assert windows["region"][:, 4].mean() > 0.5  # exons


def test_experiments_and_labels(trained, labels):
    work, (heads, targets) = trained[0], labels
    assert [head.name for head in heads] == [TARDBP, ELAVL1, LIST]
    assert [head.published for head in heads] == [True, True, False]
    assert heads[2].positives > 100
    places = work.places[work.parts == TRAIN]
    rows = np.flatnonzero((places.strand == "+") & np.isin(places.centre, [600, 750]))
    codes = targets.labels.dense(rows)
    assert codes[:, 0].tolist() == [NEGATIVE, POSITIVE]
    assert codes[1, 2] == IGNORED  # a published site of the same protein
    assert codes[0, 1] == BACKGROUND
    offset = (places.centre - 6100) % 200  # in a peak of 80 nt, whose 5' end is on the right
    inside = np.flatnonzero((places.strand == "-") & (places.centre < 10_900) & (offset < 80))
    assert len(inside) > 300
    expected = np.where(offset[inside] >= 79 - 15, POSITIVE, PROBABLE)
    np.testing.assert_array_equal(targets.labels.dense(inside)[:, 2], expected)


def test_genes_with_a_test_window_teach_their_protein_nothing(trained, labels):
    work, (_, targets) = trained[0], labels
    places = work.places[work.parts == TRAIN]
    _, weight = targets.batch(np.flatnonzero(places.strand == "+"))
    assert not weight.any()  # the only gene of this strand has test windows of both proteins
    _, weight = targets.batch(np.flatnonzero(places.strand == "-"))
    assert (weight.sum(0) > 0).tolist() == [True, True, True, False, False, True]  # published sites are on the other


def test_the_bundle_has_the_chosen_rows_of_each_model(trained):
    work, bundle = trained
    models = load_models(bundle)
    assert [model.name for model in models] == ["ELAVL1", "TARDBP", "TARDBP_exp27", "ELAVL1_exp08"]
    assert [(model.row, model.within_row) for model in models] == [(row, 4 + row) for row in range(4)]
    weight = train_shared(work, 0.3).output.weight.detach()  # of experiments TARDBP, ELAVL1 and the list
    rows = models[0].network.output.weight.detach()
    expected = [weight[[1, 4]].mean(0), weight[[2, 5]].mean(0), weight[0], weight[1], *weight[[4, 5, 3, 4]]]
    for row, values in zip(rows, expected, strict=True):
        np.testing.assert_allclose(row, values, atol=1e-3)


def test_a_score_of_one_half_is_the_default_threshold(trained):
    models = {model.name: Calibration.from_dict(model.calibration) for model in load_models(trained[1])}
    kind = ("sequence", "region")
    measured = models["TARDBP"].measured_precision(kind)
    assert measured.best_threshold() == 0.5
    assert (measured.peaks, measured.genes) == (12, 1)
    assert measured.prevalence == pytest.approx(12 * 101 / 8600, rel=0.02)
    assert models["ELAVL1"].measured_precision(kind) is None  # no site is on the region's transcripts
    assert 0 < models["ELAVL1"].site_scale(kind).p_values(np.array([0.5]))[0] < 0.02  # few positions, all much alike


def test_cards_describe_data_and_figures(trained):
    cards = {model.name: model.card for model in load_models(trained[1])}
    assert cards["TARDBP"]["experiments"] == cards["TARDBP"]["peak_lists"] == [LIST]
    assert cards["TARDBP"]["protocol"] == "eCLIP (K562)"
    assert cards["TARDBP"]["recommended why"].endswith("of 1 experiment, chosen on chr3 and chr21")
    assert cards["TARDBP"]["top region"]["region"] in ("exon", "CDS")
    inside = cards["TARDBP"]["inside transcripts"]
    assert inside["peaks"] == 12
    assert inside["prevalence"]["value"] == pytest.approx(12 * 31 / 8600, rel=0.02)
    assert "inside transcripts" not in cards["TARDBP_exp27"]
    assert cards["ELAVL1_exp08"]["number"] == 8
    assert cards["ELAVL1_exp08"]["published figures"]["DeepRKE"] == {"AUC": 0.9}
    assert set(cards["ELAVL1_exp08"]["published test windows"]) == {"FASTA", "FASTA + annotation"}


def test_a_benchmark_selects_the_models_that_ship(trained, tmp_path):
    work, _ = trained
    columns = ["prevalence", "auPRC", "auPRC_ratio", "AUC_genes", "called_precision"]
    header = ["list", "part", "predictor", "source", "model", "genes", "peaks"]
    header += [f"{name}{suffix}" for name in columns for suffix in ("", "_low", "_high")]
    facts = [[LIST, "all", "draft", "draft", "TARDBP"], ["X", "all", "draft", "draft", "ELAVL1"],
             ["X", "all", "draft within", "draft", "ELAVL1"]]  # fmt: skip
    rows = [[*row, "3", "20", *[str(ratio)] * 15] for row, ratio in zip(facts, (5.5, 2.5, 100), strict=True)]
    table = tmp_path / "within.tsv"
    table.write_text("".join("\t".join(row) + "\n" for row in [header, *rows]))
    train(work.data, work.folder.parent, tmp_path, "--within", str(table))
    header_of = read_header(tmp_path / "shared.safetensors")
    assert [model.name for model in header_of.models] == ["TARDBP", "TARDBP_exp27", "ELAVL1_exp08"]
    assert header_of.absent == {"ELAVL1": "its average precision inside held-out transcripts is 2.5 times that of "
                                "a random order; models ship from 5 times on"}  # fmt: skip
    models = {model.name: model for model in load_models(tmp_path / "shared.safetensors")}
    drafts = {model.name: model for model in load_models(work.folder / "draft.safetensors")}
    for name, model in models.items():
        for row in ("row", "within_row"):
            weights = [item.network.output.weight[getattr(item, row)] for item in (model, drafts[name])]
            assert torch.equal(*weights)
    assert models["TARDBP"].card["inside transcripts"]["auPRC / prevalence"]["value"] == 5.5
    assert model.network.config.outputs == 6


def test_a_second_run_trains_nothing_again(trained):
    work, bundle = trained
    before = bundle.read_bytes(), {path: path.stat().st_mtime_ns for path in work.folder.iterdir()}
    train(work.data, work.folder.parent, bundle.parent)
    assert before == (bundle.read_bytes(), {path: path.stat().st_mtime_ns for path in work.folder.iterdir()})


def test_a_training_of_other_length_does_not_continue(trained):
    work, bundle = trained
    with pytest.raises(SystemExit, match=r"checkpoint.pt: .*other settings: steps; remove the file"):
        train(work.data, work.folder.parent, bundle.parent, epochs=3)


def test_keys_of_places():
    keys = PlaceKeys(("chr2", "chr10"))
    chrom, strand = (np.array(values, object) for values in (["chr10", "chr2", "chr2"], ["+", "-", "+"]))
    encoded = keys.encode(Places(chrom, strand, np.array([5, 2**31, 2**31 + 1])))
    assert np.argsort(encoded).tolist() == [2, 1, 0]
    decoded = keys.decode(encoded)
    assert (decoded.chrom.tolist(), decoded.strand.tolist()) == (chrom.tolist(), strand.tolist())
    assert decoded.centre.tolist() == [5, 2**31, 2**31 + 1]
    assert keys.encode_positions("chr2", "-", np.array([2**31])).tolist() == [encoded[1]]


def test_steps_along_runs():
    positions = _step_along(np.array([0, 2000, 4000]), np.array([1000, 2100, 4010]), np.random.default_rng(0))
    assert set(np.diff(positions[positions < 1000])) == {6}
    assert set(np.diff(positions[positions >= 2000])) == {30}
    assert positions.max() < 2100
