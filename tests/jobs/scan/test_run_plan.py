"""Plans of runs: equal for the same run, and different by name for another one."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.scan.run_plan import RunPlan, digest_sources, make_plan
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.store_names import IDEEP
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.shards import list_shards


def plan(example: Path, **options: Any) -> RunPlan:
    values = {"model": IDEEP, "device": "cpu", "threshold": 0.5, "gtf": example / "genes.gtf", **options}
    settings = ScanSettings(("ELAVL1",), fasta=example / "example.fa.gz", **values)
    with ExitStack() as stack:
        prepared = prepare_scan(settings, stack)
        return make_plan(prepared, list_shards(cut_chunks(prepared.spans)), 8192)


def test_what_changes_no_result_changes_no_plan(example: Path, tmp_path: Path) -> None:
    first = plan(example)
    copy = runs.copy_example(tmp_path / "elsewhere")
    other = plan(copy, out=tmp_path / "other", threads=1, resume=True, overwrite=True, device="auto", email="a@b.org")
    assert first.find_difference(other) is None
    assert first.digest == other.digest


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stride": 3}, "--stride was 1 and is 3"),
        ({"gene": ("EXA1",)}, "--gene was empty and is EXA1"),
        ({"regions": ("exA:1-50,000",)}, "--regions was empty and is exA:1-50,000"),
        ({"strand": "plus"}, "--strand was both and is plus"),
        ({"tracks": "neglog10p"}, "--tracks was score and is neglog10p"),
        ({"format": "zarr"}, "--format was bigwig and is zarr"),
        ({"precision": "bf16"}, "--precision was auto and is bf16"),
    ],
)
def test_what_changes_a_result_is_named(example: Path, options: dict[str, Any], words: str) -> None:
    other = plan(example, **options)
    assert other.digest != plan(example).digest
    assert plan(example).find_difference(other) == words


def test_every_part_of_a_plan_counts(example: Path) -> None:
    whole = plan(example)
    for part in whole.values:
        lacking = RunPlan({name: value for name, value in whole.values.items() if name != part})
        assert lacking.find_difference(whole) is not None
        assert whole.find_difference(lacking) is not None
        assert lacking.digest != whole.digest


def test_each_setting_of_a_scan_is_in_the_plan_or_free(example: Path) -> None:
    """A new setting that changes results and is in neither would let a run go on as another one."""
    recorded = set(plan(example, evidence=(), expression=None).values["settings"])
    settings = set(replace(ScanSettings((), fasta=Path())).__dict__)
    free = {"out", "overwrite", "resume", "shard", "dask", "threads", "device", "batch", "email"}
    optional = {"evidence", "expression", "min_tpm", "spliced"}  # recorded where they are given
    assert settings - free - optional == recorded


def test_the_digest_of_the_sources_is_that_of_all_modules() -> None:
    assert digest_sources() == digest_sources()
    assert len(digest_sources()) == 32
