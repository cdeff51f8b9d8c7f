"""The 5'→3' view of a run's page in a real browser: places, letters, sites, zoom, and saved pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import numpy as np
import pytest
import runs
from PIL import Image
from visits import ACCESS, READY, Visit, shot, sound

from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.view.serve_run import serve_run
from ideep_scan.kernels.onehot import decode

GENE, START, END = "EXA2", 17_400, 30_000  # on the minus strand
AT = f"#view=transcript&gene={GENE}&rbp=ELAVL1&rbp=U2AF2"
VIEW = "runPage.views.entries.get('transcript').view"
ROOT = "document.querySelector('.transcript')"
DRAWN = {"until": f"{ROOT}?.dataset.drawn"}
STATE = f"{ROOT}.querySelector('.state').textContent"
IN_VIEW = f"Object.values({VIEW}.layout.view())"


def drawn(first: int, last: int) -> dict[str, str]:
    """Wait until a part of a transcript is drawn."""
    return {"until": f"{ROOT}?.dataset.drawn?.endsWith(':{first}-{last}')"}


def test_scores_and_letters_of_a_minus_gene_are_read_from_its_5_end(visit: Visit, url: str, run: Path) -> None:
    first, last = 12_380, 12_460
    places = f"Array.from({{ length: {last - first} }}, (_, i) => {first} + i)"
    shown = f"{places}.map((place) => {VIEW}.picture.scoreAt(runPage.run.groups[0], place + 0.5))"
    letters = f"{places}.map((place) => {VIEW}.letters.get(place)).join('')"
    name = f"{VIEW}.picture.numbers.describe({first})"
    steps = (READY, drawn(first, last), {"run": shown}, {"run": letters}, {"run": name}, shot("transcript_letters"))
    results = sound(visit(f"{url}{AT}&at={first + 1}-{last}", *steps))
    low, high = END - last, END - first
    written = runs.track(run, "-", "ELAVL1")["exA"][low:high][::-1]
    assert np.abs(np.array(results[2], float) - written).max() < 0.003
    with FastaSource(next((run / "genome").glob("*.fa.gz"))) as genome:
        plus = decode(genome.codes("exA", low, high))
    assert results[3] == plus.translate(str.maketrans("ACGU", "UGCA"))[::-1]
    assert f"exA:{END - first:,} (−)" in results[4]


def test_places_have_their_numbers_along_the_spliced_rna(visit: Visit, url: str) -> None:
    script = """(() => {
        const exons = [[0, 10, 0], [30, 50, 10]], coding = [5, 20];
        const numbers = new TranscriptNumbers({ exons, coding, chrom: "c", strand: "-", start: 100, end: 150 });
        return [0, 5, 9, 10, 29, 30, 39, 40].map((place) => numbers.describe(place));
    })()"""
    assert sound(visit(url + AT, READY, {"run": script}))[1] == [
        "exon 1 · c.-5 · n.1 · c:150 (−)",
        "exon 1 · c.1 · n.6 · c:145 (−)",
        "exon 1 · c.5 · n.10 · c:141 (−)",
        "intron 1 · c.5+1 · n.10+1 · c:140 (−)",
        "intron 1 · c.6-1 · n.11-1 · c:121 (−)",
        "exon 2 · c.6 · n.11 · c:120 (−)",
        "exon 2 · c.15 · n.20 · c:111 (−)",
        "exon 2 · c.*1 · n.21 · c:110 (−)",
    ]


@pytest.mark.parametrize("introns", ["folded", "scale", "none"])
def test_places_and_pixels_lead_to_each_other(visit: Visit, url: str, introns: str) -> None:
    script = f"""(() => {{
        const layout = new TranscriptLayout([[0, 10], [30, 50], [300, 340]], "{introns}", 500), wrong = [];
        for (const [factor, x] of [[1, 0], [3, 100], [2, 400], [0.5, 250], [1e9, 10]]) {{
            layout.zoom(factor, x);
            for (let place = 0; place < 340; place++) {{
                const [left, right] = layout.span(place, place + 1);
                const middle = layout.place((left + right) / 2);
                if (right - left > 1e-6 && Math.abs(middle - place - 0.5) > 1e-6) wrong.push(place);
            }}
            if (layout.offset < 0 || layout.offset > layout.total - layout.width + 1e-6) wrong.push("offset");
        }}
        layout.show(32, 48);
        const {{ first, last }} = layout.view();
        return [wrong, first <= 32 && last >= 48];
    }})()"""
    assert sound(visit(url + AT, READY, {"run": script}))[1] == [[], True]


def test_the_button_in_the_tracks_opens_the_transcript_in_view_and_a_site_leads_back(visit: Visit, url: str) -> None:
    buttons = "[...document.querySelectorAll('#view-tracks button')]"
    press = f"{buttons}.find(({{ textContent }}) => textContent.startsWith('read 5')).click()"
    site = f"{ROOT}.querySelector('.site')"
    back = f"[...{ROOT}.querySelectorAll('.chosen button')].at(-1).click()"
    results = sound(
        visit(
            f"{url}#locus=exA:20001-21000&rbp=ELAVL1",
            READY,
            {"run": press},
            DRAWN,
            {"run": f"[{VIEW}.data.gene, {VIEW}.data.strand]"},
            shot("transcript"),
            {"run": f"{site}.dispatchEvent(new Event('click'))"},
            {"run": f"{ROOT}.querySelector('.chosen').textContent"},
            {"run": back},
            {"until": "runPage.views.current === 'tracks' && location.hash"},
        )
    )
    assert results[3] == [GENE, "-"]
    assert results[6].startswith("ELAVL1 EXA2:")
    assert "expected precision" in results[6]
    assert "locus=exA" in results[8]


def test_keys_zoom_and_move_and_the_address_keeps_the_place(visit: Visit, url: str) -> None:
    results = sound(
        visit(
            url + AT,
            READY,
            DRAWN,
            {"run": IN_VIEW},
            {"run": f"{ROOT}.querySelector('.drawing').focus()"},
            {"press": "+"},
            {"press": "+"},
            {"press": "End"},
            {"until": f"!{ROOT}.dataset.drawn.endsWith(':0-12600') && location.hash.includes('at=') && {IN_VIEW}"},
            {"run": "location.hash"},
            {"press": "0"},
            {"until": f"{ROOT}.dataset.drawn.endsWith(':0-12600')"},
        )
    )
    assert results[2] == [0, END - START]
    first, last = results[7]
    assert first > 0
    assert last == END - START
    assert f"at={first + 1}-{last}" in results[8]


def test_all_proteins_are_a_heat_map_and_introns_can_be_left_out(visit: Visit, url: str) -> None:
    names = f"[...{ROOT}.querySelectorAll('text.heat')].map((node) => node.textContent)"
    exons = f"{VIEW}.data.pieces.every(([isExon]) => isExon)"
    address = f"{url}#view=transcript&gene={GENE}&heat=all&introns=none&rbp=ELAVL1"
    picture = shot("transcript_heat", whole=True)
    results = sound(visit(address, READY, DRAWN, {"run": names}, {"run": exons}, {"run": STATE}, picture))
    assert sorted(results[2]) == ["ELAVL1", "U2AF2"]
    assert results[3]
    assert "in introns that are left out" in results[4]


def test_pictures_are_saved_as_svg_and_as_png_of_twice_the_size(visit: Visit, url: str, tmp_path: Path) -> None:
    save = f"{ROOT}.querySelector('.%s').click()"
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    steps = [{"download": save % path.suffix[1:], "to": str(path)} for path in (svg, png)]
    results = sound(visit(url + AT, READY, DRAWN, *steps))
    assert results[2:] == ["EXA2_EXT0000021.1_ELAVL1_U2AF2.svg", "EXA2_EXT0000021.1_ELAVL1_U2AF2.png"]
    root = xml.parse(svg).getroot()
    size = int(root.attrib["width"]), int(float(root.attrib["height"]))
    with Image.open(png) as image:
        assert abs(image.size[0] - 2 * size[0]) + abs(image.size[1] - 2 * size[1]) <= 4
        assert image.getpixel((2, 2))[:3] == (255, 255, 255)


def test_an_unknown_gene_is_said_and_a_typed_one_is_drawn(visit: Visit, url: str) -> None:
    box = f"const box = {ROOT}.querySelector('.gene'); box.value = '%s'; box.dispatchEvent(new Event('%s'))"
    options = "[...document.querySelectorAll('#transcript-genes option')].map(({ value }) => value)"
    results: list[Any] = sound(
        visit(
            f"{url}#view=transcript&gene=EXA99",
            READY,
            {"until": f"{STATE}.includes('not in the gene models') && {STATE}"},
            {"run": box % ("exa", "input")},
            {"until": f"{options}.length && {options}"},
            {"run": box % ("exa1", "change")},
            DRAWN,
            {"run": f"{VIEW}.data.gene"},
            {"until": "location.hash.includes('gene=EXA1&') && location.hash"},
        )
    )
    assert "similar names: EXA" in results[1]
    assert results[3][0] == "EXA1"
    assert results[6] == "EXA1"


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)])
def test_the_view_is_accessible_and_fits_its_window(visit: Visit, url: str, width: int, dark: bool) -> None:
    wide = "document.documentElement.scrollWidth <= innerWidth"
    steps = (READY, DRAWN, ACCESS, {"run": wide}, shot(f"transcript_{width}"))
    results = sound(visit(f"{url}{AT}&heat=all", *steps, width=width, dark=dark))
    assert results[2:4] == [[], True]


def test_a_record_of_a_run_on_transcripts_is_drawn(visit: Visit, tmp_path: Path) -> None:
    letters = "ACGUUUUAUUUGCAUUUAUUUUGCCA" * 12
    (tmp_path / "rna.fa").write_text(f">first CDS=11-40\n{letters}\n>second\n{letters[5:]}\n")
    runs.scan(tmp_path, tmp_path / "run", fasta=tmp_path / "rna.fa", gtf=None, transcripts=True)
    server, address = serve_run(tmp_path / "run")
    with server:
        at = f"{address}#view=transcript&gene=first"
        score = f"{VIEW}.picture.scoreAt(runPage.run.groups[0], 100.5)"
        state = f"[{VIEW}.data.coding, {VIEW}.data.length, {score} >= 0]"
        results = sound(visit(at, READY, DRAWN, {"run": state}, shot("transcript_record")))
    assert results[2] == [[10, 40], len(letters), True]


def test_a_site_of_a_spliced_run_has_a_box_in_each_of_its_exons(visit: Visit, tmp_path: Path) -> None:
    example = runs.copy_example(tmp_path / "example")
    options = {"gene": ("EXA1", "EXB2"), "modalities": "sequence", "threshold": 0.02}
    runs.scan(example, tmp_path / "run", spliced=True, **options)
    table = runs.table(tmp_path / "run")
    site = table[table.junctions != "0"].sort_values("score").iloc[-1]
    server, address = serve_run(tmp_path / "run")
    with server:
        at = f"{address}#view=transcript&gene={site.gene_name}&transcript={site.transcript}"
        boxes = (
            f"[...{ROOT}.querySelectorAll('.site')].find((node) => node.getAttribute('aria-label')"
            f".startsWith('{site['name']},')).querySelectorAll('rect').length"
        )
        results = sound(visit(at, READY, DRAWN, {"run": boxes}, shot("transcript_spliced")))
    assert results[2] >= 3  # two boxes and the summit
