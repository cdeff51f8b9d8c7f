"""The session of a finished run: opened on request, with the run's own inputs, or a line that says why not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile
from ideep_scan.jobs.view.session import OpenRun, RunSession

SITES = 40


@pytest.fixture(scope="module")
def opened(complete_run: Path) -> Iterator[OpenRun]:
    with closing(RunSession(complete_run)) as session:
        yield session.get()


@pytest.fixture
def copy(complete_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(complete_run, tmp_path / "copy"))


def test_it_scores_as_the_run_did(opened: OpenRun, complete_run: Path) -> None:
    scores = opened.live.scores("exA", 40_000, 43_000)
    for strand in runs.SIDES:
        written = np.abs(runs.track(complete_run, strand)["exA"][40_000:43_000])
        computed = scores.get(("ELAVL1", strand), np.full(3000, np.nan))
        np.testing.assert_allclose(computed, written, atol=6e-4)
    assert opened.thresholds[0].settings.threshold == 0.5


def test_falls_agree_with_the_drivers_of_the_table(opened: OpenRun, complete_run: Path) -> None:
    rows = runs.table(complete_run).head(SITES)
    assert len(rows) == SITES
    for row in rows.itertuples():
        _, score, falls = opened.live.falls("ELAVL1", row.strand, row.chrom, row.summit, row.summit + 1)
        assert set(falls) == {"sequence", "region"}
        driver = max(falls, key=lambda name: falls[name])
        assert (driver if falls[driver] > 0 else ".") == row.driver
        assert score == pytest.approx(row.score, abs=1e-5)  # this model does not smooth


def test_an_unknown_sequence_has_no_falls(opened: OpenRun) -> None:
    unknown = opened.live.sequence("exA", 0, 120_000).find("N" * 200)
    if unknown < 0:
        pytest.skip("the example has no gap")
    with pytest.raises(InputError, match="its bases are unknown"):
        opened.live.falls("ELAVL1", "+", "exA", unknown + 90, unknown + 110)


def test_the_state_is_told_until_it_is_ready(complete_run: Path) -> None:
    with closing(RunSession(complete_run)) as session:
        first = json.loads(session.answer({}).body)
        assert first["state"] in ("opening", "ready")
        assert first["text"]
        session.get()
        assert json.loads(session.answer({}).body) == {"state": "ready", "text": "ready"}


def test_unchanged_inputs_are_not_read_for_their_digest(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest, digested = InputFile.digest, []

    def note(file: InputFile) -> str:
        digested.append(file.path.name)
        return digest(file)

    monkeypatch.setattr(InputFile, "digest", note)
    with closing(RunSession(copy)) as session:
        assert session.get().live.names == ("ELAVL1",)
    assert "example.fa.gz" not in digested


def test_an_input_that_is_gone_is_named_with_what_to_type(copy: Path, tmp_path: Path) -> None:
    log = copy / "run_log.json"
    facts = json.loads(log.read_text())
    folder = Path(facts["inputs"]["fasta"]["path"]).parent
    shutil.rmtree(copy / "genome", ignore_errors=True)
    log.unlink()
    with closing(RunSession(copy)) as session:
        with pytest.raises(InputError, match=r"example\.fa\.gz, is in none of .*: give --inputs FOLDER"):
            session.get()
        state = json.loads(session.answer({}).body)
        assert state["state"] == "failed"
        assert "\n" not in state["text"]
    with closing(RunSession(copy, inputs=(folder,))) as session:
        assert session.get().live.names == ("ELAVL1",)


def test_an_input_that_changed_is_not_scored(copy: Path, tmp_path: Path) -> None:
    folder = runs.copy_example(tmp_path / "other")
    (copy / "run_log.json").unlink()
    genes = (folder / "genes.gtf").read_text()
    (folder / "genes.gtf").write_text(genes + "# changed\n")
    with closing(RunSession(copy, inputs=(folder,))) as session, pytest.raises(InputError, match="digest differs"):
        session.get()


def test_a_hub_of_several_runs_has_no_session(tmp_path: Path) -> None:
    with closing(RunSession(tmp_path)) as session, pytest.raises(InputError, match="shows several runs"):
        session.get()
