"""The list of variants as a browser parses it."""

from __future__ import annotations

from html.parser import HTMLParser

from track_hubs.run_page.variant_list import render_variants
from track_hubs.run_page.variant_rows import NO_VARIANTS, VariantList, VariantRow


def make_row(**changes: str) -> VariantRow:
    columns = {
        "model": "ELAVL1", "site": "lost", "delta": "-0.8", "refScore": "0.9", "altScore": "0.1", "pValue": "0.001",
        "id": "rs1", "ref": "A", "alt": "G", "geneName": "TNF", "region": "intron", **changes,
    }  # fmt: skip
    return VariantRow("chr1", 1233, 1234, "-", float(columns["delta"]), columns)


class _List(HTMLParser):
    """Text of the cells, attributes of the rows, options of the filter, all tags."""

    def __init__(self, text: str):
        super().__init__()
        self.rows: list[dict[str, str | None]] = []
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.options: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._open = tag if tag in ("td", "option") else self._open
        if tag == "tr" and attrs:
            self.rows.append(dict(attrs))
        if tag == "td":
            self.cells.append("")
        if tag == "option":
            self.options.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == self._open else self._open

    def handle_data(self, data: str) -> None:
        if self._open == "td":
            self.cells[-1] += data
        elif self._open == "option":
            self.options[-1] += data


def test_the_cells_of_a_row() -> None:
    page = _List(render_variants(VariantList((make_row(), make_row(model="QKI", id=".", pValue=".")), 2)))
    assert page.cells[:10] == [
        "rs1", "ELAVL1 −", "−0.800", "lost", "TNF", "intron", "0.9", "0.1", "0.001", "chr1:1,234"
    ]  # fmt: skip
    assert (page.cells[10], page.cells[18]) == ("A>G", "–")
    assert page.options == ["all", "ELAVL1", "QKI", "all", "lost"]
    assert page.rows[0] == {
        "data-locus": "chr1:1034-1434", "data-model": "ELAVL1", "data-site": "lost", "data-abs-delta": "0.8",
        "data-variant": "chr1-1234-A-G",
        "data-about": "rs1, chr1:1,234 A>G: ELAVL1, minus strand, highest score 0.9 → 0.1, delta −0.800, site lost, "
        "P 0.001, TNF intron",
    }  # fmt: skip


def test_texts_are_escaped_and_long_ones_are_cut() -> None:
    text = render_variants(
        VariantList((make_row(model='<script>"', id="<b>" * 40, alt="A" * 500, geneName="<i>'"),), 1)
    )
    assert not {"script", "b", "i"} & _List(text).tags
    assert "A" * 20 not in text


def test_a_bound_is_stated() -> None:
    assert "All 1 effects are listed" in render_variants(VariantList((make_row(),), 1))
    assert "The strongest 1 of 12,345 effects are listed; the track shows all." in render_variants(
        VariantList((make_row(),), 12_345)
    )


def test_without_variants_there_is_no_list() -> None:
    assert render_variants(NO_VARIANTS) == ""
