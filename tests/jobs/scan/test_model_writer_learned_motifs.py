"""Runs with a model that has learned motifs: tables, bigBed, best motifs of sites, intersections."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pybigtools
import pysam
import pytest
import runs
from toy_motifs import make_collection, make_motif, ship

from ideep_scan.jobs.intersect.run import run as intersect
from ideep_scan.jobs.intersect.settings import IntersectSettings
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP

REGION = "exA:10001-30000"
LEARNED = {"ELAVL1.pattern00": "UUUUUUUA", "ELAVL1.filter017": "UUUAUUU"}


@pytest.fixture(scope="module")
def plain(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run of the model without a collection."""
    folder = tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as monkeypatch:
        ship([], folder, monkeypatch)
        runs.scan(example, folder / "run", regions=REGION)
        yield folder / "run"


@pytest.fixture(scope="module")
def run(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run of the model with two learned motifs."""
    folder = tmp_path_factory.mktemp("learned")
    (entry,) = find_entries(["ELAVL1"], list_entries(IDEEP))
    motifs = [make_motif(name, consensus) for name, consensus in LEARNED.items()]
    with pytest.MonkeyPatch.context() as monkeypatch:
        ship([make_collection(motifs, load_bundle(entry.path, entry.name))], folder, monkeypatch)
        runs.scan(example, folder / "run", regions=REGION)
        yield folder / "run"


def test_learned_motifs_are_beside_the_known_ones(plain: Path, run: Path) -> None:
    before, after = runs.table(plain, "motifs"), runs.table(run, "motifs")
    assert set(before["origin"]) == {"known"}
    known = after[after["origin"] == "known"].reset_index(drop=True)
    pd.testing.assert_frame_equal(known, before)
    assert set(after["motif"][after["origin"] == "learned"]) == set(LEARNED)


def test_a_hit_of_a_learned_motif_is_where_the_rna_spells_it(run: Path, example: Path) -> None:
    hits = runs.table(run, "motifs")
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        for hit in hits[hits["origin"] == "learned"].itertuples():
            letters = fasta.fetch(hit.chrom, hit.start, hit.end).upper()
            if hit.strand == "-":
                letters = letters[::-1].translate(str.maketrans("ACGT", "TGCA"))
            assert letters.replace("T", "U") == LEARNED[hit.motif]
            assert hit.name == f"ELAVL1_{LEARNED[hit.motif]}"
            assert (hit.match, hit.p_value) == ("ELAVL1", f"{4.0 ** -len(LEARNED[hit.motif]):.3g}")


def test_another_reader_sees_names_and_origins_in_the_bigbed(run: Path) -> None:
    hits = runs.table(run, "motifs")
    with pybigtools.open(str(run / "motifs" / "ELAVL1.bb")) as file:
        assert "string origin;" in file.sql()
        rows = [record for chrom in runs.LENGTHS for record in file.records(chrom)]
    for index, column in ((2, "name"), (5, "motif"), (6, "match"), (7, "origin")):
        assert [row[index] for row in rows] == hits[column].tolist()


def test_motifs_of_the_model_describe_its_sites_first(run: Path) -> None:
    sites, hits = runs.table(run), runs.table(run, "motifs").astype({"p_value": float})
    origins = set()
    for site in sites.itertuples():
        inside = hits[
            (hits["chrom"] == site.chrom)
            & (hits["strand"] == site.strand)
            & (hits["start"] >= site.summit - 50)
            & (hits["end"] <= site.summit + 51)
        ]
        if inside.empty:
            assert site.motif == "."
            continue
        own = inside[(inside["origin"] == "learned") | (inside["match"] == "ELAVL1")]
        candidates = inside if own.empty else own
        best = candidates[candidates["p_value"] == candidates["p_value"].min()]
        names = best[["motif", "name", "origin"]].itertuples(index=False, name=None)
        assert (site.motif, site.motif_name, site.motif_origin) in set(names)
        origins.add(site.motif_origin)
    assert origins == {"known", "learned"}


def test_intersections_choose_the_same_motif(run: Path, tmp_path: Path) -> None:
    sites = runs.table(run)
    windows = tmp_path / "windows.bed"
    windows.write_text(
        "".join(f"{s.chrom}\t{s.summit - 50}\t{s.summit + 51}\t{s.name}\t0\t{s.strand}\n" for s in sites.itertuples())
    )
    stream = io.StringIO()
    intersect(IntersectSettings((run,), windows, None), runs.RowWatcher(), stream)
    stream.seek(0)
    table = pd.read_csv(stream, sep="\t", keep_default_na=False)
    own = table[table["site"] == table["name"]]
    for part in ("", "_name", "_protein", "_origin"):
        assert own[f"motif_hit{part}"].tolist() == sites[f"motif{part}"].tolist()
