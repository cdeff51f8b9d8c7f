"""The report of a job on variants in a real browser, opened as a file: table, keys, search and pictures."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
import runs
from visits import ACCESS, READY, Visit, shot, sound

ROWS = "[...document.querySelectorAll('#rows tbody tr')]"
SHOWN = {"run": f"{ROWS}.filter((row) => row.checkVisibility()).map((row) => row.cells[0].textContent)"}
CHOSEN = {"run": f"{ROWS}.findIndex((row) => row.getAttribute('aria-selected') === 'true')"}
NAME = {"run": "document.querySelector('#name').textContent"}
ODD = "<script>document.title='taken'</script>&\"'"
TOP = 12


def column(title: str) -> dict[str, str]:
    """The values of a column that are visible."""
    index = f"[...document.querySelectorAll('#rows th')].findIndex((head) => head.textContent === '{title}')"
    return {"run": f"{ROWS}.filter((row) => !row.hidden).map((row) => row.cells[{index}].dataset.value)"}


def sort(title: str) -> dict[str, str]:
    heads = "[...document.querySelectorAll('#rows th button')]"
    return {"run": f"{heads}.find((head) => head.textContent === '{title}').click()"}


def search(text: str) -> dict[str, str]:
    field = "document.querySelector('#search')"
    return {"run": f"{field}.value = {text!r}; {field}.dispatchEvent(new Event('input'))"}


@pytest.fixture(scope="module")
def folder(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the example's variants, one of them with an odd name, and the table of the same run."""
    folder = tmp_path_factory.mktemp("variants")
    example = runs.copy_example(folder / "example")
    path = example / "variants.vcf"
    lines = path.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    for number in range(first, len(lines)):
        fields = lines[number].split("\t")
        lines[number] = "\t".join([*fields[:2], f"{ODD}{number}", *fields[3:]])
    path.write_text("\n".join(lines) + "\n")
    runs.annotate(example, path, report=folder / "report", top=TOP, table=folder / "t.tsv.gz")
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> str:
    return (folder / "report" / "index.html").as_uri()


@pytest.fixture(scope="module")
def strongest(folder: Path) -> pd.DataFrame:
    with gzip.open(folder / "t.tsv.gz", "rt") as stream:
        table = pd.read_csv(stream, sep="\t", quoting=3)
    return table.loc[table.delta.abs().sort_values(ascending=False, kind="stable").index][:TOP]


def test_the_table_holds_the_strongest_effects(visit: Visit, url: str, strongest: pd.DataFrame) -> None:
    _, deltas, names, title, scripts, _ = sound(
        visit(url, READY, column("Delta"), column("ID"), {"run": "document.title"}, CHOSEN, shot("variant_report"))
    )
    assert [abs(float(delta)) for delta in deltas] == pytest.approx(strongest.delta.abs().tolist(), abs=1e-6)
    assert names == strongest.id.tolist()
    assert title == "Variants of variants.vcf"
    assert scripts == 0  # the first row is chosen


def test_columns_sort_up_and_down(visit: Visit, url: str) -> None:
    _, _, scores, _, again, _, models, _, heads = sound(
        visit(
            url,
            READY,
            sort("REF score"),
            column("REF score"),
            sort("REF score"),
            column("REF score"),
            sort("Variant"),
            column("Variant"),
            sort("Site"),
            {"run": "[...document.querySelectorAll('#rows th')].map((head) => head.getAttribute('aria-sort'))"},
        )
    )
    numbers = [float(score) for score in scores]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) > 1
    assert [float(score) for score in again] == sorted(numbers)
    positions = [int(place.split(":")[1]) for place in models]
    assert len(positions) == TOP
    for contig in ("exA", "exB"):
        of_contig = [int(place.split(":")[1]) for place in models if place.startswith(contig)]
        assert of_contig == sorted(of_contig)
    assert heads.count("ascending") == 1
    assert set(heads) == {"ascending", "none"}


def test_search_hides_rows_and_counts_the_others(visit: Visit, url: str, strongest: pd.DataFrame) -> None:
    count = {"run": "document.querySelector('#count').textContent"}
    name, gene = strongest.id.iloc[3], strongest.gene.iloc[0]
    _, whole, _, genes, text, _, found, _, none, nothing = sound(
        visit(
            url, READY, count, search(f"elavl1  {gene.lower()}"), column("Gene"), count,
            search(name.upper()), column("ID"), search("no such word"), SHOWN, count,
        )
    )  # fmt: skip
    assert whole == f"{TOP} rows"
    expected = int((strongest.gene == gene).sum())
    assert 0 < expected < TOP
    assert genes == [gene] * expected
    assert text == f"{expected} of {TOP} rows"
    assert set(found) == {name}
    assert (none, nothing) == ([], f"0 of {TOP} rows")


def test_keys_step_through_visible_rows(visit: Visit, url: str) -> None:
    press = [{"press": key} for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "ArrowDown", "Home", "ArrowUp")]
    steps = [step for key in press for step in (key, CHOSEN)]
    _, *results, name, _, _, typed, field, _, chosen = sound(
        visit(
            url,
            READY,
            *steps,
            NAME,
            {"press": "/"},
            {"press": "-"},
            {"run": "document.querySelector('#search').value"},
            {"run": "document.activeElement.id"},
            {"press": "ArrowDown"},
            CHOSEN,
        )
    )
    assert results[1::2] == [1, 2, 1, TOP - 1, TOP - 1, 0, 0]
    assert name.startswith("ex")
    assert (typed, field) == ("-", "search")
    assert chosen >= 0


def test_the_picture_is_that_of_the_chosen_row(visit: Visit, url: str, strongest: pd.DataFrame) -> None:
    text = "document.querySelector('#drawing').textContent"
    heights = "[...document.querySelectorAll('#drawing polygon')].map((area) => area.getBBox().height)"
    row = strongest.iloc[5]
    _, _, name, caption, drawn, areas, letters, _, readout, _ = sound(
        visit(
            url,
            READY,
            {"run": f"{ROWS}[5].click()"},
            NAME,
            {"run": "document.querySelector('#caption').textContent"},
            {"run": text},
            {"run": heights},
            {"run": "document.querySelectorAll('#drawing path.letter').length"},
            {"run": "document.querySelector('#drawing').dispatchEvent(new MouseEvent('mousemove', "
             "{ clientX: document.querySelector('#drawing svg').getBoundingClientRect().left + 500 }))"},
            {"run": "document.querySelector('#readout').textContent"},
            shot("variant_report_row", whole=True),
        )
    )  # fmt: skip
    assert name == f"{row.chrom}:{row.pos:,} {row.ref}>{row.alt}"
    assert row.gene in caption
    assert f"delta {row.delta:+.3f}".replace("-", "−") in caption
    assert "plus strand" in caption if row.strand == "+" else "minus strand" in caption
    for label in ("reference", "alternate", "transcript", "motif hits", row.gene):
        assert label in drawn
    assert len(areas) >= 2
    assert letters > 20
    assert readout.startswith(f"{row.chrom}:")
    assert "alternate" in readout


def test_odd_names_are_shown_as_they_are(visit: Visit, url: str) -> None:
    _, caption, scripts = sound(
        visit(
            url,
            READY,
            {"run": "document.querySelector('#caption').textContent"},
            {"run": "document.querySelectorAll('script:not([type])').length"},
        )
    )
    assert caption.startswith(ODD)
    assert scripts == 1


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1200, True)])
def test_narrow_and_dark_windows(visit: Visit, url: str, width: int, dark: bool) -> None:
    rgb = "getComputedStyle(document.body).backgroundColor"
    _, overflow, background, _ = sound(
        visit(
            url,
            READY,
            {"run": "document.documentElement.scrollWidth - innerWidth"},
            {"run": rgb},
            shot(f"variant_report_{width}", whole=True),
            width=width,
            dark=dark,
        )
    )
    assert overflow <= 0
    assert background == ("rgb(20, 22, 26)" if dark else "rgb(255, 255, 255)")


def test_a_single_row_and_none(visit: Visit, folder: Path, tmp_path: Path) -> None:
    example = folder / "example"
    runs.annotate(example, example / "variants.vcf", report=tmp_path / "one", top=1)
    runs.annotate(example, runs.vcf(tmp_path), report=tmp_path / "none", top=1)
    _, shown, _, chosen = sound(
        visit((tmp_path / "one" / "index.html").as_uri(), READY, SHOWN, {"press": "ArrowDown"}, CHOSEN)
    )
    assert (len(shown), chosen) == (1, 0)
    _, text = sound(visit((tmp_path / "none" / "index.html").as_uri(), READY, {"run": "document.body.textContent"}))
    assert "No variant has a change of scores" in text


@pytest.mark.parametrize("dark", [False, True])
def test_the_report_is_accessible(visit: Visit, url: str, dark: bool) -> None:
    assert sound(visit(url, READY, ACCESS, dark=dark))[-1] == []
