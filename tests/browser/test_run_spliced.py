"""The page of a spliced scan in a real browser: blocks as exons, the transcript of a site, the words of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import runs
from pandas import Series
from visits import READY, Visit, features, shot, sound

from ideep_scan.jobs.view.serve_run import serve_run

BROWSER = "runPage.browser"
SITES = f"{BROWSER}.trackViews.find((view) => view.track?.name === 'ELAVL1 sites')"
BOX = f"({SITES}).viewports[0].viewportElement.getBoundingClientRect()"
POPOVER = f"[...{BROWSER}.root.querySelectorAll('[class*=popover]')].map((each) => each.textContent).join()"


@pytest.fixture(scope="module")
def spliced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spliced")
    example = runs.copy_example(folder / "example")
    options = {"gene": ("EXA1", "EXB1", "EXB2"), "modalities": "sequence", "threshold": 0.02}
    runs.scan(example, folder / "run", spliced=True, **options)
    return folder / "run"


@pytest.fixture(scope="module")
def site(spliced: Path) -> Series:
    """The strongest site that crosses an exon junction."""
    table = runs.table(spliced)
    return table[table.junctions != "0"].sort_values("score").iloc[-1]


@pytest.fixture(scope="module")
def url(visit: Visit, spliced: Path) -> Iterator[str]:
    server, address = serve_run(spliced)
    with server:
        yield address


def test_a_site_has_a_box_for_each_of_its_blocks(visit: Visit, url: str, site: Series) -> None:
    where = f"#locus={site.chrom}:{site.start - 99}-{site.end + 100}"
    exons = "(each) => [each.name, each.start, each.end, each.exons?.map(({ start, end }) => [start, end])]"
    loaded = features(BROWSER, "ELAVL1 sites", "name")
    _, _, drawn, *_ = sound(
        visit(
            url + where,
            READY,
            {"until": loaded},
            {"run": f"({SITES}).viewports[0].featureCache.features.map({exons})"},
            shot("spliced"),
            width=1400,
        )
    )
    sizes, starts = (
        [int(part) for part in text.rstrip(",").split(",")] for text in (site.block_sizes, site.block_starts)
    )
    blocks = [[site.start + start, site.start + start + size] for start, size in zip(starts, sizes, strict=True)]
    assert len(blocks) == int(site.junctions) + 1 > 1
    assert [site["name"], site.start, site.end, blocks] in drawn


def test_a_site_that_is_clicked_at_tells_its_transcript(visit: Visit, url: str, site: Series) -> None:
    where = f"#locus={site.chrom}:{site.summit - 9}-{site.summit + 11}"
    middle = f"(({{ x, y, width }}) => [x + width / 2, y + 12])({BOX})"
    *_, told = sound(
        visit(
            url + where,
            READY,
            {"until": features(BROWSER, "ELAVL1 sites", "name")},
            {"run": "new Promise((resolve) => setTimeout(resolve, 1000))"},
            {"click": middle},
            {"until": f"{POPOVER}.includes('Exon junctions') && {POPOVER}"},
        )
    )
    place = f"In the transcript {int(site.transcript_start) + 1:,}–{int(site.transcript_end):,}"
    for text in (f"Transcript {site.transcript}", f"Exon junctions {site.junctions}", place, site.sequence):
        assert text in told


def test_the_table_has_the_columns_of_spliced_sites_and_the_page_says_spliced(
    visit: Visit, url: str, spliced: Path
) -> None:
    cut = "((row) => [...row.cells].map((cell) => cell.textContent.trim()))"
    rows = f"[...document.querySelectorAll('tr[data-locus]')].map({cut})"
    heads = f"{cut}(document.querySelector('tr[data-locus]').parentNode.rows[0])"
    _, head, cells, text, _, _ = sound(
        visit(
            url,
            READY,
            {"run": heads},
            {"run": rows},
            {"run": "document.body.innerText"},
            {"run": "document.querySelector('#next').click()"},
            {"until": "/^ELAVL1 EXT/.test(document.querySelector('#status').textContent) && runPage.locus()"},
        )
    )
    sites = {(row["name"], row.transcript): row for _, row in runs.table(spliced).iterrows()}
    assert len(cells) > 10
    for values in cells:
        shown = dict(zip(head, values, strict=True))
        row = sites[shown["Site"], shown["Site"].split(":")[0]]
        assert shown["Position"] == f"{row.chrom}:{row.start + 1}-{row.end}"
        assert shown["Exon junctions"] == row.junctions
        assert shown["Isoforms"] == row.isoforms
        assert shown["Gene"] == row.gene_name
        assert shown["Region"] == row.region
    assert "ELAVL1 in spliced transcripts" in text
    assert "Exons of each transcript were joined before scoring." in text
    assert "A line joins the parts of a site that crosses exon junctions." in text


def test_hub_and_session_say_spliced(spliced: Path) -> None:
    hub = (spliced / "hub.txt").read_text()
    assert "longLabel ELAVL1 binding sites, spliced (ideep-scan)" in hub
    assert "type bigBed 12 +" in hub
    assert 'name="ELAVL1 spliced sites"' in (spliced / "igv_session.xml").read_text()
    assert "exon junctions" in (spliced / "descriptions" / "ELAVL1.html").read_text()
