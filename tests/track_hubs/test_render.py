"""Hub, session and pages of a small run, parsed, and compared with the golden files.

A golden file that is missing is written anew by `test_the_golden_hub`, which then fails once.
"""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as xml
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pyBigWig
import pytest

from track_hubs.manifest import HubError, from_json, to_json
from track_hubs.render import render

GOLDEN = Path(__file__).resolve().parents[2] / "track_hubs" / "example"
ODD = 'hnRNP <C> & "co" α\''


def stanzas(text: str) -> list[dict[str, str]]:
    results = []
    for block in text.rstrip("\n").split("\n\n"):
        pairs = [line.split(" ", 1) for line in block.split("\n")]
        assert len({key for key, _ in pairs}) == len(pairs)
        results.append({pair[0]: pair[1] for pair in pairs})
    return results


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_golden_hub(run: Path) -> None:
    written = [path.relative_to(run) for path in render(run)] + [Path("manifest.json")]
    assert {str(path) for path in written} >= {"hub.txt", "igv_session.xml", "index.html", "descriptions/ELAVL1.html"}
    missing = [path for path in written if not (GOLDEN / path).exists()]
    for path in missing:
        (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
        (GOLDEN / path).write_bytes((run / path).read_bytes())
    assert not missing
    for path in written:
        assert (run / path).read_bytes() == (GOLDEN / path).read_bytes(), path
    assert tree(GOLDEN) == {str(path) for path in written}


def test_every_stanza_is_sound(run: Path) -> None:
    render(run)
    hub, genome, *tracks = stanzas((run / "hub.txt").read_text(encoding="utf-8"))
    assert hub["useOneFile"] == "on"
    assert hub["hub"].isidentifier()
    assert genome == {"genome": "hg19"}
    names = [track["track"] for track in tracks]
    assert len({name.lower() for name in names}) == len(names) == 1 + 2 * 3 + 1 + 2 + 2 * 2 + 1 + 4
    seen: set[str] = set()
    for track in tracks:
        assert track["track"].isidentifier()
        assert track["track"].isascii()
        assert 0 < len(track["shortLabel"]) <= 17
        assert 0 < len(track["longLabel"]) <= 76
        assert track.get("parent", track["track"]).split()[0] in seen | {track["track"]}
        seen.add(track["track"])
        assert (run / unquote(track["html"])).is_file()
        if "superTrack" not in track:
            assert "type" in track
        if "container" in track:
            assert (track["windowingFunction"], track["viewLimits"], track["autoScale"]) == ("maximum", "-1:1", "off")
        if track["track"].endswith(("_plus", "_minus")):
            is_minus = track["track"].endswith("_minus")
            assert track.get("negateValues", "off") == ("on" if is_minus else "off")
            assert track.get("altColor") == (track["color"] if is_minus else None)


def test_types_agree_with_the_files(run: Path) -> None:
    render(run)
    checked = set()
    for track in stanzas((run / "hub.txt").read_text(encoding="utf-8")):
        if "bigDataUrl" not in track:
            continue
        path = run / unquote(track["bigDataUrl"])
        kind, *rest = track["type"].split()
        checked.add(kind)
        with pyBigWig.open(str(path)) as file:
            assert file.isBigWig() == (kind == "bigWig")
            if kind == "bigBed":
                defined = int.from_bytes(path.read_bytes()[34:36], "little")
                fields = int.from_bytes(path.read_bytes()[32:34], "little")
                assert rest == [str(defined), "+"]
                assert file.SQL().decode().count(";") == fields
    assert checked == {"bigWig", "bigBed"}


def with_further_tracks(folder: Path, scores: bool = True) -> None:
    """Give ELAVL1 a copy of each score track as a further one, up to 6; with `scores` False it loses the scores."""
    manifest = from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    tracks = list(manifest.tracks)
    for track in manifest.of("ELAVL1", "score", "bigWig"):
        path = track.path.replace("ELAVL1.", "ELAVL1.deep.")
        (folder / path).write_bytes((folder / track.path).read_bytes())
        about = {"label": f"{track.label} deep", "long_label": f"{track.label}: how deep", "series": "deep"}
        tracks.append(replace(track, path=path, role="further", limits=(0.0, 6.0), **about))
        if not scores:
            tracks.remove(track)
    (folder / "manifest.json").write_text(to_json(replace(manifest, tracks=tuple(tracks))), encoding="utf-8")


@pytest.mark.parametrize("scores", [True, False])
def test_further_tracks_are_hidden_behind_the_score(run: Path, scores: bool) -> None:
    with_further_tracks(run, scores)
    render(run)
    results = {track.get("track"): track for track in stanzas((run / "hub.txt").read_text(encoding="utf-8"))}
    deep = results["ELAVL1_further_deep"]
    assert deep["parent"] == "run_An_example_run"
    assert deep["visibility"] == ("hide" if scores else "full")
    assert (deep["type"], deep["viewLimits"], deep["autoScale"]) == ("bigWig -6 6", "-6:6", "off")
    assert ("ELAVL1_score" in results) == scores
    if scores:
        assert results["ELAVL1_score"]["visibility"] == "full"
        assert results["ELAVL1_score"]["viewLimits"] == "-1:1"
    plus, minus = results["ELAVL1_further_deep_plus"], results["ELAVL1_further_deep_minus"]
    assert (plus["parent"], plus["type"], plus["bigDataUrl"]) == (
        "ELAVL1_further_deep", "bigWig 0 6", "tracks/ELAVL1.deep.plus.bw",
    )  # fmt: skip
    assert (minus["type"], minus["negateValues"]) == ("bigWig -6 0", "on")


def test_further_tracks_in_session_and_pages(run: Path) -> None:
    with_further_tracks(run)
    render(run)
    session = xml.parse(run / "igv_session.xml").getroot()
    merged = {track.get("id"): track for track in session.iter("Track") if track.find("Track") is not None}
    assert list(merged) == ["ELAVL1 score", "ELAVL1 deep", f"{ODD} score"]
    heights, tops = zip(
        *((track.get("height"), track.find("DataRange").get("maximum")) for track in merged.values()), strict=True
    )
    assert heights == ("80", "30", "80")
    assert tops == ("1.0", "6.0", "1.0")
    paths = [f"tracks/ELAVL1.deep.{strand}.bw" for strand in ("plus", "minus")]
    assert [member.get("id") for member in merged["ELAVL1 deep"].findall("Track")] == paths
    assert set(paths) < {resource.get("path") for resource in session.iter("Resource")}
    for page in ("index.html", "descriptions/ELAVL1.html"):
        shown = _Page((run / page).read_text(encoding="utf-8"))
        assert "ELAVL1 +: how deep" in shown.text
        assert paths[0] in shown.text


class _Page(HTMLParser):
    """Text, links and open tags of a page; it must close what it opens."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for key, value in attrs if key in ("href", "src")]
        if tag not in ("meta", "br", "link", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_without_a_network(run: Path) -> None:
    written = render(run)
    for path in [path for path in written if path.suffix == ".html"]:
        page = _Page(path.read_text(encoding="utf-8"))
        assert not {"img", "iframe"} & set(page.seen)
        assert {"script", "link"}.isdisjoint(page.seen) or path.name == "index.html"
        assert {"c", "genome.fa"}.isdisjoint(page.seen)
        assert "<genome.fa>" in page.text
        for link in page.links:
            own = (path.parent / unquote(link)).exists()
            assert own or link.startswith("https://genome.ucsc.edu/") or link == "data:,", link
    page = _Page((run / "index.html").read_text(encoding="utf-8"))
    assert ODD in page.text
    assert page.seen.count("svg") == 5 + 1  # pictures, and the logo of a card
    assert "chrB:689-713" in page.text


def test_many_groups_have_pictures_of_the_strongest_only(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("track_hubs.render._MOST_PICTURES", 1)
    render(run)
    page = (run / "index.html").read_text(encoding="utf-8")
    captions = re.findall("<figcaption>([^:]+): [^<]*, score ([0-9.]+)", page)
    groups = {group for group, _ in captions}
    scores = re.findall(r"<tr data-group.*?<td>([01]\.\d{3})</td>", page)
    assert len(groups) == 1
    assert max(score for _, score in captions) == max(scores)


def test_a_simulated_genome_says_so(own_genome_run: Path) -> None:
    render(own_genome_run)
    page = _Page((own_genome_run / "index.html").read_text(encoding="utf-8"))
    assert "This genome is simulated" in page.text
    assert "UCSC does not host this genome" in page.text
    assert not any(link.startswith("http") for link in page.links)


def test_a_run_without_sites_still_has_its_pages(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["tracks"] = [track for track in manifest["tracks"] if track["kind"] != "bigBed"]
    (run / "manifest.json").write_text(json.dumps(manifest))
    for path in (run / "hits").glob("*.bed.gz"):
        path.write_bytes(gzip.compress(b""))
    render(run)
    assert "No site reached the threshold" in (run / "index.html").read_text(encoding="utf-8")
    # Where the highest score is, as finely as a summary tells.
    for name in ("igv_session.xml", "index.html"):
        place = re.search(r"chrA:(\d+)-(\d+)", (run / name).read_text(encoding="utf-8"))
        assert place
        start, end = map(int, place.groups())
        assert start < 5100 < end
        assert end - start == 1499


def test_rendering_twice_changes_nothing(run: Path) -> None:
    first = {path: path.read_bytes() for path in render(run)}
    assert {path: path.read_bytes() for path in render(run)} == first


@pytest.mark.parametrize("gone", ["tracks/ELAVL1.plus.bw", "genes.bed", "manifest.json"])
def test_a_file_that_is_gone_is_named(run: Path, gone: str) -> None:
    (run / gone).unlink()
    before = tree(run)
    with pytest.raises(HubError, match=gone.split("/")[-1]):
        render(run)
    assert tree(run) == before


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("hits/ELAVL1.bed.gz", gzip.compress(b"chrA\tx\t3\n", mtime=0)),
        ("hits/ELAVL1.bed.gz", gzip.compress(b"chrA\t1\t3\n" * 50, mtime=0)[:30]),
        ("tracks/ELAVL1.plus.bw", b"nothing of the kind"),
        ("genes.bed", b"chrA\t5000\t6000\n"),
        ("manifest.json", b"\xff\xfe"),
    ],
)
def test_a_damaged_file_is_named(run: Path, path: str, content: bytes, capfd: pytest.CaptureFixture) -> None:
    (run / path).write_bytes(content)
    with pytest.raises(HubError, match=path.split("/")[-1]):
        render(run)
    assert not (run / "hub.txt").exists()
    capfd.readouterr()


def test_an_unwritable_folder_leaves_no_page(run: Path) -> None:
    (run / "descriptions").write_text("in the way")
    with pytest.raises(HubError, match="cannot be written"):
        render(run)
    assert not (run / "hub.txt").exists()
    assert not list(run.rglob("*.part"))
