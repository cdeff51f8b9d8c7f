"""All proteins over one gene in a real browser: regions, order, names, and ways to sites and tracks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import runs
from visits import READY, Visit, shot, sound

VIEW = "runPage.views.entries.get('gene').view"
STATE = "document.querySelector('.gene .state').textContent"
ROWS = "[...document.querySelectorAll('.gene tbody tr')].map(({ cells }) => [...cells].map((cell) => cell.textContent))"
HEAD = "[...document.querySelectorAll('.gene thead button')].map((button) => button.textContent)"
OPEN = "[...document.querySelectorAll('[role=tabpanel]')].filter((panel) => !panel.hidden).map(({ id }) => id).join()"
NAMES = {"intron": "introns", "exon": "non-coding exons"}


@pytest.fixture(scope="module")
def sites(run: Path) -> pd.DataFrame:
    parts = [runs.table(run, name=name).assign(model=name) for name in ("ELAVL1", "U2AF2")]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def gene(sites: pd.DataFrame) -> str:
    """The gene with the most sites."""
    return str(sites.loc[sites["gene_name"] != ".", "gene_name"].value_counts(sort=True).index[0])


def shows(gene: str) -> dict[str, str]:
    return {"until": f"{STATE}.startsWith('{gene}, ') && {STATE}"}


def test_the_sites_of_a_gene_are_counted_by_region(visit: Visit, url: str, sites: pd.DataFrame, gene: str) -> None:
    within = sites[sites["gene_name"] == gene]
    _, said, head, rows, drawn, _ = sound(
        visit(
            f"{url}#view=gene&gene={gene}&all=yes",
            READY,
            shows(gene),
            {"run": HEAD},
            {"run": ROWS},
            {"run": "document.querySelectorAll('.gene circle').length"},
            shot("run_gene"),
        )
    )
    assert f"{len(within)} sites of {within['model'].nunique()} of 2 proteins" in said
    assert (head[0], head[-1]) == ("Protein", "All")
    counts = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    assert set(counts) == {"ELAVL1", "U2AF2"}
    for model, cells in counts.items():
        part = within[within["model"] == model]
        assert int(cells.pop("All") or 0) == len(part)
        expected = {NAMES.get(str(name), str(name)): count for name, count in part["region"].value_counts().items()}
        assert {name: int(text) for name, text in cells.items() if text} == expected
    assert drawn == len(within)


def test_a_tab_without_a_name_shows_the_gene_with_the_most_sites(visit: Visit, url: str, gene: str) -> None:
    _, _, _, address = sound(
        visit(
            url,
            READY,
            {"run": "runPage.views.open('gene')"},
            shows(gene),
            {"until": "location.hash.includes('gene=') && location.hash"},
        )
    )
    assert address.endswith(f"view=gene&gene={gene}")


def test_a_number_leads_to_its_sites_and_the_gene_to_its_tracks(
    visit: Visit, url: str, sites: pd.DataFrame, gene: str
) -> None:
    link = "document.querySelector('.gene tbody .link')"
    table = "document.querySelector('.sites .state').textContent"
    _, _, label, _, said, _, _, _, frame = sound(
        visit(
            f"{url}#view=gene&gene={gene}",
            READY,
            shows(gene),
            {"run": f"{link}.ariaLabel"},
            {"run": f"{link}.click()"},
            {"until": f"location.hash.includes('view=sites') && / of .* sites/.test({table}) && {table}"},
            {"run": "history.back()"},
            {"until": f"{OPEN} === 'view-gene'"},
            {"run": "document.querySelector('.gene .tracks').click()"},
            {"until": f"{OPEN} === 'view-tracks' && runPage.frame()"},
        )
    )
    count = int(label.split(": ")[1].split(" ")[0])
    assert said == f"{count} of {len(sites)} sites"
    within = sites[sites["gene_name"] == gene]
    assert frame["chrom"] == within.iloc[0]["chrom"]


def test_names_are_suggested_and_an_unknown_gene_has_a_line(visit: Visit, url: str, gene: str) -> None:
    typed = f"const box = document.querySelector('.gene [name=gene]'); box.value = '{gene[:3].lower()}'; "
    suggested = "[...document.querySelector('#gene-names').options].map(({ value }) => value)"
    _, _, _, names, _, said = sound(
        visit(
            f"{url}#view=gene&gene={gene}",
            READY,
            shows(gene),
            {"run": f"{typed}box.dispatchEvent(new Event('input'))"},
            {"until": f"{suggested}.length && {suggested}"},
            {"run": f"{VIEW}.choose('no such gene')"},
            {"until": f"{STATE}.includes('no such') && {STATE}"},
        )
    )
    assert gene in names
    assert said.startswith("no such gene is not in the gene models of this run")
