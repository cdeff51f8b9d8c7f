"""What a run on the whole example leaves, read by other libraries than those that wrote it."""

from __future__ import annotations

import json
import re
import socket
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyBigWig
import pysam
import pytest
import runs

from ideep_scan.formats.input_file import InputFile
from ideep_scan.jobs.output_folder.run_log import RUN_LOG
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.version import __version__
from track_hubs.check.hub_check import check

HALF = 50
SIDES = runs.SIDES


@pytest.fixture(scope="module")
def manifest(complete_run: Path) -> dict[str, Any]:
    return json.loads((complete_run / "manifest.json").read_text())


@pytest.fixture(scope="module")
def transcribed(example: Path) -> dict[tuple[str, str], np.ndarray]:
    """Which positions lie in a transcript of the strand."""
    names = ["chrom", "source", "feature", "start", "end", "score", "strand", "frame", "attributes"]
    rows = pd.read_csv(example / "genes.gtf", sep="\t", comment="#", names=names)
    out = {(chrom, strand): np.zeros(length, bool) for chrom, length in runs.LENGTHS.items() for strand in SIDES}
    for row in rows[rows["feature"] == "transcript"].itertuples():
        out[row.chrom, row.strand][row.start - 1 : row.end] = True
    return out


@pytest.fixture(scope="module")
def known(example: Path) -> dict[str, np.ndarray]:
    """Which positions can be scored: base known, at most ten of the window's 101 unknown."""
    out = {}
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        for chrom in fasta.references:
            letters = np.frombuffer(fasta.fetch(chrom).upper().encode(), np.uint8)
            unknown = np.pad(~np.isin(letters, list(b"ACGT")), HALF, constant_values=True)
            total = np.concatenate([[0], np.cumsum(unknown)])
            out[chrom] = (total[101:] - total[:-101] <= 10) & ~unknown[HALF:-HALF]
    return out


def test_files_are_those_promised_and_no_others(complete_run: Path) -> None:
    ends = (".bed.gz", ".bed.gz.tbi", ".bb", ".tsv.gz")
    hits = {f"{what}/ELAVL1{end}" for what in ("hits", "motifs") for end in ends}
    about = {"descriptions/ELAVL1.html", "descriptions/run.html"}
    pages = {"manifest.json", RUN_LOG, "hub.txt", "igv_session.xml", "index.html", *about}
    genome = {f"example.fa.gz{end}" for end in ("", ".fai", ".gzi")} | {"genes.bed.gz", "genes.bed.gz.tbi"}
    tracks = {"tracks/ELAVL1.plus.bw", "tracks/ELAVL1.minus.bw"}
    assert runs.files(complete_run) == hits | pages | tracks | {f"genome/{name}" for name in genome}


@pytest.mark.parametrize("strand", SIDES)
def test_bigwig_holds_the_scores_to_three_decimals(strand: str, complete_run: Path, scores: runs.Scores) -> None:
    held = runs.track(complete_run, strand)
    assert {chrom: values.size for chrom, values in held.items()} == runs.LENGTHS
    for chrom, values in held.items():
        np.testing.assert_array_equal(np.isnan(values), np.isnan(scores[chrom, strand]))
        np.testing.assert_allclose(values, scores[chrom, strand], rtol=0, atol=0.0005 + 1e-5)
        results = values[~np.isnan(values)]
        np.testing.assert_allclose(results, np.round(results, 3), rtol=0, atol=1e-6)
        assert np.unique(results).size > 100


def test_transcribed_strands_are_scored_wherever_bases_are_known_and_nothing_else_is(
    complete_run: Path, transcribed: dict[tuple[str, str], np.ndarray], known: dict[str, np.ndarray]
) -> None:
    for strand in SIDES:
        for chrom, values in runs.track(complete_run, strand).items():
            np.testing.assert_array_equal(~np.isnan(values), transcribed[chrom, strand] & known[chrom])


def bed_rows(path: Path) -> list[list[str]]:
    with pysam.TabixFile(str(path), encoding="utf-8") as file:
        return [row.split("\t") for chrom in file.contigs for row in file.fetch(chrom)]


def test_bed_of_sites_is_sorted_and_agrees_with_the_track(complete_run: Path) -> None:
    rows = bed_rows(complete_run / "hits" / "ELAVL1.bed.gz")
    places = [(list(runs.LENGTHS).index(row[0]), int(row[1]), int(row[2])) for row in rows]
    assert rows
    assert places == sorted(places)
    tracks = {strand: runs.track(complete_run, strand) for strand in SIDES}
    for chrom, start, end, name, score, strand, thick_start, thick_end, color in rows:
        values = tracks[strand][chrom][int(start) : int(end)]
        summit = int(thick_start)
        assert int(start) <= summit < int(end)
        assert int(thick_end) == summit + 1
        assert int(score) == pytest.approx(1000 * values[summit - int(start)], abs=1)
        assert max(summit - int(start), int(end) - 1 - summit) <= 50
        assert values[0] >= 0.4995
        assert values[-1] >= 0.4995
        assert re.fullmatch(r"\S+:\d+", name)
        assert re.fullmatch(r"\d+,\d+,\d+", color)


def test_sites_hold_every_position_at_the_threshold(complete_run: Path, scores: runs.Scores) -> None:
    rows = runs.table(complete_run)
    for (chrom, strand), values in scores.items():
        inside = np.zeros(values.size, bool)
        for site in rows[(rows["chrom"] == chrom) & (rows["strand"] == strand)].itertuples():
            inside[site.start : site.end] = True
            assert site.score == pytest.approx(values[site.summit], abs=1e-5)
            best = np.nanmax(values[site.start : site.end])
            near = rows[(rows["chrom"] == chrom) & (rows["strand"] == strand) & (rows["score"] > site.score)]
            if best > site.score + 1e-5:  # a slope of a higher summit within twice the reach
                assert (abs(near["summit"] - site.summit) <= 100).any()
        assert inside[np.nan_to_num(values) >= 0.5 + 1e-5].all()


@pytest.mark.parametrize(("what", "extra"), [("hits", 14), ("motifs", 5)])
def test_bigbed_bed_and_table_say_the_same(what: str, extra: int, complete_run: Path) -> None:
    rows = runs.table(complete_run, what)
    bed = bed_rows(complete_run / what / "ELAVL1.bed.gz")
    with pyBigWig.open(str(complete_run / what / "ELAVL1.bb")) as file:
        assert file.isBigBed()
        assert dict(file.chroms()) == runs.LENGTHS
        big = [
            [chrom, str(start), str(end), *rest.split("\t")]
            for chrom, length in runs.LENGTHS.items()
            for start, end, rest in file.entries(chrom, 0, length)
        ]
        declared = file.SQL().decode() if isinstance(file.SQL(), bytes) else file.SQL()
    assert len(rows) == len(big) == len(bed) > 0
    plain = len(bed[0])
    assert [row[:plain] for row in big] == bed
    assert {len(row) for row in big} == {plain + extra} == {declared.count(";")}
    for column, at in (("chrom", 0), ("name", 3), ("strand", 5)):
        assert rows[column].tolist() == [row[at] for row in big]
    for column, at in (("start", 1), ("end", 2)):
        assert rows[column].tolist() == [int(row[at]) for row in big]
    raw = plain if what == "hits" else plain + 3
    np.testing.assert_allclose(rows["score"], [float(row[raw]) for row in big], rtol=1e-6)
    if what == "hits":
        assert rows["summit"].tolist() == [int(row[6]) for row in big]
        columns = [
            "p_value",
            "precision",
            "rank_in_gene",
            "rank_in_run",
            "driver",
            "motif",
            "motif_name",
            "motif_protein",
            "motif_origin",
            "gene_name",
            "gene_id",
            "region",
            "sequence",
        ]
        assert rows[columns].to_numpy().tolist() == [row[plain + 1 :] for row in big]


def test_table_of_sites_names_gene_region_and_sequence(complete_run: Path, example: Path) -> None:
    rows = runs.table(complete_run)
    assert set(rows["region"]) <= {"3'UTR", "5'UTR", "CDS", "intron", "exon"}
    p, precision = rows["p_value"].astype(float), rows["precision"].astype(float)
    assert ((p > 0) & (p <= 1) & (precision > 0) & (precision < 1)).all()
    by_score = rows["score"].to_numpy().argsort(kind="stable")
    assert (np.diff(p.to_numpy()[by_score]) <= 0).all(), "the higher the score, the smaller the p"
    assert (np.diff(precision.to_numpy()[by_score]) >= 0).all(), "the higher the score, the higher the precision"
    assert set(rows["driver"]) <= {"sequence", "region", "."} != set(rows["driver"])
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        for site in rows.itertuples():
            letters = fasta.fetch(site.chrom, site.summit - HALF, site.summit + HALF + 1).upper()
            if site.strand == "-":
                letters = letters[::-1].translate(str.maketrans("ACGT", "TGCA"))
            assert site.sequence == letters.replace("T", "U")
            assert site.gene_name.startswith(site.chrom.upper())
            assert site.name.split(":")[0] == site.gene_name


def test_motif_hits_lie_in_the_windows_of_sites(complete_run: Path) -> None:
    sites, hits = runs.table(complete_run), runs.table(complete_run, "motifs")
    for hit in hits.itertuples():
        near = sites[(sites["chrom"] == hit.chrom) & (sites["strand"] == hit.strand)]
        assert ((near["summit"] - HALF <= hit.start) & (hit.end <= near["summit"] + HALF + 1)).any()
    assert not hits.duplicated(["chrom", "start", "end", "motif", "strand"]).any()
    assert set(sites["motif"]) - {"."} <= set(hits["motif"])
    names = ["motif_name", "motif_protein", "motif_origin"]
    assert set(map(tuple, sites[names].to_numpy())) <= {
        (".", ".", "."),
        *map(tuple, hits[["name", "match", "origin"]].to_numpy()),
    }
    assert hits["name"].str.fullmatch(r"[A-Z0-9]+_[ACGURYSWKMBDHVN]+").all()


def test_hub_session_and_page_name_files_that_are_there(complete_run: Path) -> None:
    hub = (complete_run / "hub.txt").read_text()
    urls = re.findall(r"^(?:bigDataUrl|html) (\S+)$", hub, re.MULTILINE)
    assert "useOneFile on" in hub
    assert {"tracks/ELAVL1.plus.bw", "tracks/ELAVL1.minus.bw", "hits/ELAVL1.bb", "motifs/ELAVL1.bb"} <= set(urls)
    session = xml.parse(complete_run / "igv_session.xml").getroot()
    urls += [element.attrib["path"] for element in session.iter("Resource")] + [session.attrib["genome"]]
    page = (complete_run / "index.html").read_text()
    urls += [link for link in re.findall(r'(?:href|src)="([^"#]+)"', page) if not re.match("https?:|data:", link)]
    for url in urls:
        assert (complete_run / url).is_file(), url


def test_manifest_lists_each_file_with_what_it_holds(complete_run: Path, manifest: dict[str, Any]) -> None:
    counts = {track["path"]: track["count"] for track in manifest["tracks"]}
    for strand in SIDES:
        values = np.concatenate(list(runs.track(complete_run, strand).values()))
        assert counts[f"tracks/ELAVL1.{SIDES[strand]}.bw"] == np.count_nonzero(~np.isnan(values))
    for what in ("hits", "motifs"):
        rows = len(runs.table(complete_run, what))
        assert [counts[f"{what}/ELAVL1.{end}"] for end in ("bb", "bed.gz", "tsv.gz")] == [rows] * 3
    assert manifest["assembly"]["sizes"] == runs.LENGTHS
    assert manifest["assembly"]["fasta"] == "genome/example.fa.gz"


def test_receipts_are_complete(complete_run: Path, manifest: dict[str, Any], example: Path) -> None:
    receipts = manifest["receipts"]
    bundle = load_bundle(find_entries(["ELAVL1"], list_entries(IDEEP))[0].path)
    assert receipts["tool"] == f"ideep-scan {__version__}"
    assert receipts["models"] == {"ELAVL1": bundle.digest}
    assert receipts["features"] == bundle.spec.digest
    assert receipts["fasta"] == InputFile(example / "example.fa.gz").digest()
    assert receipts["annotation"] == InputFile(example / "genes.gtf").digest()
    assert receipts["cobinding"] == {}
    assert (receipts["device"], receipts["precision"]) == ("cpu", "fp32")
    assert receipts["modalities"]["ELAVL1"][0] == "sequence"
    assert "region" in receipts["modalities"]["ELAVL1"]
    asked = receipts["settings"]
    assert asked["fasta"] == "example.fa.gz"
    assert (asked["stride"], asked["threshold"], asked["strand"], asked["gene"]) == (1, 0.5, "both", [])
    assert receipts["called"]["ELAVL1"]["threshold"] == 0.5
    values = sum(np.count_nonzero(~np.isnan(v)) for s in SIDES for v in runs.track(complete_run, s).values())
    assert receipts["positions"] == values
    assert receipts["sites"] == {"ELAVL1": len(runs.table(complete_run))}
    assert any("another annotation" in note and bundle.card["annotation"] in note for note in receipts["notes"])
    assert any("cobinding is not used" in note for note in receipts["notes"])
    assert not {"made", "seconds"} & receipts.keys()


def test_the_log_holds_time_and_machine_and_no_digest_covers_it(complete_run: Path, manifest: dict[str, Any]) -> None:
    log = json.loads((complete_run / RUN_LOG).read_text())
    assert log["seconds"] > 0
    assert log["host"] == socket.gethostname()
    assert (log["threads"], log["device"]) == (1, "cpu")
    assert RUN_LOG not in manifest["files"]
    assert RUN_LOG not in (complete_run / "index.html").read_text()
    assert check(complete_run, hubcheck=False, unknown_genome=False).findings == ()


def test_planted_sites_rank_far_above_the_rest_of_their_genes(
    example: Path, scores: runs.Scores, transcribed: dict[tuple[str, str], np.ndarray]
) -> None:
    names = ["chrom", "start", "end", "name", "score", "strand"]
    planted = pd.read_csv(example / "planted_sites.bed", sep="\t", names=names)
    ranks = []
    for site in planted[planted["name"] == "ELAVL1"].itertuples():
        on = transcribed[site.chrom, site.strand]
        left = site.start - int(np.argmin(on[: site.start][::-1]))
        right = site.end + int(np.argmin(on[site.end :]))
        locus = scores[site.chrom, site.strand][left:right]
        ranks.append(np.mean(locus[~np.isnan(locus)] < scores[site.chrom, site.strand][(site.start + site.end) // 2]))
    assert len(ranks) > 20
    assert np.mean(ranks) > 0.8


def test_a_second_run_gives_the_same_bytes(complete_run: Path, example: Path, tmp_path: Path) -> None:
    watcher = runs.Watcher()
    summary = runs.scan(example, tmp_path / "again", watcher)
    assert runs.data_files(tmp_path / "again") == runs.data_files(complete_run)
    assert watcher.expected is not None
    assert watcher.advanced == watcher.expected.planned
    assert summary.positions == watcher.expected.positions
    assert summary.sites == {"ELAVL1": len(runs.table(complete_run))}
    assert summary.notes == watcher.notes
