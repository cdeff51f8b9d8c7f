"""A scan before its first window: plan, notes and receipts, and what is refused before large files are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.errors import IdeepScanError
from ideep_scan.jobs.scan import preparation
from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.scan_settings import ScanSettings


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def settings(example: Path, **options: Any) -> ScanSettings:
    given = {"fasta": example / "example.fa.gz", "gtf": example / "genes.gtf", "rbp": ("ELAVL1",), **options}
    return ScanSettings(**given)


def test_the_plan_is_that_of_regions_and_genes(example: Path, stack: ExitStack) -> None:
    def length(**options: Any) -> int:
        return sum(map(len, prepare_scan(settings(example, **options), stack).spans))

    complete_run = length()
    assert 0 < length(regions=("exA:1-60,000",)) < complete_run
    assert 0 < length(gene=("EXG000013",)) < complete_run
    assert length(gtf=None, regions=("exA:101-200",)) == 200
    with pytest.raises(IdeepScanError, match="nothing to scan"):
        length(regions=("exA:1-2",))


def test_receipts_name_settings_inputs_and_results(example: Path, stack: ExitStack) -> None:
    prepared = prepare_scan(settings(example), stack)
    receipts = json.loads(json.dumps(prepared.receipts(5, [])))
    assert receipts["settings"]["rbp"] == ["ELAVL1"]
    assert receipts["models"].keys() == {"ELAVL1"}
    assert receipts["inputs"].keys() == {"fasta", "annotation"}
    assert receipts["positions"] == 5
    assert receipts["notes"] == list(prepared.notes)


def test_receipts_hold_nothing_of_the_machine(tmp_path: Path, stack: ExitStack) -> None:
    example = runs.copy_example(tmp_path)

    def describe(**options: Any) -> str:
        return json.dumps(prepare_scan(settings(example, **options), stack).receipts(5, []))

    assert describe(threads=1) == describe(threads=3, out=example / "elsewhere")
    index = (example / "example.fa.gz.fai").read_bytes()
    (example / "example.fa.gz.fai").write_bytes(index.replace(b"exB", b"exC"))
    rebuilt = prepare_scan(settings(example), stack)
    assert any("it was rebuilt" in note for note in rebuilt.notes)
    assert json.dumps(rebuilt.receipts(5, [])) == describe()
    assert any("it was rebuilt" in note for note in rebuilt.log_facts(1)["notes"])


def test_further_tracks_have_scorers_behind_those_of_the_models(
    example: Path, tmp_path: Path, stack: ExitStack
) -> None:
    (tmp_path / "sites.bed").write_text("exA\t110000\t110020\tsite\t0\t+\n")
    (tmp_path / "table.tsv").write_text("26_PARCLIP_TAF15_hg19\tsites.bed\n")
    asked = {"rbp": ("ELAVL1", "PUM2"), "model": "ideep", "cobinding": tmp_path / "table.tsv"}
    asked |= {"modalities": "sequence,cobinding", "tracks": "score,no_cobinding"}
    prepared = prepare_scan(settings(example, **asked), stack)
    read = [(scorer.bundle.name, "cobinding" in scorer.modalities) for scorer in prepared.scorers]
    assert read == [("ELAVL1", True), ("PUM2", True), ("ELAVL1", False), ("PUM2", False)]
    assert len(prepared.thresholds) == 2
    assert {"cobinding table", "cobinding 26_PARCLIP_TAF15_hg19"} < prepared.receipts(0, [])["inputs"].keys()


@pytest.mark.parametrize(
    "asked",
    [
        {"rbp": ("no such protein",)},
        {"device": "abacus"},
        {"tracks": "score,no_cobinding", "modalities": "sequence"},
        {"fasta": Path("none.fa")},
    ],
)
def test_small_faults_are_found_before_the_genome_is_opened(
    asked: dict[str, Any], example: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "open_genome", None)
    with pytest.raises(IdeepScanError):
        prepare_scan(settings(example, **asked), stack)
