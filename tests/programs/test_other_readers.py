"""A run's hub and tracks, read by programs that share no code with the writers.

@gmod/ucsc-hub and @gmod/bbi are what JBrowse 2 reads hubs with; pyBigWig is libBigWig, pybigtools a reader in Rust.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import numpy as np
import pybigtools
import pyBigWig
import pytest
import runs

from ideep_scan.formats.site_columns import MOTIFS, SITES
from ideep_scan.formats.variants.variant_bigbed import VARIANTS
from ideep_scan.jobs.variant_track import open_scored_vcf, write_variant_track
from track_hubs.manifest import Assembly
from track_hubs.stanzas import parse_stanzas

BROWSER = Path(__file__).resolve().parents[1] / "browser"
GOLDEN = Path(__file__).resolve().parents[2] / "track_hubs" / "example" / "hub.txt"
PROTEINS = ("ELAVL1", "U2AF2")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    example = runs.copy_example(folder / "example")
    runs.scan(example, folder / "a run", rbp=PROTEINS, regions="exA:1-40,000", tracks="score,neglog10p")
    return folder / "a run"


def node(script: str, *arguments: Path) -> Any:
    """What a script of tests/browser says; the test is skipped where it cannot run."""
    if shutil.which("node") is None:
        pytest.skip("no node on this machine")
    if not (BROWSER / "node_modules" / "@gmod").is_dir():
        pytest.skip("no packages of tests/browser/package.json on this machine")
    done = subprocess.run(["node", script, *arguments], cwd=BROWSER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hub_of(run: Path, hub: str) -> Path:
    return GOLDEN if hub == "golden" else run / "hub.txt"


@pytest.mark.parametrize("hub", ["golden", "fresh"])
def test_every_stanza_of_the_hub_is_read(run: Path, hub: str) -> None:
    path = hub_of(run, hub)
    read = node("read_hub.mjs", path)
    first, second, *tracks = parse_stanzas(path.read_text(encoding="utf-8"))
    assert (read["hub"], read["genome"]) == (first.settings, second.settings)
    assert read["tracks"] == {track.name: track.settings for track in tracks}
    assert list(read["tracks"]) == [track.name for track in tracks]


@pytest.mark.parametrize("hub", ["golden", "fresh"])
def test_tracks_stand_where_they_should_with_their_types(run: Path, hub: str) -> None:
    tracks = node("read_hub.mjs", hub_of(run, hub))["tracks"]
    above = {name: track.get("parent", "").split(" ")[0] for name, track in tracks.items()}
    (top,) = (name for name, track in tracks.items() if "superTrack" in track)
    for name, track in tracks.items():
        line = [name]
        while above[line[-1]]:
            line.append(above[line[-1]])
        assert line[-1] == top
        assert track.get("type", "").startswith(("bigWig", "bigBed")) or "bigDataUrl" not in track
    for name in ("ELAVL1_plus", "ELAVL1_minus"):
        assert (above[name], tracks[above[name]]["container"]) == ("ELAVL1_score", "multiWig")
    matrix = f"{top}_sites"
    assert (tracks["ELAVL1_sites"]["type"], above["ELAVL1_sites"]) == ("bigBed 9 +", f"{matrix}_sites")
    assert (tracks["ELAVL1_motifs"]["type"], above["ELAVL1_motifs"]) == ("bigBed 6 +", f"{matrix}_motifs")
    assert above[f"{matrix}_sites"] == above[f"{matrix}_motifs"] == matrix


def test_every_address_leads_to_a_file_of_its_type(run: Path) -> None:
    """As JBrowse 2 does it: joined to the address of hub.txt, the adapter by the type's first word."""
    read = node("read_hub.mjs", run / "hub.txt")
    base = "https://example.org/a%20run/hub.txt"
    settings = [(read["hub"], "descriptionUrl")]
    settings += [(track, name) for track in read["tracks"].values() for name in ("bigDataUrl", "html") if name in track]
    results = set()
    for stanza, name in settings:
        path = urlsplit(urljoin(base, stanza[name])).path
        assert path.startswith("/a%20run/")
        file = run.parent / unquote(path).lstrip("/")
        assert file.is_file()
        if name == "bigDataUrl":
            with pyBigWig.open(str(file)) as opened:
                assert stanza["type"].split()[0] == ("bigBed" if opened.isBigBed() else "bigWig")
            results.add(file.relative_to(run).as_posix())
    sides = [
        f"tracks/{name}{what}.{side}.bw"
        for name in PROTEINS
        for what in ("", ".neglog10p")
        for side in ("plus", "minus")
    ]
    assert results == {*sides, *(f"{what}/{name}.bb" for name in PROTEINS for what in ("hits", "motifs"))}


def dense(rows: list[dict[str, float]], length: int) -> np.ndarray:
    """Values at single bases, NaN where there is none."""
    values = np.full(length, np.nan)
    for row in rows:
        values[row["start"] : row["end"]] = row["score"]
    return values


def test_readers_agree_on_every_value_and_summary(run: Path) -> None:
    paths = sorted((run / "tracks").glob("*.bw"))
    assert len(paths) == 8
    for path, read in node("read_tracks.mjs", *paths).items():
        assert read["fileType"] == "bigwig"
        assert read["contigs"] == runs.LENGTHS
        with pyBigWig.open(path) as one, pybigtools.open(path) as other:
            held = []
            for contig, length in runs.LENGTHS.items():
                values = dense(read["rows"][contig], length)
                assert np.array_equal(values, one.values(contig, 0, length, numpy=True), equal_nan=True)
                assert np.array_equal(values, other.values(contig, 0, length, fillna=None), equal_nan=True)
                held.append(values[~np.isnan(values)])
                for size, zoom in read["zooms"].items():
                    check_zoom(values, zoom[contig], int(size))
            everything = np.concatenate(held)
            summary = read["totalSummary"]
            assert summary["basesCovered"] == len(everything) == one.header()["nBasesCovered"] > 1000
            assert (summary["scoreMin"], summary["scoreMax"]) == (everything.min(), everything.max())
            assert summary["scoreSum"] == pytest.approx(everything.sum())
            assert {int(size) for size in read["zooms"]} == set(other.zooms()) >= {64, 256, 1024}


def check_zoom(values: np.ndarray, bins: list[dict[str, float]], size: int) -> None:
    """Every value lies in a bin of the level, and each bin tells its lowest, highest and mean value."""
    covered = 0
    for item in bins:
        assert item["start"] % size == 0
        inside = values[item["start"] : item["end"]]
        inside = inside[~np.isnan(inside)]
        covered += len(inside)
        assert (item["minScore"], item["maxScore"]) == (inside.min(), inside.max())
        assert item["score"] == pytest.approx(inside.mean(), rel=1e-5, abs=1e-9)
    assert covered == np.count_nonzero(~np.isnan(values))


@pytest.mark.parametrize(("what", "schema", "plain"), [("hits", SITES, 9), ("motifs", MOTIFS, 6)])
def test_readers_agree_on_every_row_and_its_columns(run: Path, what: str, schema: Any, plain: int) -> None:
    read = node("read_tracks.mjs", *(run / what / f"{name}.bb" for name in PROTEINS))
    for name in PROTEINS:
        path = str(run / what / f"{name}.bb")
        output = read[path]
        assert (output["fileType"], output["definedFieldCount"]) == ("bigbed", plain)
        columns = re.findall(r"^\s+[\w\[\]]+ (\w+);", output["autoSql"], re.MULTILINE)
        assert len(columns) == output["fieldCount"] == plain + len(schema.extra)
        assert columns[plain:] == [column for _, column, _ in schema.extra]
        rows = [
            (chrom, row["start"], row["end"], row["rest"])
            for chrom in output["contigs"]
            for row in output["rows"][chrom]
        ]
        with pyBigWig.open(path) as one, pybigtools.open(path) as other:
            assert one.SQL().decode() == output["autoSql"]
            assert rows == [(c, *row) for c, length in one.chroms().items() for row in one.entries(c, 0, length)]
            assert rows == [(c, s, e, "\t".join(rest)) for c in other.chroms() for s, e, *rest in other.records(c)]
        table = runs.table(run, what, name)
        assert len(table) == len(rows) > 10
        last = len(schema.extra)
        extra = [row[3].split("\t")[-last:] for row in rows]
        assert [row[:3] for row in rows] == list(table[["chrom", "start", "end"]].itertuples(index=False, name=None))
        named = dict(zip(columns[plain:], zip(*extra, strict=True), strict=True))
        assert [float(score) for score in named["rawScore"]] == pytest.approx(list(table["score"]), abs=1e-9)
        same = {
            "driver": "driver",
            "geneName": "gene_name",
            "sequence": "sequence",
            "match": "match",
            "pValue": "p_value",
        }
        for column, of_table in same.items():
            assert column not in named or list(named[column]) == list(table[of_table])


def test_variants_are_read_alike(tmp_path: Path) -> None:
    example = runs.copy_example(tmp_path / "example")
    runs.annotate(example, example / "variants.vcf", out=tmp_path / "scored.vcf.gz")
    assembly = Assembly("example", "example", None, dict(runs.LENGTHS))
    track, _ = write_variant_track(open_scored_vcf(tmp_path / "scored.vcf.gz"), tmp_path, assembly)
    path = tmp_path / track.path
    (read,) = node("read_tracks.mjs", path).values()
    assert (read["definedFieldCount"], read["fieldCount"]) == (9, 9 + len(VARIANTS.extra))
    assert VARIANTS.sql() == read["autoSql"]
    with pyBigWig.open(str(path)) as one, pybigtools.open(str(path)) as other:
        count = 0
        for contig, length in runs.LENGTHS.items():
            rows = [(row["start"], row["end"], row["rest"]) for row in read["rows"][contig]]
            assert rows == one.entries(contig, 0, length)
            assert [(start, end, *text.split("\t")) for start, end, text in rows] == list(other.records(contig))
            count += len(rows)
    assert count == track.count > 10
