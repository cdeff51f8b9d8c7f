"""Hubs of finished runs, built and checked again: what is written, what is said, and what is refused."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as xml
from pathlib import Path

import pybigtools
import pytest
from toy_runs import read_files

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf_effects import define_keys
from ideep_scan.jobs.hub import HubSummary, run
from ideep_scan.jobs.hub_settings import HubSettings
from ideep_scan.jobs.output_folder.lock import locked_folder

SCORED = "RBP=G|ELAVL1|+|.|.|0.9000|0.1000|-0.8000|3|lost|.,G|QKI|+|.|.|0.1000|0.3000|0.2000|3|none|."
PUBLIC = {"url_base": "https://a.org/b", "email": "me@a.org"}


@pytest.fixture
def out(complete_run: Path, tmp_path: Path) -> Path:
    """Copy of a finished run."""
    shutil.copytree(complete_run, tmp_path / "run")
    return tmp_path / "run"


def build(*folders: Path, **fields: object) -> HubSummary:
    return run(HubSettings(folders, **fields))  # type: ignore[arg-type]


def test_a_run_that_is_built_again_stays_as_it_is(out):
    before = read_files(out)
    summary = build(out)
    assert read_files(out) == before
    assert summary.hubs == (out / "hub.txt",)
    assert (summary.findings, summary.addresses) == ((), ())


def test_a_check_changes_nothing_and_names_what_it_finds(out):
    before = read_files(out)
    (hosting,) = build(out, check_only=True).findings
    assert "UCSC does not host the genome example" in hosting
    assert read_files(out) == before
    (track,) = [name for name in before if name.endswith("plus.bw")]
    (out / track).write_bytes(b"no bigWig")
    before = read_files(out)
    findings = build(out, check_only=True).findings
    assert len(findings) > 1
    assert all(finding.startswith(f"{out}/") and "\n" not in finding for finding in findings)
    assert any("plus.bw" in finding for finding in findings)
    assert read_files(out) == before


def test_a_public_hub_has_addresses_for_each_browser(out):
    addresses = dict(build(out, **PUBLIC).addresses)
    assert addresses["hub, for any browser"] == "https://a.org/b/hub.txt"
    assert addresses["IGV desktop"] == "https://a.org/b/igv_session_web.xml"
    assert addresses["UCSC"].startswith("does not host example: say --assembly-hub")
    addresses = dict(build(out, **PUBLIC, assembly_hub=True).addresses)
    assert addresses["UCSC"].endswith("hgTracks?genome=example&hubUrl=https%3A%2F%2Fa.org%2Fb%2Fhub.txt")


def test_a_public_hub_needs_an_address_for_questions(out):
    before = read_files(out)
    with pytest.raises(InputError, match=r"give an address for their questions \(--email ADDRESS\)"):
        build(out, url_base="https://a.org/b")
    assert read_files(out) == before


def test_a_web_session_that_is_removed_is_said(out):
    build(out, **PUBLIC)
    assert (out / "igv_session_web.xml").is_file()
    assert any("igv_session_web.xml of an earlier hub is removed" in note for note in build(out).notes)
    assert not (out / "igv_session_web.xml").exists()


def test_a_hub_of_several_runs_has_a_folder_of_its_own(out, tmp_path):
    shutil.copytree(out, tmp_path / "second")
    before = read_files(out)
    summary = build(out, tmp_path / "second", out=tmp_path / "hub")
    assert summary.hubs == (tmp_path / "hub" / "hub.txt",)
    assert any("igv_session.xml holds absolute paths of this machine" in note for note in summary.notes)
    assert len(summary.notes) == len(set(summary.notes))
    assert read_files(out) == before


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url_base": "a.org", "email": "me@a.org"}, "--url-base must begin with http"),
        ({"fasta": Path("x.fa")}, "pass --assembly-hub too"),
        ({"email": "me"}, "is not an e-mail address"),
        ({"chrom_sizes": Path("none")}, "none"),
        ({"assembly": "../hg19"}, "is not a name"),
    ],
)
def test_what_cannot_be_built_is_one_line(out, fields, reason):
    with pytest.raises(InputError, match=reason) as caught:
        build(out, **fields)
    assert "\n" not in str(caught.value)


def test_a_name_that_ucsc_does_not_have_is_a_note(out):
    assert any("UCSC has no genome GRCx1" in note for note in build(out, assembly="GRCx1").notes)
    assert "genome GRCx1" in (out / "hub.txt").read_text().splitlines()


def test_a_folder_that_is_not_a_run_is_one_line(out, tmp_path):
    with pytest.raises(InputError, match=r"no manifest\.json"):
        build(tmp_path / "none")
    with pytest.raises(InputError, match="no such hub"):
        build(tmp_path / "none", check_only=True)
    with pytest.raises(InputError, match="named twice"):
        build(out, out, out=tmp_path / "hub")
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps({**manifest, "version": 99}))
    with pytest.raises(InputError, match="update the program"):
        build(out)


def test_a_run_that_is_being_written_is_not_built(out):
    with locked_folder(out), pytest.raises(Exception, match="another") as caught:
        build(out)
    assert "\n" not in str(caught.value)


def write_vcf(path: Path, info: str = SCORED) -> Path:
    lines = ["##fileformat=VCFv4.3", *define_keys(False, "test"), "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    lines += [f"exA\t{pos}\trs{pos}\tA\tG\t.\t.\t{info}" for pos in (20_000, 700)]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_variants_are_a_track_of_the_run_until_others_replace_them(out, tmp_path):
    before = json.loads((out / "manifest.json").read_text())
    vcf = write_vcf(tmp_path / "in.vcf")
    for _ in range(2):
        summary = build(out, variants=vcf)
        assert (summary.findings, summary.hubs) == ((), (out / "hub.txt",))
        manifest = json.loads((out / "manifest.json").read_text())
        (track,) = [track for track in manifest["tracks"] if track["role"] == "variants"]
        assert (track["path"], track["count"]) == ("variants/variants.bb", 4)
        assert manifest["files"].keys() - before["files"].keys() == {track["path"], "descriptions/variants.html"}
        assert len(manifest["tracks"]) == len(before["tracks"]) + 1
    with pybigtools.open(str(out / "variants/variants.bb")) as bigbed:
        assert [row[0] for row in bigbed.records("exA")] == [699, 699, 19_999, 19_999]
    resources = xml.parse(out / "igv_session.xml").getroot().iter("Resource")
    assert "variants/variants.bb" in {resource.get("path") for resource in resources}
    (finding,) = build(out, check_only=True).findings
    assert "UCSC does not host the genome example" in finding
    written = read_files(out)
    build(out)
    assert read_files(out) == written


def test_a_joint_hub_has_variants_of_its_own_beside_those_of_its_runs(out, tmp_path):
    shutil.copytree(out, tmp_path / "second")
    build(out, variants=write_vcf(tmp_path / "in.vcf"))
    summary = build(out, tmp_path / "second", out=tmp_path / "hub", variants=tmp_path / "in.vcf")
    assert summary.findings == ()
    text = (tmp_path / "hub" / "hub.txt").read_text()
    assert "bigDataUrl variants/variants.bb" in text
    assert "bigDataUrl ../run/variants/variants.bb" in text
    build(out, tmp_path / "second", out=tmp_path / "hub", variants=tmp_path / "in.vcf", **PUBLIC)
    session = (tmp_path / "hub" / "igv_session_web.xml").read_text()
    assert "https://a.org/b/variants/variants.bb" in session


def test_variants_that_cannot_be_shown_change_nothing(out, tmp_path):
    before = read_files(out)
    with pytest.raises(InputError, match="no record has an effect"):
        build(out, variants=write_vcf(tmp_path / "in.vcf", "."))
    assert read_files(out) == before
    with pytest.raises(InputError, match="no record has an effect"):
        build(out, out=tmp_path / "hub", variants=tmp_path / "in.vcf")
    build(out, out=tmp_path / "hub")


def test_a_check_takes_no_variants(out, tmp_path):
    with pytest.raises(InputError, match="--check leaves hubs as they are"):
        build(out, check_only=True, variants=write_vcf(tmp_path / "in.vcf"))


def test_variants_are_withdrawn(out, tmp_path):
    before = read_files(out)
    build(out, variants=write_vcf(tmp_path / "in.vcf"))
    build(out, out=tmp_path / "hub")
    assert "../run/variants/variants.bb" in (tmp_path / "hub" / "hub.txt").read_text()
    build(out, out=tmp_path / "hub", variants=tmp_path / "in.vcf")
    build(out, out=tmp_path / "hub", no_variants=True)
    assert "variants" not in (tmp_path / "hub" / "hub.txt").read_text()
    assert not (tmp_path / "hub" / "variants" / "variants.bb").exists()
    build(out, no_variants=True)
    assert {name: data for name, data in read_files(out).items() if data != b"folder"} == before
    for others in ({"variants": tmp_path / "in.vcf"}, {"check_only": True}):
        with pytest.raises(InputError, match="--no-variants"):
            build(out, no_variants=True, **others)
