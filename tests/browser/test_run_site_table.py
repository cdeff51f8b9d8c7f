"""The table of all sites in a real browser: filters, order, pages, keys, download, and ways to other views."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
import runs
from visits import READY, Visit, shot, sound

VIEW = "runPage.views.entries.get('sites').view"
STATE = "document.querySelector('.sites .state').textContent"
READ = {"until": f"/site/.test({STATE}) && !/^(reading|loading|counting)/.test({STATE}) && {STATE}"}
ROWS = "[...document.querySelectorAll('.sites tbody tr')]"
NAMES = f"{ROWS}.map(({{ cells }}) => cells[0].textContent + ' ' + cells[1].textContent)"
STATUS = "document.querySelector('#status').textContent"
FOCUS = "document.activeElement.sectionRowIndex"
OPEN = "[...document.querySelectorAll('[role=tabpanel]')].filter((panel) => !panel.hidden).map(({ id }) => id).join()"


@pytest.fixture(scope="module")
def table(run: Path) -> pd.DataFrame:
    """All sites of the run, highest score first."""
    parts = {name: runs.table(run, name=name) for name in ("ELAVL1", "U2AF2")}
    rows = pd.concat([part.assign(model=name) for name, part in parts.items()], ignore_index=True)
    return rows.sort_values("score", ascending=False, kind="stable")


def labels(rows: pd.DataFrame) -> list[str]:
    return [f"{model} {name}" for model, name in zip(rows["model"], rows["name"], strict=True)]


def set_filter(name: str, value: str) -> dict[str, Any]:
    """Type a value into a filter."""
    return {"run": f"const box = document.querySelector('.sites [name={name}]'); box.value = '{value}'; "
                   "box.dispatchEvent(new Event('input'))"}  # fmt: skip


def told(text: str) -> dict[str, Any]:
    return {"until": f"{STATE}.startsWith('{text}') && {NAMES}"}


def test_all_sites_are_listed_from_the_highest_score_and_replace_the_static_table(
    visit: Visit, url: str, table: pd.DataFrame
) -> None:
    static = "[...document.querySelectorAll('h2')].find((title) => title.textContent === 'Strongest sites').hidden"
    _, said, names, hidden, _ = sound(
        visit(f"{url}#view=sites", READY, READ, {"run": NAMES}, {"run": static}, shot("run_sites"))
    )
    assert said == f"{len(table):,} sites"
    assert names == labels(table)[:50]
    assert hidden is True


def test_filters_and_order_are_kept_in_the_address(visit: Visit, url: str, table: pd.DataFrame) -> None:
    strong = table[(table["model"] == "U2AF2") & (table["score"] >= 0.8)]
    expected = f"{len(strong)} of {len(table)} sites"
    assert 1 < len(strong) < 50
    by_place = strong.sort_values(["chrom", "start", "end"], kind="stable")
    header = "document.querySelector('.sites th[data-order=place] button')"
    _, _, _, names, _, ordered, address, sorts, _, _, none = sound(
        visit(
            f"{url}#view=sites",
            READY,
            set_filter("model", "U2AF2"),
            set_filter("score", "0.8"),
            told(expected),
            {"run": f"{header}.click()"},
            {"until": f"document.querySelector('.sites th[data-order=place]').ariaSort === 'ascending' && {NAMES}"},
            {"until": "location.hash.includes('order=place') && location.hash"},
            {"run": "[...document.querySelectorAll('.sites th[aria-sort]')].length"},
            set_filter("text", "no such site"),
            {"until": f"{STATE}.startsWith('None of')"},
            {"run": NAMES},
        )
    )
    assert names == labels(strong)
    assert ordered == labels(by_place)
    assert "model=U2AF2" in address
    assert "score=0.8" in address
    assert (sorts, none) == (1, [])


def test_an_address_opens_its_page_and_keys_move_through_rows(visit: Visit, url: str, table: pd.DataFrame) -> None:
    assert len(table) > 51
    results = sound(
        visit(
            f"{url}#view=sites&offset=50",
            READY,
            READ,
            {"run": NAMES},
            {"run": f"{VIEW}.focus(0)"},
            {"press": "ArrowUp"},
            {"until": f"{FOCUS} === 49 && {NAMES}"},
            {"press": "Home"},
            {"run": FOCUS},
            {"press": "ArrowDown"},
            {"run": FOCUS},
            {"press": "PageDown"},
            {"until": f"{VIEW}.state.offset === 50 && {FOCUS} === 0"},
            {"until": "location.hash.includes('offset=50')"},
            {"run": "history.length"},
        )
    )
    assert results[2] == labels(table)[50:100]
    assert results[5] == labels(table)[:50]
    assert (results[7], results[9]) == (0, 1)


def test_enter_opens_the_tracks_of_a_site_and_back_leads_to_the_table(
    visit: Visit, url: str, table: pd.DataFrame
) -> None:
    site = table[table["model"] == "U2AF2"].iloc[0]
    _, _, _, _, where, shown, _, back = sound(
        visit(
            f"{url}#rbp=ELAVL1&view=sites&model=U2AF2",
            READY,
            READ,
            {"run": f"{VIEW}.focus(0)"},
            {"press": "Enter"},
            {"until": f"{OPEN} === 'view-tracks' && /score/.test({STATUS}) && runPage.frame()"},
            {"run": "[...runPage.shown].map(({ name }) => name)"},
            {"run": "history.back()"},
            {"until": f"{OPEN} === 'view-sites' && {VIEW}.state.model"},
        )
    )
    assert where["chrom"] == site["chrom"]
    assert where["start"] < site["summit"] < where["end"]
    assert sorted(shown) == ["ELAVL1", "U2AF2"]
    assert back == "U2AF2"


def test_the_download_has_the_rows_of_the_run(visit: Visit, url: str, run: Path, tmp_path: Path) -> None:
    link = "document.querySelector('.sites .download')"
    path = tmp_path / "sites.tsv"
    _, _, name = sound(
        visit(f"{url}#view=sites&model=U2AF2", READY, READ, {"download": f"{link}.click()", "to": str(path)})
    )
    lines = gzip.decompress((run / "hits" / "U2AF2.tsv.gz").read_bytes()).decode().splitlines()
    assert name == "sites.tsv"
    assert path.read_text().splitlines() == [f"model\t{lines[0]}", *(f"U2AF2\t{line}" for line in lines[1:])]


def test_rows_lead_to_the_explanation_of_a_site_and_to_its_gene(visit: Visit, url: str, table: pd.DataFrame) -> None:
    model, name = table.iloc[0][["model", "name"]]
    gene = table.iloc[0]["gene_name"]
    cells = "document.querySelector('.sites tbody tr').cells"
    _, _, _, explained, _, _, _, of_gene = sound(
        visit(
            f"{url}#view=sites",
            READY,
            READ,
            {"run": f"{cells}[1].querySelector('button').click()"},
            {"until": f"{OPEN} === 'view-site' && location.hash.includes('view=site&') && location.hash"},
            {"run": "runPage.views.open('sites')"},
            {"until": f"{OPEN} === 'view-sites' && {ROWS}.length"},
            {"run": f"{cells}[10].querySelector('button').click()"},
            {"until": f"{OPEN} === 'view-gene' && location.hash.includes('gene=') && location.hash"},
        )
    )
    assert f"model={model}" in explained
    assert f"site={quote(name, safe='')}" in explained
    assert of_gene.endswith(f"gene={gene}")


def test_a_server_without_the_table_leads_to_the_program(visit: Visit, url: str) -> None:
    _, _, _, said = sound(
        visit(
            url,
            READY,
            {"run": "window.fetch = async () => new Response('', { status: 404 })"},
            {"run": "runPage.views.open('sites')"},
            {"until": f"{STATE}.includes('needs') && {STATE}"},
        )
    )
    assert said == "This view needs the program's server: ideep-scan view OUT"
