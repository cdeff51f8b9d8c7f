"""Files that are served for a run or a hub: only those in manifests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from track_hubs.hub_builder import build_hub
from track_hubs.igv import SESSION
from track_hubs.manifest import HubError, from_json
from track_hubs.render import render
from track_hubs.server.run_files import list_page_files, list_run_files

SESSION_TEXT = '<Session><Resources><Resource path="{}"/></Resources></Session>'


def test_all_files_of_a_run_are_in_it(own_genome_run: Path) -> None:
    render(own_genome_run)
    (served,) = list_page_files(own_genome_run).values()
    written = {path for path in own_genome_run.rglob("*") if path.is_file()}
    assert written <= served
    assert own_genome_run / "mini.fa.fai" in served


def test_a_file_that_the_manifest_does_not_name_is_not_in_it(run: Path) -> None:
    render(run)
    (run / "private.txt").write_text("private")
    (run / "tracks" / "other.bw").write_text("private")
    (served,) = list_page_files(run).values()
    assert not {run / "private.txt", run / "tracks" / "other.bw", run, run / "tracks"} & served


def test_scripts_are_never_a_runs_own(run: Path) -> None:
    data = json.loads((run / "manifest.json").read_text())
    data["tracks"][0]["path"] = "tracks/x.js"
    assert "tracks/x.js" not in list_run_files(from_json(json.dumps(data)))


def test_a_damaged_manifest_is_told(run: Path) -> None:
    (run / "manifest.json").write_text("{")
    with pytest.raises(HubError, match="not valid JSON"):
        list_page_files(run)


def test_a_hub_leads_to_the_files_of_its_runs(new_run: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        render(new_run(tmp_path / name))
    build_hub([tmp_path / "one", tmp_path / "two"], tmp_path / "hub")
    (tmp_path / "hub" / "private.txt").write_text("private")
    (tmp_path / "two" / "private.txt").write_text("private")
    page_files = list_page_files(tmp_path / "hub")
    assert set(page_files) == {tmp_path / name for name in ("hub", "one", "two")}
    assert page_files[tmp_path / "two"] == list_page_files(tmp_path / "two")[tmp_path / "two"]
    assert not any("private" in file.name for files in page_files.values() for file in files)
    assert set((tmp_path / "hub").rglob("*.html")) <= page_files[tmp_path / "hub"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../secret/key.bw", "../../../../../../etc/passwd", "../run/private.txt"]
)
def test_a_session_opens_no_folder_without_a_manifest_that_names_its_file(
    new_run: Callable[..., Path], tmp_path: Path, path: str
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.bw").write_text("secret")
    (tmp_path / "run").mkdir()
    (new_run(tmp_path / "run") / "private.txt").write_text("private")
    hub = tmp_path / "hub"
    hub.mkdir()
    (hub / SESSION).write_text(SESSION_TEXT.format(path))
    assert set(list_page_files(hub)) == {hub}


@pytest.mark.parametrize(
    "text", ["", "<Session>", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "\0", SESSION_TEXT.format("\1")]
)
def test_a_damaged_session_opens_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / SESSION).write_text(text)
    assert set(list_page_files(tmp_path)) == {tmp_path}


def test_a_manifest_that_a_session_leads_to_and_that_is_damaged_opens_nothing(
    new_run: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    other = new_run(tmp_path / "run")
    track = next((other / "tracks").iterdir())
    (tmp_path / SESSION).write_text(SESSION_TEXT.format(track))
    hub = tmp_path / "hub"
    hub.mkdir()
    shutil.copy(tmp_path / SESSION, hub)
    assert set(list_page_files(hub)) == {hub, other}
    (other / "manifest.json").write_text('{"version": 2}')
    assert set(list_page_files(hub)) == {hub}
