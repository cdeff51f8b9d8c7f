"""IGV desktop loads and draws sessions of the embedded example.

A deep test: it runs where IDEEP_SCAN_DEEP=1 is set, with Debian's packages igv, xvfb and xauth. What IGV drew is taken
from its snapshot as SVG, whose texts and rectangles can be read; a PNG lies beside it in the test's folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import runs

from ideep_scan.jobs.hub import run as build_variants_hub
from ideep_scan.jobs.hub_settings import HubSettings
from track_hubs.color import CHANGE_COLORS, Color, format_rgb, tint
from track_hubs.hub_builder import build_hub
from track_hubs.manifest import from_json
from track_hubs.server.http_server import serve

SVG = "{http://www.w3.org/2000/svg}"
START, END = 16_000, 18_000
PATIENCE = 90  # seconds for one picture
OFFLINE = ("OAuthUtils", "GenomeListManager")  # what complains where there is no network


@dataclass(frozen=True)
class Drawn:
    """What stands in a snapshot: its texts from top to bottom, and how many rectangles there are of each colour."""

    texts: list[str]
    boxes: Counter[str]

    @property
    def rows(self) -> list[str]:
        """Names of the tracks of the run."""
        return [text for text in self.texts if text.startswith("ELAVL1 ") or text == "Genes"]


Draw = Callable[..., Drawn]


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Draw:
    if os.environ.get("IDEEP_SCAN_DEEP") != "1":
        pytest.skip("a deep test: set IDEEP_SCAN_DEEP=1 to run it")
    for program in ("igv", "xvfb-run", "xauth"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine")

    def drawn(session: str | Path, first: Path) -> Drawn:
        """A session over the first view, in an IGV whose settings are its own.

        It begins with a genome at hand (its path without a blank), because it would wait for one from the network.
        """
        folder = tmp_path_factory.mktemp("igv")
        view = (f'load "{session}"', f"snapshotDirectory {folder}", f"goto exA:{START + 1}-{END}")
        steps = [f"genome {first}", *view, "snapshot seen.svg", "snapshot seen.png", "exit", ""]
        (folder / "steps.txt").write_text("\n".join(steps))
        igv = ["timeout", str(PATIENCE), "igv", "--igvDirectory", str(folder), "-b", str(folder / "steps.txt")]
        done = subprocess.run(
            ["xvfb-run", "-a", "-s", "-screen 0 1400x1000x24", *igv],
            env={**os.environ, "HOME": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        said = re.findall(r"^(?:SEVERE|ERROR) \[[^]]*\] \[(\w+)\] (.*)", done.stdout + done.stderr, re.MULTILINE)
        assert [line for who, line in said if who not in OFFLINE] == []
        assert done.returncode == 0
        return read(folder / "seen.svg")

    return drawn


def read(picture: Path) -> Drawn:
    root = xml.parse(picture).getroot()
    boxes: Counter[str] = Counter()
    for part in root.iter(f"{SVG}g"):
        fill = re.search(r"fill:rgb\(([\d,]+)\)", part.get("style", ""))
        if fill is not None:
            boxes[fill[1]] += len(part.findall(f"{SVG}rect"))
    return Drawn([text.text or "" for text in root.iter(f"{SVG}text")], boxes)


@pytest.fixture(scope="module")
def run(draw: Draw, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    example = runs.copy_example(folder / "example")
    runs.scan(example, folder / "first run", regions=f"exA:{START + 1}-{END}")
    return folder / "first run"


def genome(run: Path) -> Path:
    return run.parent / "example" / "example.fa.gz"


def color_of(run: Path) -> Color:
    return from_json((run / "manifest.json").read_text(encoding="utf-8")).of("ELAVL1", "score", "bigWig")[0].color


def names_in_view(run: Path, what: str) -> set[str]:
    table = runs.table(run, what)
    return set(table[(table["chrom"] == "exA") & (table["start"] < END) & (table["end"] > START)]["name"])


def sites_in(texts: list[str]) -> set[str]:
    return {text for text in texts if re.fullmatch(r"EXA\d:\d+", text)}


def check_run(drawn: Drawn, run: Path) -> None:
    """Every track under its name with what the run holds of it, in its colours."""
    assert drawn.rows == ["ELAVL1 score (- paler)", "ELAVL1 sites", "ELAVL1 motifs", "Genes"]
    assert "[0 - 1.00]" in drawn.texts
    sites = sites_in(drawn.texts)
    motifs = {text for text in drawn.texts if re.fullmatch("[A-Z0-9]+_[A-Z]+", text)}
    assert sites <= names_in_view(run, "hits")
    assert motifs <= names_in_view(run, "motifs")
    assert len(sites) > 4  # IGV leaves out names that would overlap
    assert len(motifs) > 1
    assert {"EXA1", "EXA2"} <= set(drawn.texts)
    color = color_of(run)
    for shade in (color, tint(color)):
        assert drawn.boxes[format_rgb(shade)] > 200


def test_a_session_in_its_folder(draw: Draw, run: Path) -> None:
    check_run(draw(run / "igv_session.xml", genome(run)), run)


def test_a_session_over_http(draw: Draw, run: Path) -> None:
    with serve(run) as server:
        check_run(draw(f"{server.url}igv_session.xml", genome(run)), run)


def test_a_session_of_addresses_from_another_folder(draw: Draw, run: Path, tmp_path: Path) -> None:
    with serve(run) as server:
        build_hub([run], url_base=server.url)
        shutil.move(run / "igv_session_web.xml", tmp_path / "sent.xml")
        check_run(draw(tmp_path / "sent.xml", genome(run)), run)


def test_files_of_one_name_in_several_runs(draw: Draw, run: Path) -> None:
    """The second run calls fewer sites, at a higher score, and each run is drawn with its own."""
    second = run.parent / "second"
    runs.scan(run.parent / "example", second, regions=f"exA:{START + 1}-{END}", threshold=0.9)
    hub = build_hub([run, second], run.parent / "hub")[0].parent
    drawn = draw(hub / "igv_session.xml", genome(run))
    tracks = ("score (- paler)", "sites", "motifs")
    assert drawn.rows == [f"ELAVL1 ({name}) {what}" for name in ("first run", "second") for what in tracks] + ["Genes"]
    at = len(drawn.texts) - drawn.texts[::-1].index("[0 - 1.00]")  # the last overlay's; what is below is the second's
    many, few = (sites_in(part) for part in (drawn.texts[:at], drawn.texts[at:]))
    assert many <= names_in_view(run, "hits")
    assert few
    assert few <= names_in_view(second, "hits")
    assert len(many) > len(names_in_view(second, "hits"))


def test_variants_are_drawn_in_their_colours(draw: Draw, run: Path) -> None:
    example = run.parent / "example"
    runs.annotate(example, example / "variants.vcf", out=run.parent / "scored.vcf.gz")
    hub = run.parent / "hub of variants"
    build_variants_hub(HubSettings((run,), out=hub, variants=run.parent / "scored.vcf.gz"))
    drawn = draw(hub / "igv_session.xml", genome(run))
    assert "Variants" in drawn.texts
    assert "ex2:ELAVL1" in drawn.texts
    assert drawn.boxes[format_rgb(CHANGE_COLORS["kept"])] >= 1
