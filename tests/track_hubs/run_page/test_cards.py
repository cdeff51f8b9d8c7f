"""Cards of models: their content, and their absence without a model."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from track_hubs.description_pages import render_group_page
from track_hubs.manifest import Manifest, from_json
from track_hubs.run_page.cards import render_cards


@pytest.fixture
def manifest(run: Path) -> Manifest:
    return from_json((run / "manifest.json").read_text(encoding="utf-8"))


class _Cards(HTMLParser):
    """Text and attributes of each card."""

    def __init__(self, text: str):
        super().__init__()
        self.texts: list[str] = []
        self.about: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.texts.append("")
            self.about.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def test_what_is_known_of_a_model(manifest: Manifest) -> None:
    seen = _Cards(render_cards(manifest))
    first = seen.texts[0]
    for says in ("trained on PAR-CLIP", "uses sequence, region", "4 sites in this run", "HuR_UUUUUUU (M108)"):
        assert says in first
    # Trapezoids of the invented curve: 0.05 * 0.35 + 0.15 * 0.8 + 0.8 * 0.95.
    assert "AUC 0.897" in " ".join(first.split())
    assert "61% of its training sites are in: 3'UTR" in first
    assert seen.about[0]["style"] == "border-left-color:" + "#{:02x}{:02x}{:02x}".format(*manifest.tracks[0].color)


def test_a_group_without_a_model_has_its_sites(manifest: Manifest) -> None:
    odd = manifest.groups[1]
    seen = _Cards(render_cards(manifest))
    assert [item["data-group"] for item in seen.about] == ["0", "1"]
    assert seen.texts[1].startswith(odd)
    assert "2 sites in this run" in seen.texts[1]
    assert "AUC" not in seen.texts[1]


def test_names_are_escaped_and_lead_to_their_page(manifest: Manifest) -> None:
    text = render_cards(manifest)
    assert "<C>" not in text
    assert "hnRNP &lt;C&gt; &amp;" in text
    for name in ("ELAVL1", "hnRNP"):
        assert f'href="descriptions/{name}' in text


def test_a_motif_has_protein_consensus_and_identifier(manifest: Manifest) -> None:
    assert "from the background: HuR_UUUUUUU (M108)" in render_cards(manifest)
    model = replace(manifest.models["ELAVL1"], motif_name="")  # of an earlier run
    assert "from the background: M108<" in render_cards(replace(manifest, models={"ELAVL1": model}))


def test_many_cards_name_the_page_of_their_logo(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("track_hubs.run_page.cards._MAX_LOGOS", 1)
    text = render_cards(manifest)
    assert "<svg" not in text
    assert text.count('<div data-logo="descriptions/ELAVL1.html"></div>') == 1
    assert '<figure class="logo"><svg' in render_group_page(manifest, "ELAVL1")


def test_a_card_without_figures_says_none(manifest: Manifest) -> None:
    model = replace(manifest.models["ELAVL1"], card={"top region": "lost", "strongest motif": None}, roc=(), motif=())
    text = render_cards(replace(manifest, models={"ELAVL1": model}))
    assert "trained on PAR-CLIP" in text
    for unknown in ("AUC", "lie in", "<svg", "Known motif"):
        assert unknown not in text
