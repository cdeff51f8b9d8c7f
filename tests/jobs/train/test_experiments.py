"""Test models that read CLIP sites of other proteins: a planted partner is learned, a bad table is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.api.sites import score_sites
from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.input_notes import list_model_notes
from ideep_scan.jobs.inputs import gather_evidence
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.jobs.train.experiments import LONGEST, list_experiments
from ideep_scan.jobs.train.run import TrainSummary, run
from ideep_scan.jobs.train.settings import SCRATCH, TrainSettings
from ideep_scan.models.bundle import load_bundle
from ideep_scan.train import own_network
from ideep_scan.train.metrics import auc
from ideep_scan.train.training_data import TEST
from tests.jobs.train.conftest import Recorder
from tests.toy_training import CONTIGS, GENES, write_genome

SMALL = {"filters": 16, "filter_width": 9, "sequence_hidden": 16, "channels": 8, "dilations": (1,)}
ALL, WITHOUT = "sequence+region+cobinding", "sequence+region"


def write_sites(path: Path, seed: int, reach: int) -> None:
    """Write three sites at random places of each gene but the last."""
    rng = np.random.default_rng(seed)
    path.write_text(
        "".join(
            f"{name}\t{centre - reach}\t{centre + reach + 1}\tx\t1\t{strand}\n"
            for name in CONTIGS
            for start, end, strand in GENES[:-1]
            for centre in rng.integers(start + 60, end - 60, 3).tolist()
        )
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random genome, sites at random places, a partner at the same places, and one at other places."""
    folder = tmp_path_factory.mktemp("experiments")
    write_genome(folder)
    for name, seed, reach in (("sites", 1, 0), ("partner", 1, 10), ("other", 2, 10)):
        write_sites(folder / f"{name}.bed", seed, reach)
    (folder / "table.tsv").write_text("other\tother.bed\npartner\tpartner.bed\n")
    return folder


def make_settings(folder: Path, table: str | None, out: str) -> TrainSettings:
    return TrainSettings(
        (folder / "sites.bed",),
        name="T",
        fasta=folder / "g.fa",
        gtf=folder / "g.bed",
        cobinding=None if table is None else folder / table,
        negatives=("same-transcript",),
        test_contigs=CONTIGS[:4],
        start=SCRATCH,
        out=folder / out,
        device="cpu",
        threads=1,
        overwrite=True,
    )


@pytest.fixture(scope="module")
def small_networks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_network, "RESIDUAL", SMALL)
        yield


@pytest.fixture(scope="module")
def reader(folder: Path, small_networks: None) -> TrainSummary:
    """A model that reads the table."""
    return run(make_settings(folder, "table.tsv", "reader.safetensors"), Recorder())


def test_sites_whose_only_signal_is_a_partner_are_learned(
    reader: TrainSummary, folder: Path, small_networks: None
) -> None:
    blind = run(make_settings(folder, None, "blind.safetensors"), Recorder())
    values = [summary.outcome.model.card["held-out windows"]["AUC"]["value"] for summary in (reader, blind)]
    assert values[0] > 0.9
    assert values[1] < 0.75
    assert reader.outcome.model.card["gain"]["cobinding"]["value"] > 0.2
    assert "gain" not in blind.outcome.model.card
    assert blind.outcome.model.modalities == ("sequence", "region")


def test_an_experiment_that_covers_the_sites_is_named(folder: Path, small_networks: None) -> None:
    monitor = Recorder()
    elsewhere = (folder / "other.bed").read_text() + "chr99\t10\t20\tx\t1\t+\n"
    (folder / "elsewhere.bed").write_text(elsewhere)
    (folder / "noted.tsv").write_text("elsewhere\telsewhere.bed\npartner\tpartner.bed\n")
    run(replace(make_settings(folder, "noted.tsv", "noted.safetensors"), epochs=1), monitor)
    assert any("sites of elsewhere" in note and "chr99" in note for note in monitor.notes)
    assert [note.split(":")[0] for note in monitor.notes if "tells the model" in note] == [
        "100% of the sites lie in sites of partner"
    ]


def test_the_bundle_knows_its_experiments(reader: TrainSummary) -> None:
    model = load_bundle(reader.out)
    assert model.spec.experiments == ("other", "partner")
    assert model.card["cobinding experiments"] == ["other", "partner"]
    assert model.modalities == ("sequence", "region", "cobinding")
    assert {ALL, WITHOUT, "sequence"} == set(model.calibration["kinds"])
    manifest = (reader.report / "manifest.json").read_text()
    assert all(f'"cobinding {name}"' in manifest for name in ("table", "other", "partner"))


def test_predictions_read_the_table_or_do_without(reader: TrainSummary, folder: Path) -> None:
    outcome = reader.outcome
    is_test = outcome.data.part == TEST
    places, labels = outcome.data.places[is_test], outcome.data.label[is_test]
    rows = zip(places.chrom, places.centre, places.strand, strict=True)
    bed = folder / "test.bed"
    bed.write_text("".join(f"{chrom}\t{centre}\t{centre + 1}\tx\t0\t{strand}\n" for chrom, centre, strand in rows))
    given = {"gtf": folder / "g.bed", "threads": 1}
    scores = [
        score_sites(bed, reader.out, folder / "g.fa", cobinding=table, **given)["score"].to_numpy(np.float64)
        for table in (folder / "table.tsv", None)
    ]
    np.testing.assert_allclose(scores[0], 1 / (1 + np.exp(-outcome.test_logits.astype(np.float64))), atol=1e-4)
    assert auc(labels, scores[0]) - auc(labels, scores[1]) > 0.2


@pytest.mark.parametrize(("lines", "remark"), [("other\tother.bed\n", True), ("", False)])
def test_a_table_that_lacks_an_experiment_is_noted(
    lines: str, remark: bool, reader: TrainSummary, folder: Path
) -> None:
    table = folder / "few.tsv"
    table.write_text(lines or (folder / "table.tsv").read_text())
    model = load_bundle(reader.out)
    with ExitStack() as stack:
        genome = open_genome(folder / "g.fa", folder / "g.bed", stack)
        evidence = gather_evidence(genome, [model], AUTO, table, runs.no_folding)
        notes = list_model_notes(genome, evidence, [model])
    assert ("T: --cobinding lacks partner, which it learned with: scores and p-values shift" in notes) == remark


@pytest.mark.parametrize(
    ("table", "bed", "words"),
    [
        ("", None, "is empty"),
        ("# nothing\n", None, "no experiments"),
        ("A\n", None, "1 columns"),
        ("A\ta.bed\nA\ta.bed\n", "chr1\t10\t20\tx\t0\t+\n", "named twice"),
        ("A\ta.bed\n", None, "no such file"),
        ("A\ta.bed\n", "", "empty"),
        ("A\ta.bed\n", "chrX\t10\t20\tx\t0\t+\n", "a.bed"),
        ("A\ta.bed\n", "chr1\t900000\t900020\tx\t0\t+\n", "past the end"),
        ("A\ta.bed\n", "chr1\t10\t20\n", "lack a strand"),
        ("A\tsites.bed\n", None, "tell the model the answer"),
    ],
)
def test_a_table_that_cannot_be_used_leaves_nothing_behind(
    table: str, bed: str | None, words: str, folder: Path, tmp_path: Path
) -> None:
    for name in ("g.fa", "g.bed", "sites.bed"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "bad.tsv").write_text(table)
    if bed is not None:
        (tmp_path / "a.bed").write_text(bed)
    with pytest.raises(IdeepScanError, match=words) as caught:
        run(make_settings(tmp_path, "bad.tsv", "x.safetensors"), Recorder())
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("x.*/*"))
    assert not (tmp_path / "x.safetensors").exists()


def test_a_name_that_a_bundle_cannot_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_text("chr1\t10\t20\tx\t0\t+\n")
    (tmp_path / "table.tsv").write_text(f"{'x' * (LONGEST + 1)}\ta.bed\n")
    with pytest.raises(InputError, match="longer than"):
        list_experiments(tmp_path / "table.tsv", ())
    assert list_experiments(None, ()) == ()
