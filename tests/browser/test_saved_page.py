"""A page in one file in a real browser, opened without a server and without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from visits import ACCESS, READY, Visit, shot, sound

from ideep_scan.jobs.view.save_page import save_page

VIEW = "savedPage.view"
STATE = "document.querySelector('#drawing .state').textContent"
CHOSEN = "document.querySelector('#drawing .chosen').textContent"


@pytest.fixture(scope="module")
def url(run: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    page = save_page(
        run, tmp_path_factory.mktemp("page") / "a page.html", genes=["EXA2", "EXA1"], loci=["exA:17501-18000"]
    )
    return page.path.as_uri()


def test_a_gene_is_drawn_with_all_proteins_and_a_row_of_the_table_leads_to_its_letters(visit: Visit, url: str) -> None:
    heat = "[...document.querySelectorAll('text.heat')].map((node) => node.textContent).sort()"
    row = "document.querySelector('tr[data-gene=EXA2]')"
    bases = f"[...{VIEW}.letters.values()].join('')"
    results = sound(
        visit(
            url,
            READY,
            {"run": STATE},
            {"run": heat},
            shot("saved_page", whole=True),
            {"run": f"{row}.click(); {row}.dataset.site"},
            {"until": f"{CHOSEN} && {bases}.length > 50 && {CHOSEN}"},
            {"run": bases},
            shot("saved_page_site"),
        )
    )
    assert results[1].startswith("2,169 nt in 4 exons")
    assert results[2] == ["ELAVL1", "U2AF2"]
    assert results[4] in results[5]
    assert set(results[6]) <= set("ACGU")


def test_genes_isoforms_and_places_are_chosen_by_name(visit: Visit, url: str) -> None:
    results = sound(
        visit(
            url,
            READY,
            {"run": f"{VIEW}.load({{ gene: 'exa1' }})"},
            {"run": f"{VIEW}.data.isoforms.map(({{ name }}) => name)"},
            {"run": f"{VIEW}.load({{ gene: 'exA:17501-18000', transcript: 'exA:17501-18000 minus strand' }})"},
            {"run": f"{VIEW}.picture.numbers.describe(0)"},
            shot("saved_place"),
            {"run": f"{VIEW}.load({{ gene: 'EXB9' }})"},
            {"run": STATE},
        )
    )
    assert results[2] == ["EXT0000011.1", "EXT0000012.1"]
    assert results[4] == "exA:18,000 (−)"
    assert results[7] == "EXB9 is not in this page; it holds EXA2, EXA1, exA:17501-18000"


def test_a_click_on_the_heat_map_opens_a_row_and_a_picture_is_saved(visit: Visit, url: str, tmp_path: Path) -> None:
    png = tmp_path / "a.png"
    box = "document.querySelector('#drawing svg image').getBoundingClientRect()"
    click = f"(() => {{ scrollBy(0, {box}.top - 300); return [{box}.left + 40, {box}.top + 4]; }})()"
    results = sound(
        visit(
            url,
            READY,
            {"run": f"{VIEW}.openGroups().length"},
            {"click": click},
            {"until": f"{VIEW}.openGroups().length === 1 && {VIEW}.picture.open.length === 1"},
            {"download": "document.querySelector('.png').click()", "to": str(png)},
        )
    )
    assert results[1] == 2
    with Image.open(png) as image:
        assert image.size[0] > 1000


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_is_accessible_and_fits_its_window(visit: Visit, url: str, width: int, dark: bool) -> None:
    wide = "document.documentElement.scrollWidth <= innerWidth"
    picture = shot(f"saved_page_{width}{'_dark' * dark}")
    opened = {"run": "document.querySelectorAll('details').forEach((part) => { part.open = true; })"}
    results = sound(visit(url, READY, opened, ACCESS, {"run": wide}, picture, width=width, dark=dark))
    assert results[2:4] == [[], True]
