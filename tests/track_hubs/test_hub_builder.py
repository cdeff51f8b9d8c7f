"""Hubs of finished runs: in place, in a new folder, of several runs, with their genome."""

from __future__ import annotations

import json
import xml.etree.ElementTree as xml
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from track_hubs.check.hub_check import check
from track_hubs.file_records import make_file_record
from track_hubs.hub_builder import build_hub
from track_hubs.manifest import HubError, from_json
from track_hubs.manifest_file import read_manifest
from track_hubs.render import render
from track_hubs.stanzas import parse_stanzas

NewRun = Callable[..., Path]
FASTA = ">chrA\n" + "A" * 12_000 + "\n>chrB\n" + "cN" * 2_000 + "\n"
SIZES = "chrA 12000\nchrB 4000\n"


@pytest.fixture
def two_runs(tmp_path: Path, new_run: NewRun) -> list[Path]:
    """Two runs in folders with awkward names."""
    folders = [tmp_path / "run one", tmp_path / "deep" / "zwei <2>"]
    for folder in folders:
        folder.mkdir(parents=True)
        new_run(folder)
    return folders


def tracks_in(hub: Path) -> list[dict[str, str]]:
    return [s.settings for s in parse_stanzas(hub.read_text(encoding="utf-8")) if s.kind == "track"]


def test_one_run_in_its_place(run: Path) -> None:
    written = render(run)
    first = {path: path.read_bytes() for path in written}
    for path in written:
        path.unlink()
    assert {path: path.read_bytes() for path in build_hub([run])} == first
    listed = read_manifest(run).files
    assert {str(path.relative_to(run)) for path in first} < set(listed)
    assert all(make_file_record(run / name) == record for name, record in listed.items())


def test_several_runs_make_one_hub(two_runs: list[Path], tmp_path: Path) -> None:
    (tmp_path / "sizes").write_text(SIZES)
    written = build_hub(two_runs, tmp_path / "hub")
    assert written[0] == tmp_path / "hub" / "hub.txt"
    assert check(tmp_path / "hub", tmp_path / "sizes", hubcheck=False).findings == ()
    tracks = tracks_in(written[0])
    assert [t["track"] for t in tracks if "superTrack" in t] == ["run_run_one", "run_zwei_2"]
    urls = {t["bigDataUrl"] for t in tracks if "bigDataUrl" in t}
    assert "../run%20one/tracks/ELAVL1.plus.bw" in urls
    assert "../deep/zwei%20%3C2%3E/tracks/ELAVL1.plus.bw" in urls
    assert all((tmp_path / "hub" / unquote(url)).is_file() for url in urls)
    groups = {t["shortLabel"] for t in tracks if t.get("container")}
    assert "ELAVL1 (run one.." in groups
    page = (tmp_path / "hub" / "descriptions" / "run.html").read_text(encoding="utf-8")
    assert "zwei &lt;2&gt;" in page
    assert "zwei <2>" not in page
    assert {path: path.read_bytes() for path in build_hub(two_runs, tmp_path / "hub")} == {
        path: path.read_bytes() for path in written
    }


def session_of(path: Path) -> dict[str, list[str]]:
    """Genome, files and tracks with data that a session of IGV names."""
    session = xml.parse(path).getroot()
    return {
        "genome": [session.get("genome") or ""],
        "files": [item.get("path") or "" for item in session.iter("Resource")],
        "tracks": [item.get("id") or "" for item in session.iter("Track") if "." in (item.get("id") or "")],
    }


def test_a_session_of_several_runs_tells_their_files_apart(two_runs: list[Path], tmp_path: Path) -> None:
    """IGV goes by the names of local files alone, which are the same in both runs, unless paths are absolute."""
    build_hub(two_runs, tmp_path / "hub")
    session = session_of(tmp_path / "hub" / "igv_session.xml")
    assert session["files"][0] == str(tmp_path / "run one" / "tracks" / "ELAVL1.plus.bw")
    assert all(Path(path).is_file() for path in session["files"])
    assert set(session["tracks"]) == set(session["files"])


def test_a_session_with_addresses(own_genome_run: Path, two_runs: list[Path], tmp_path: Path) -> None:
    written = build_hub([own_genome_run], url_base="https://a.org/b c/")[-1]
    assert written == own_genome_run / "igv_session_web.xml"
    session = session_of(written)
    assert session["genome"] == ["https://a.org/b%20c/mini.fa"]
    assert "https://a.org/b%20c/tracks/hnRNP%20C.minus.bw" in session["files"]
    assert set(session["tracks"]) == set(session["files"])
    assert session_of(own_genome_run / "igv_session.xml")["genome"] == ["mini.fa"]
    session = session_of(build_hub(two_runs, tmp_path / "hub", url_base="http://a.org/hub")[-1])
    assert session["genome"] == ["hg19"]
    assert "http://a.org/deep/zwei%20%3C2%3E/hits/ELAVL1.bed.gz" in session["files"]


def test_runs_that_an_address_does_not_reach(two_runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(HubError, match=r"^\.\./run one/\S+ is outside of what https://a.org/ can serve; put the hub"):
        build_hub(two_runs, tmp_path / "hub", url_base="https://a.org/")
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize("name", ["\"quoted\" 'run'", "<b>&amp;", "lauf α é", "100% #1?", "%20", "a;b=c,d"])
def test_a_run_in_a_folder_of_any_name(name: str, tmp_path: Path, new_run: NewRun) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / "sizes").write_text(SIZES)
    run = new_run(tmp_path / name)
    hub = build_hub([run], tmp_path / "hub", url_base="https://a.org/hub")[0]
    assert check(hub, tmp_path / "sizes", hubcheck=False).findings == ()
    files = session_of(hub.parent / "igv_session.xml")["files"]
    assert all((hub.parent / path).is_file() for path in files)
    addresses = session_of(hub.parent / "igv_session_web.xml")["files"]
    assert [unquote(urlsplit(address).path) for address in addresses] == [path.removeprefix("..") for path in files]


def test_a_group_of_one_run_keeps_its_name(two_runs: list[Path], tmp_path: Path) -> None:
    manifest = two_runs[1] / "manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["tracks"] = [track for track in data["tracks"] if track["group"] == "ELAVL1"]
    manifest.write_text(json.dumps(data), encoding="utf-8")
    hub = build_hub(two_runs, tmp_path / "hub")[0]
    names = {track["track"] for track in tracks_in(hub)}
    assert {"ELAVL1_run_one_score", "ELAVL1_zwei_2_score", "hnRNP_C_co_score"} < names


def test_runs_of_one_name(tmp_path: Path, new_run: NewRun) -> None:
    folders = [tmp_path / part / "out" for part in "ab"]
    for folder in folders:
        folder.mkdir(parents=True)
        new_run(folder)
    hub = build_hub(folders, tmp_path / "hub")[0]
    assert {t["shortLabel"] for t in tracks_in(hub) if "superTrack" in t} == {"out_1", "out_2"}


def change(folder: Path, **assembly: object) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["assembly"].update(assembly)
    path.write_text(json.dumps(data), encoding="utf-8")


def test_runs_of_other_assemblies_are_refused(two_runs: list[Path], tmp_path: Path) -> None:
    change(two_runs[1], id="hg38")
    with pytest.raises(HubError, match=r"run one is on hg19, .*zwei <2> on hg38.*give runs of one genome"):
        build_hub(two_runs, tmp_path / "hub")
    change(two_runs[1], id="hg19", sizes={"chrA": 11_000})
    with pytest.raises(HubError, match=r"chrA is 12,000 nt long in .*11,000 nt in"):
        build_hub(two_runs, tmp_path / "hub")
    assert not (tmp_path / "hub").exists()


def test_folders_that_are_refused(two_runs: list[Path], tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").touch()
    (tmp_path / "file").touch()
    for runs, out, says in (
        (two_runs, None, "name it"),
        (two_runs, two_runs[0], "is one of the runs"),
        ([two_runs[0], two_runs[0]], tmp_path / "hub", "named twice"),
        (two_runs[:1], two_runs[1], "has a run in it"),
        (two_runs, tmp_path / "full", "has files that are not a hub"),
        (two_runs, tmp_path / "file", "cannot be written"),
        ([tmp_path / "nowhere"], None, "no manifest.json"),
    ):
        with pytest.raises(HubError, match=says) as caught:
            build_hub(runs, out)
        assert "\n" not in str(caught.value)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.doc"]


def test_a_genome_goes_with_the_hub(own_genome_run: Path) -> None:
    (own_genome_run / "mini.fa").write_text(FASTA)
    hub = build_hub([own_genome_run], own_genome=True)[0]
    genome = parse_stanzas(hub.read_text(encoding="utf-8"))[1].settings
    assert genome["twoBitPath"] == "genome/mini.2bit"
    assert (own_genome_run / genome["chromSizes"]).read_text() == "chrA\t12000\nchrB\t4000\n"
    assert check(own_genome_run, hubcheck=False).findings == ()
    manifest = from_json((own_genome_run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.assembly.two_bit == "genome/mini.2bit"
    assert build_hub([own_genome_run])[0].read_bytes() == hub.read_bytes()
    (own_genome_run / "genome/mini.2bit").unlink()
    with pytest.raises(HubError, match=r"mini.2bit: is listed in manifest.json but missing"):
        build_hub([own_genome_run])


def test_a_genome_that_is_not_that_of_the_run(run: Path, own_genome_run: Path, tmp_path: Path) -> None:
    with pytest.raises(HubError, match="contig chrA is 4 nt long, but 12,000 nt long in the run"):
        build_hub([own_genome_run], own_genome=True)
    assert not list((own_genome_run / "genome").iterdir())
    change(own_genome_run, fasta=None)
    with pytest.raises(HubError, match=r"the run has no copy of mini; pass its FASTA \(--fasta\)"):
        build_hub([own_genome_run], own_genome=True)
    (tmp_path / "other.fa").write_text(FASTA)
    build_hub([own_genome_run], own_genome=True, fasta=tmp_path / "other.fa")
    assert (own_genome_run / "genome/mini.2bit").is_file()


def test_a_web_session_of_an_earlier_hub_does_not_stay(own_genome_run: Path) -> None:
    build_hub([own_genome_run], url_base="https://a.org/out")
    assert (own_genome_run / "igv_session_web.xml").is_file()
    build_hub([own_genome_run])
    assert not (own_genome_run / "igv_session_web.xml").exists()


def test_a_hub_with_an_address_holds_no_place_of_this_machine(two_runs: list[Path], tmp_path: Path) -> None:
    """Files of one name: only absolute paths or addresses tell them apart in IGV."""
    written = build_hub(two_runs, tmp_path / "hub", url_base="https://a.org/hub", email="me@a.org")
    assert not [path for path in written if str(tmp_path) in path.read_text(encoding="utf-8")]


def test_a_genome_is_named_afterwards(own_genome_run: Path) -> None:
    build_hub([own_genome_run], assembly="calJac4", email="me@a.org")
    text = (own_genome_run / "hub.txt").read_text(encoding="utf-8")
    assert "genome calJac4\n" in text
    assert "email me@a.org\n" in text
    assert session_of(own_genome_run / "igv_session.xml")["genome"] == ["calJac4"]
    assert build_hub([own_genome_run])[0].read_text(encoding="utf-8") == text


def test_runs_of_one_unknown_name_and_no_common_contig_are_refused(two_runs: list[Path], tmp_path: Path) -> None:
    for run, contig in zip(two_runs, ("chrA", "chrB"), strict=True):
        change(run, id="mini", sizes={contig: 12_000})
    with pytest.raises(HubError, match="have no contig in common, and UCSC does not host mini"):
        build_hub(two_runs, tmp_path / "hub")
    build_hub(two_runs, tmp_path / "hub", assembly="calJac4")


def test_an_assembly_hub_opens_at_the_strongest_site(own_genome_run: Path) -> None:
    (own_genome_run / "mini.fa").write_text(FASTA)
    hub = build_hub([own_genome_run], own_genome=True)[0]
    genome = parse_stanzas(hub.read_text(encoding="utf-8"))[1].settings
    assert genome["defaultPos"] == "chrA:4351-5850"
    assert xml.parse(own_genome_run / "igv_session.xml").getroot().get("locus") == "chrA:4351-5850"


def test_the_strongest_site_may_be_of_another_group_than_the_first(own_genome_run: Path) -> None:
    (own_genome_run / "mini.fa").write_text(FASTA)
    path = own_genome_run / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["tracks"].sort(key=lambda track: track["group"] == "ELAVL1")
    path.write_text(json.dumps(data), encoding="utf-8")
    hub = build_hub([own_genome_run], own_genome=True)[0]
    assert parse_stanzas(hub.read_text(encoding="utf-8"))[1].settings["defaultPos"] == "chrA:4351-5850"
