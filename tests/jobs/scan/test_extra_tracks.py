"""Runs of many small models at once: the tracks beside the score, and what is shared between models."""

from __future__ import annotations

import json
import resource
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pybigtools
import pyBigWig
import pytest
import runs
from toys import network

from ideep_scan.errors import InputError, OutputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.jobs.scan import cost_estimate, extra_tracks
from ideep_scan.jobs.scan import finish_files as closing
from ideep_scan.jobs.scan.outputs import allow_open_files
from ideep_scan.jobs.worker_process import WorkerPool
from ideep_scan.models.bundle import ModelBundle, load_bundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.records.walk import Walk
from ideep_scan.train.calibrate import fit_calibration

SPEC = load_bundle(find_entries(["ELAVL1"], list_entries(IDEEP))[0].path).spec
PUM2 = "23_PARCLIP_PUM2_hg19"
REGION, START, END = "exA:108,001-112,000", 108_000, 112_000
READS = (("sequence",), ("sequence", "region"), ("sequence", "region", "cobinding"))


def toy(number: int, modalities: Sequence[str], kinds: Sequence[str] = ()) -> ModelBundle:
    """A small network of random weights, calibrated for some kinds of input."""
    net, rng = network(SPEC, {"region": 4, "cobinding": 3}, seed=number), np.random.default_rng(number)
    made: dict[str, Any] = {}
    if kinds:
        made = fit_calibration(
            {kind: rng.normal(-1, 2, 3000) for kind in kinds},
            {kind: rng.normal(1, 2, 60) for kind in kinds},
            0.01, "a guess", "none",
        )  # fmt: skip
    card = {"recommended": True, "annotation": "a toy", "annotation digest": ""}
    return ModelBundle(f"TOY{number:02}", f"TOY{number:02}", SPEC, net, (), tuple(modalities), card, made)


def saved(folder: Path, *models: ModelBundle) -> tuple[str, ...]:
    """What to give to --rbp."""
    for model in models:
        model.save(folder / f"{model.name}.safetensors")
    return tuple(str(folder / f"{model.name}.safetensors") for model in models)


@pytest.fixture
def cobinding(tmp_path: Path) -> Path:
    (tmp_path / "sites.bed").write_text("exA\t110000\t110020\tsite\t0\t+\n")
    (tmp_path / "table.tsv").write_text(f"{PUM2}\tsites.bed\n")
    return tmp_path / "table.tsv"


def both_readers(path: Path) -> np.ndarray:
    """Values of the region as pyBigWig and pybigtools agree on them."""
    with pyBigWig.open(str(path)) as one, pybigtools.open(str(path)) as other:
        values = one.values("exA", START, END, numpy=True)
        np.testing.assert_array_equal(values, np.asarray(other.values("exA", START, END, fillna=None), np.float32))
        assert one.header()["nBasesCovered"] == np.count_nonzero(~np.isnan(values))
    return values


def test_the_tracks_beside_the_score(
    example: Path, tmp_path: Path, cobinding: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = toy(1, READS[2], ["+".join(READS[2])])
    swept: list[np.ndarray] = []
    score_rows_and_drivers = DeviceNetwork.score_rows_and_drivers

    def remembered(self: DeviceNetwork, *arguments: Any) -> Any:
        made = score_rows_and_drivers(self, *arguments)
        if "cobinding" in self.modalities:
            swept.append(made[0][0])
        return made

    monkeypatch.setattr(DeviceNetwork, "score_rows_and_drivers", remembered)
    out = tmp_path / "out"
    runs.scan(
        example, out, rbp=saved(tmp_path, made), regions=REGION, cobinding=cobinding, tracks="neglog10p, no_cobinding"
    )
    score, rare, without = (
        both_readers(out / "tracks" / f"TOY01.{name}plus.bw") for name in ("", "neglog10p.", "no_cobinding.")
    )
    (unrounded,) = swept
    scored = ~np.isnan(score)
    assert scored.sum() == unrounded.size > 1000
    for track in (rare, without):
        np.testing.assert_array_equal(np.isnan(track), ~scored)
    np.testing.assert_allclose(score[scored], unrounded, rtol=0, atol=0.000501)
    p_values = Calibration.from_dict(made.calibration).p_values(unrounded, READS[2])
    np.testing.assert_allclose(rare[scored], -np.log10(p_values), rtol=1e-6, atol=0.000501)
    assert rare[scored].min() >= 0
    assert np.ptp(rare[scored]) > 0.5

    runs.scan(example, tmp_path / "less", rbp=saved(tmp_path, made), regions=REGION, modalities="sequence,region")
    np.testing.assert_allclose(without, both_readers(tmp_path / "less/tracks/TOY01.plus.bw"), rtol=0, atol=0.0011)
    assert np.abs(without - score)[scored].max() > 0.01

    manifest = json.loads((out / "manifest.json").read_text())
    further = [track for track in manifest["tracks"] if track["role"] == "further"]
    assert [(track["path"], track["series"], track["limits"], track["count"]) for track in further] == [
        ("tracks/TOY01.neglog10p.plus.bw", "neglog10p", [0.0, 6.0], scored.sum()),
        ("tracks/TOY01.no_cobinding.plus.bw", "no_cobinding", [0.0, 1.0], scored.sum()),
    ]
    hub = (out / "hub.txt").read_text()
    assert "viewLimits 0:6" in hub
    assert hub.count("visibility hide") == 2
    assert not (out / "tracks" / "TOY01.neglog10p.minus.bw").exists()  # nothing was scored there


def test_contributions_are_drawn_as_letters(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra_tracks, "MAX_CONTRIBUTIONS", 1)  # of a scan that no region narrows
    out, tracks = tmp_path / "out", "contributions"
    runs.scan(example, out, rbp=saved(tmp_path, toy(1, READS[1])), regions=REGION, tracks=tracks, stride=3)
    values, score = (both_readers(out / "tracks" / f"TOY01.{name}plus.bw") for name in ("contributions.", ""))
    assert np.count_nonzero(~np.isnan(values)) > 2.5 * np.count_nonzero(~np.isnan(score)) > 1000
    assert values[~np.isnan(values)].min() < -0.001 < 0.001 < np.nanmax(values)
    (track,) = [track for track in json.loads((out / "manifest.json").read_text())["tracks"] if track["letters"]]
    assert (track["path"], track["series"]) == ("tracks/TOY01.contributions.plus.bw", "contributions")
    assert "\nlogo on\n" in (out / "hub.txt").read_text()

    with pytest.raises(InputError, match=r"--tracks contributions: the scan covers .* letters .* give --regions or"):
        runs.scan(example, tmp_path / "whole", rbp=saved(tmp_path, toy(1, READS[1])), tracks=tracks)
    assert not (tmp_path / "whole").exists()


def test_letters_of_planted_sites_favour_binding(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path / "out", regions="exA:16,901-17,100", tracks="contributions")
    with pyBigWig.open(str(tmp_path / "out" / "tracks" / "ELAVL1.contributions.plus.bw")) as track:
        values = track.values("exA", 16_900, 17_100, numpy=True)
    planted = np.zeros(values.size, np.bool_)
    for line in (example / "planted_sites.bed").read_text().splitlines():
        chrom, start, end, protein, _, strand = line.split("\t")
        if (chrom, protein, strand) == ("exA", "ELAVL1", "+"):
            planted[max(0, int(start) - 16_900) : max(0, int(end) - 16_900)] = True
    assert planted.sum() == 35
    assert values[planted].mean() > 3 * abs(values[~planted].mean()) > 0


def test_a_store_holds_the_same_contributions(example: Path, tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    asked = {"rbp": saved(tmp_path, toy(1, READS[1])), "regions": "exA:108,001-109,000", "tracks": "contributions"}
    for kind in ("bigwig", "zarr"):
        runs.scan(example, tmp_path / kind, format=kind, **asked)
    stored = np.asarray(zarr.open_group(tmp_path / "zarr" / "scores.zarr", mode="r")["exA/plus/contributions"])[:, 0]
    written = runs.track(tmp_path / "bigwig", "+", "TOY01.contributions")["exA"]
    np.testing.assert_allclose(stored[START:END], written[START:END], atol=1e-6)
    assert np.count_nonzero(~np.isnan(stored)) == 1000


def test_the_driver_is_named_wherever_a_site_is_called(example: Path, tmp_path: Path, cobinding: Path) -> None:
    asked = {"regions": REGION, "cobinding": cobinding, "threshold": 0.3}
    runs.scan(example, tmp_path / "out", rbp=saved(tmp_path, toy(1, READS[2])), **asked)
    rows = runs.table(tmp_path / "out", name="TOY01")
    assert set(rows["driver"]) <= {*READS[2], "."}
    assert len(set(rows["driver"]) - {"."}) > 1


@pytest.mark.parametrize(
    ("tracks", "says"),
    [
        ("neglog10p", r"--tracks neglog10p: TOY01: .*sequence\+region"),
        ("no_cobinding", r"--tracks no_cobinding: TOY00, TOY01: no co-binding is read"),
    ],
)
def test_a_track_that_a_model_cannot_give_ends_the_run_before_it_begins(
    tracks: str, says: str, example: Path, tmp_path: Path
) -> None:
    rbp = saved(tmp_path, toy(0, READS[0], ["sequence"]), toy(1, READS[1], ["sequence"]))
    with pytest.raises(InputError, match=says) as caught:
        runs.scan(example, tmp_path / "out", rbp=rbp, regions=REGION, tracks=tracks)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


class Counter(runs.Watcher):
    """Counts the open files and threads of the process while a run goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.before = len(list(Path("/proc/self/fd").iterdir()))
        self.files = self.threads = 0

    def advance(self, positions: int) -> None:
        super().advance(positions)
        self.files = max(self.files, len(list(Path("/proc/self/fd").iterdir())) - self.before)
        self.threads = max(self.threads, threading.active_count())


def test_31_models_share_each_tile_and_open_few_files(
    example: Path, tmp_path: Path, cobinding: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[Walk] = []
    tile = Featurizer.tile

    def counted(self: Featurizer, walk: Walk, scored: np.ndarray) -> Any:
        walks.append(walk)
        return tile(self, walk, scored)

    monkeypatch.setattr(Featurizer, "tile", counted)
    monkeypatch.setattr(cost_estimate, "_seconds_per_column", lambda *_: 0.0)  # the trial would make further tiles
    rbp = saved(tmp_path, *(toy(number, READS[number % 3]) for number in range(31)))
    asked = {"regions": "exA:16,001-19,000", "cobinding": cobinding, "batch": 1024, "threshold": 0.9}
    counter, threads = Counter(), threading.active_count()
    summary = runs.scan(example, tmp_path / "all", counter, rbp=rbp, **asked)
    together, walks = list(walks), walks
    assert len(summary.sites) == 31
    assert json.loads((tmp_path / "all" / "manifest.json").read_text())["title"] == "ideep-scan: 31 models"
    assert len(together) == len(set(together)) > 4
    assert counter.files <= 31 * (6 + 2 * 2) + 10
    assert counter.threads <= threads + 3  # makes features; scores; calls and writes
    for number in (9, 10, 11):
        walks.clear()
        runs.scan(example, tmp_path / str(number), rbp=(rbp[number],), **asked)
        assert walks == together
        alone, beside = (runs.data_files(tmp_path / name) for name in (str(number), "all"))
        assert alone == {name: data for name, data in beside.items() if f"TOY{number:02}" in name}
        assert sum(summary.sites.values()) > 0


def test_not_one_byte_depends_on_the_threads(example: Path, tmp_path: Path, cobinding: Path) -> None:
    rbp = saved(tmp_path, *(toy(number, READS[number % 3]) for number in range(5)))
    asked = {"regions": REGION, "cobinding": cobinding, "batch": 1024, "threshold": 0.9, "rbp": rbp}
    asked["tracks"] = "contributions"
    made = {}
    for threads in (1, 2, 7):  # so many score, and half as many write
        runs.scan(example, tmp_path / str(threads), threads=threads, **asked)
        made[threads] = runs.data_files(tmp_path / str(threads))
    assert len(made[1]) > 5 * 5
    assert made[1] == made[2] == made[7]


def test_nor_on_where_files_are_closed(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rbp = saved(tmp_path, *(toy(number, READS[1], ["sequence+region"]) for number in range(2)))
    asked = {"regions": REGION, "threshold": 0.6, "rbp": rbp, "threads": 2}
    runs.scan(example, tmp_path / "here", **asked)
    monkeypatch.setattr(closing, "MIN_VALUES", 1)
    elsewhere: list[Any] = []
    submit = WorkerPool.submit
    monkeypatch.setattr(WorkerPool, "submit", lambda *given: elsewhere.append(given) or submit(*given))
    watcher = runs.Watcher()
    summary = runs.scan(example, tmp_path / "elsewhere", watcher, **asked)
    assert watcher.closed == [(0, 2), (1, 2)]
    assert sum(summary.sites.values()) > 50
    assert len(elsewhere) == 2 * 3  # the bigWig of the strand that is scored, sites, motif hits
    assert runs.data_files(tmp_path / "here") == runs.data_files(tmp_path / "elsewhere")


@pytest.fixture
def few_files() -> Any:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("few_files")
def test_a_run_may_open_the_files_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    with allow_open_files(1, 2):
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 200
    with allow_open_files(31, 6):
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 31 * (6 + 2 * 6)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 200
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with pytest.raises(OutputError, match="more than this system allows: raise its limit"), allow_open_files(most, 6):
        pass
