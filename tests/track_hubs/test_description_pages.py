"""Description pages: every text of a manifest is shown as text, and what is absent leaves no gap."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from track_hubs.description_pages import describe_file, render_group_page, render_nested_table, render_run_page
from track_hubs.manifest import Manifest, Model, Track, from_json
from track_hubs.render import render

ODD = 'hnRNP <C> & "co" α\''


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """The manifest of the golden run."""
    path = Path(__file__).resolve().parents[2] / "track_hubs" / "example" / "manifest.json"
    return from_json(path.read_text(encoding="utf-8"))


class Text(HTMLParser):
    """Text of a page, its tags and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.parts)


def with_card(manifest: Manifest, **card: Any) -> Manifest:
    """The manifest with other entries in the card of ELAVL1."""
    model = manifest.models["ELAVL1"]
    return replace(manifest, models={"ELAVL1": replace(model, card={**model.card, **card})})


def test_pages_have_no_link_that_would_lead_to_ucsc(manifest: Manifest) -> None:
    for page in (render_run_page(manifest), *(render_group_page(manifest, group) for group in manifest.groups)):
        text = Text(page)
        assert text.links == []
        assert "script" not in text.tags


def test_a_page_shows_the_card_of_its_model(manifest: Manifest) -> None:
    text = Text(render_group_page(manifest, "ELAVL1")).text
    for words in (
        "an <invented> experiment (PAR-CLIP)",
        "In this run it used: sequence, region.",
        "0.900 (0.880–0.920)",
        "Motif HuR_UUUUUUU (M108), the known motif that best separates its sites from the background "
        "(AUC: 0.700 (0.600–0.800)).",
        "3'UTR, 61% of the sites and 7% of the background",
        "Somebody & others 2017",
        "Licence: MIT.",
    ):
        assert words in text, words


def test_a_page_shows_the_receipts_of_its_own_group(manifest: Manifest) -> None:
    receipts = {"sites": {"ELAVL1": 711, ODD: 722}, "settings": {"ELAVL1": 733, "threads": 744}, "seconds": 755}
    counted = replace(manifest, receipts=receipts)
    shown = {number for number in ("711", "722", "733", "744", "755") if number in render_group_page(counted, ODD)}
    assert shown == {"722", "733", "744", "755"}
    assert all(number in render_run_page(counted) for number in ("711", "722", "733", "744", "755"))


def test_a_group_without_a_model_has_no_accuracy(manifest: Manifest) -> None:
    text = Text(render_group_page(manifest, ODD)).text
    assert ODD in text
    assert "Accuracy of the model" not in text
    assert "References" not in text
    assert "hits/hnRNP C.bb" in text


def test_files_of_another_group_are_not_listed(manifest: Manifest) -> None:
    text = Text(render_group_page(manifest, "ELAVL1")).text
    listed = {track.path for track in manifest.tracks if track.path in text}
    assert listed == {track.path for track in manifest.tracks if track.group == "ELAVL1"}


def test_an_overview_has_a_row_per_group(manifest: Manifest) -> None:
    text = Text(render_run_page(manifest)).text
    assert f"{ODD} {ODD} – 2 –" in " ".join(text.split())
    assert "ELAVL1 ELAVL1 PAR-CLIP 4 –" in " ".join(text.split())


def test_expected_true_sites_and_warnings_are_shown_if_there_are_any(manifest: Manifest) -> None:
    pages = (render_run_page, lambda changed: render_group_page(changed, "ELAVL1"))
    model = replace(manifest.models["ELAVL1"], sites_about="about 3 of <4>")
    warned = replace(manifest, assembly=replace(manifest.assembly, note="<b>Simulated</b>"), models={"ELAVL1": model})
    for page in pages:
        assert "about 3 of <4>" in Text(page(warned)).text
        assert "<b>Simulated</b>" in Text(page(warned)).text
        assert "about 3 of" not in Text(page(manifest)).text
        assert 'class="note"' not in page(manifest)


def test_a_work_that_two_models_cite_is_listed_once(manifest: Manifest) -> None:
    model = manifest.models["ELAVL1"]
    twice = replace(manifest, models={"ELAVL1": model, ODD: Model("HNRNPC", "iCLIP", card=model.card)})
    assert render_run_page(twice).count("<li>Somebody &amp; others 2017</li>") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ("", "–"),
        ({}, "–"),
        ([], "–"),
        (0, "0"),
        (False, "False"),
        ("<b>", "&lt;b&gt;"),
        (["a", None, "<"], "a, –, &lt;"),
        (
            {"<k>": {"n": 1}},
            "<table><tr><th>&lt;k&gt;</th><td><table><tr><th>n</th><td>1</td></tr></table></td></tr></table>",
        ),
    ],
)
def test_a_json_value_is_a_nested_table(value: Any, text: str) -> None:
    assert render_nested_table(value) == text


@pytest.mark.parametrize(
    ("strand", "role", "count", "words"),
    [
        ("+", "score", 1234567, ("score at every position, plus strand", "bigWig", "1,234,567")),
        ("-", "score", None, ("score at every position, minus strand", "bigWig", "")),
        (None, "further", 0, ("how deep", "bigWig", "0")),
    ],
)
def test_a_file_in_words(strand: str | None, role: str, count: int | None, words: tuple[str, str, str]) -> None:
    track = Track("a.bw", "bigWig", role, "A", "A", "how deep", (1, 2, 3), strand, count=count)
    assert describe_file(track) == words


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        ({"FASTA": {"AUC": {"value": 0.5}}}, "FASTA 0.500 –"),
        ({"FASTA": {"AUC": {"value": 0.5, "low": "x", "high": 1}, "auPRC": 7}}, "FASTA 0.500 –"),
        ({"FASTA": {"auPRC": {"value": 0.5}}}, None),
        ({"FASTA": 5}, None),
    ],
)
def test_figures_that_are_incomplete_are_shown_as_far_as_they_go(
    manifest: Manifest, figures: dict[str, Any], shown: str | None
) -> None:
    text = " ".join(
        Text(render_group_page(with_card(manifest, **{"published test windows": figures}), "ELAVL1")).text.split()
    )
    assert ("Input AUC auPRC" in text) == (shown is not None)
    if shown:
        assert f"Input AUC auPRC {shown}" in text


@pytest.mark.parametrize("value", [None, 5, 0.5, True, "text", [], [1, None], {}, {"share": "x", "region": 3}])
def test_a_card_of_any_shape_is_shown_or_left_out(run: Path, value: object) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    for model in manifest["models"].values():
        for name in ("citation", "experiments", "experiment", "note", "licence", "top region", "strongest motif",
                     "published test windows"):  # fmt: skip
            model["card"][name] = value
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert render(run)
