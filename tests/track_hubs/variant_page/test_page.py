"""The page of variants as HTML: columns, escaping, and its Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from track_hubs.color import CONTRAST
from track_hubs.variant_page.page import GENERATOR, render_variant_page
from track_hubs.variant_page.rows import Gene, Lane, Motif, Picture, VariantReport, VariantRow

ODD = "</script><b id='in'>\"x\"</b> & <!-- ü"
PICTURE = Picture(
    [99, 100, 101],
    [1],
    1,
    0.5,
    Lane("GUC", [0.1, 0.2, None], [None, 0.5, -0.5]),
    Lane("GAC", [0.1, 0.6, None], [None, 1.5, -0.5]),
    motifs=[Motif("QKI (M1)", True, 0, 2, "GAC", 1e-4)],
    gene=Gene("G", "T1", [(50, 200)], None),
)
ROW = VariantRow(
    "chr1", 101, "rs1", "T", "A", "scored", "QKI", "+", gene="G", region="intron", reference=0.2, alternate=0.6,
    delta=0.4, log_odds=1.79, p_value=0.01, site="gained", picture=PICTURE,
)  # fmt: skip


class Reader(HTMLParser):
    """Text of the cells and of the elements for data, and all tags."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.data: dict[str, str] = {}
        self._target: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag in ("td", "th"):
            self.cells.append("")
        self._target = values.get("id") if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:
        self._target = None
        if tag in ("td", "th"):
            self.tags.append(f"/{tag}")

    def handle_data(self, text: str) -> None:
        if self._target:
            self.data[self._target] = self.data.get(self._target, "") + text
        elif self.cells and self.tags[-1] not in ("/td", "/th"):
            self.cells[-1] += text.strip()


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (WCAG 2.2)."""

    def luminance(text: str) -> float:
        digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def render(*rows: VariantRow, title: str = "Variants", notes: tuple[str, ...] = ()) -> str:
    return render_variant_page(VariantReport(title, notes, rows))


def test_the_table_has_the_figures() -> None:
    cells = Reader(render(ROW, replace(ROW, p_value=None, delta=-0.4, strand="-", site="lost"))).cells
    heads, first, second = cells[:13], cells[13:26], cells[26:]
    assert heads == [
        "Variant", "ID", "Gene", "Region", "Model", "Strand", "Site", "Delta", "REF score", "ALT score", "Log odds",
        "P", "Status",
    ]  # fmt: skip
    assert first == [
        "chr1:101 T>A", "rs1", "G", "intron", "QKI", "+", "gained", "+0.400", "0.200", "0.600", "+1.79", "0.01",
        "scored",
    ]  # fmt: skip
    assert (second[5], second[6], second[7], second[11]) == ("−", "lost", "−0.400", "–")


def test_a_column_without_a_value_is_left_out() -> None:
    row = replace(ROW, id=".", gene=None, region=None, p_value=None)
    heads = [cell for cell in Reader(render(row)).cells if cell in ("ID", "Gene", "Region", "P")]
    assert heads == []


def test_the_data_of_a_row_are_its_picture() -> None:
    row = json.loads(Reader(render(ROW)).data["row0"])
    assert row["picture"]["reference"] == {
        "letters": "GUC",
        "scores": [0.1, 0.2, None],
        "contributions": [None, 0.5, -0.5],
    }
    assert row["picture"]["motifs"][0]["is_made"] is True
    assert row["caption"].startswith("rs1 · QKI, plus strand · G, intron · highest score 0.200 → 0.600")


@pytest.mark.parametrize("field", ["id", "ref", "alt", "gene", "model", "chrom"])
def test_names_of_any_kind_stay_text(field: str) -> None:
    plain, odd = Reader(render(ROW)), Reader(render(replace(ROW, **{field: ODD}), title=ODD, notes=(ODD,)))
    assert [tag for tag in odd.tags if tag not in ("p",)] == [tag for tag in plain.tags if tag not in ("p",)]
    assert json.loads(odd.data["row0"])["picture"]


def test_long_alleles_are_shortened() -> None:
    page = render(replace(ROW, alt="ACGT" * 250))
    assert "ACGTACGT… (1,000 letters)" in page
    assert "ACGT" * 40 not in page
    changes = "&".join(f"{position}:A>C" for position in range(100))
    assert changes not in render(replace(ROW, alt=changes))


def test_only_its_own_script_and_style_may_run() -> None:
    page = render(ROW)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    for kind in ("script", "style"):
        texts = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert re.findall(rf"{kind}-src 'sha256-([^']+)'", policy[1]) == digests
        assert len(digests) == 1
    assert policy[1].startswith("default-src 'none'; ")
    assert "http:" not in page.replace("http://www.w3.org", "")
    assert "https:" not in page
    assert GENERATOR in page[:4096]


def test_colours_are_told_from_the_background() -> None:
    style = re.findall("<style>(.*?)</style>", render(ROW), re.DOTALL)[0]
    *blocks, last = re.findall(r":root\{(.*?)\}", style, re.DOTALL)
    light, dark = (dict(re.findall(r"--(\w+):(#[0-9a-f]+)", block)) for block in (";".join(blocks), last))
    for colors in (light, {**light, **dark}):
        for name in ("ink", "faint", "reference", "alternate", "gained", "lost", "gene", "bound", "unbound", "link"):
            assert contrast(colors[name], colors["back"]) >= CONTRAST, name
        for back in ("hover", "here", "shade"):
            assert contrast(colors["ink"], colors[back]) >= 4.5, back


def test_no_row() -> None:
    page = render()
    assert "No variant has a change of scores" in page
    assert "<table" not in page
