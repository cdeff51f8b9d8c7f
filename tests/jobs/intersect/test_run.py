"""The whole job on a run of the example: against bedtools, and on inputs of every layout."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.intersect.run import IntersectSummary, run
from ideep_scan.jobs.intersect.settings import IntersectSettings

PLACE = ["chrom", "start", "end", "name", "strand", "site_start", "site_end", "site_strand", "summit"]


class Watcher:
    def __init__(self) -> None:
        self.advanced = 0

    def advance(self, inputs: int) -> None:
        self.advanced += inputs


def intersected(folders: Path | Sequence[Path], intervals: Path, out: Path | None = None) -> pd.DataFrame:
    return intersection(folders, intervals, out)[0]


def intersection(
    folders: Path | Sequence[Path], intervals: Path, out: Path | None = None
) -> tuple[pd.DataFrame, IntersectSummary]:
    """The table of a run, all columns as text but places, and its summary."""
    stream, watcher = io.StringIO(), Watcher()
    given = (folders,) if isinstance(folders, Path) else tuple(folders)
    summary = run(IntersectSettings(given, intervals, out), watcher, stream)
    text = stream.getvalue()
    if out is not None:
        assert text == ""
        data = out.read_bytes()
        text = (gzip.decompress(data) if out.suffix == ".gz" else data).decode()
    table = pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)
    numbers = ("start", "end", "site_start", "site_end", "summit", "distance")
    assert watcher.advanced == summary.inputs
    assert len(table) == summary.rows
    return table.astype(dict.fromkeys(numbers, int)), summary


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """BED6 lines in no order, of many widths, some twice, on both strands, over the whole example."""
    rng = np.random.default_rng(3)
    out = []
    for number in range(1500):
        chrom = str(rng.choice(list(runs.LENGTHS)))
        width = int(rng.choice([1, 2, 20, 400, 9000]))
        start = int(rng.integers(0, runs.LENGTHS[chrom] - width))
        out.append(f"{chrom}\t{start}\t{start + width}\ti{number}\t{number % 7}\t{rng.choice(['+', '-'])}")
    out += out[:5]
    for chrom, length in runs.LENGTHS.items():
        out += [f"{chrom}\t0\t1\tfirst\t0\t+", f"{chrom}\t{length - 1}\t{length}\tlast\t0\t-"]
    return out


def bedtools(intervals: Path, complete_run: Path, *options: str) -> list[tuple[object, ...]]:
    command = [
        "bedtools",
        "intersect",
        "-wa",
        "-wb",
        *options,
        "-a",
        intervals,
        "-b",
        complete_run / "hits" / "ELAVL1.bed.gz",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return sorted((*row[:3], *row[-9:-6], row[-4], row[-3]) for row in rows)


def places(table: pd.DataFrame) -> list[tuple[object, ...]]:
    columns = ["chrom", "start", "end", "chrom", "site_start", "site_end", "site_strand", "summit"]
    return sorted(table[columns].astype(str).itertuples(index=False, name=None))


@pytest.mark.skipif(shutil.which("bedtools") is None, reason="bedtools is not on this machine")
def test_same_overlaps_as_bedtools(lines: list[str], complete_run: Path, tmp_path: Path) -> None:
    stranded, plain = tmp_path / "stranded.bed", tmp_path / "plain.bed"
    stranded.write_text("".join(f"{line}\n" for line in lines))
    plain.write_text("".join("\t".join(line.split("\t")[:3]) + "\n" for line in lines))
    expected = bedtools(stranded, complete_run, "-s")
    assert len(expected) > 300
    assert places(intersected(complete_run, stranded)) == expected
    expected_plain = bedtools(plain, complete_run)
    assert len(expected_plain) > len(expected)
    assert places(intersected(complete_run, plain)) == expected_plain


def test_overlaps_are_those_of_a_plain_loop(lines: list[str], complete_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.bed"
    path.write_text("".join(f"{line}\n" for line in lines))
    table, summary = intersection(complete_run, path)
    sites = list(runs.table(complete_run).itertuples())
    expected = []
    for chrom, start, end, name, _, strand in (line.split("\t") for line in lines):
        expected.append(
            [
                (chrom, int(start), int(end), name, strand, site.start, site.end, site.strand, site.summit)
                for site in sites
                if (site.chrom, site.strand) == (chrom, strand) and site.start < int(end) and site.end > int(start)
            ]
        )
    assert list(table[PLACE].itertuples(index=False, name=None)) == list(chain.from_iterable(expected))
    assert summary.inputs == len(lines)
    assert summary.overlapping == sum(map(bool, expected))
    assert summary.sites == len(sites)


def test_columns_of_a_site_are_those_of_the_run(complete_run: Path, tmp_path: Path) -> None:
    sites = runs.table(complete_run)
    path = tmp_path / "summits.bed"
    path.write_text(
        "".join(f"{s.chrom}\t{s.summit}\t{s.summit + 1}\t{s.name}\t0\t{s.strand}\n" for s in sites.itertuples())
    )
    table = intersected(complete_run, path)
    assert (table["site"] == sites["name"]).all()
    assert (table["name"] == sites["name"]).all()
    assert (table["distance"] == 0).all()
    assert (table[["run", "model"]] == [complete_run.name, "ELAVL1"]).all(axis=None)
    texts = ["p_value", "precision", "driver", "gene_name", "gene_id", "region"]
    assert (table[texts] == sites[texts]).all(axis=None)
    assert (table["score"].astype(np.float64) == sites["score"]).all()
    # A whole window overlaps every motif hit of its site, so the best one is that of the table of sites.
    path.write_text(
        "".join(
            f"{s.chrom}\t{max(s.summit - 50, 0)}\t{s.summit + 51}\t{s.name}\t0\t{s.strand}\n"
            for s in sites.itertuples()
        )
    )
    table = intersected(complete_run, path)
    own = table[table["site"] == table["name"]]
    for part in ("", "_name", "_protein", "_origin"):
        assert own[f"motif_hit{part}"].tolist() == sites[f"motif{part}"].tolist()


@pytest.mark.skipif(shutil.which("bedtools") is None, reason="bedtools is not on this machine")
def test_same_variants_as_bedtools(complete_run: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    places = [(str(rng.choice(list(runs.LENGTHS))), int(rng.integers(1, 80_000))) for _ in range(4000)]
    path = tmp_path / "a.vcf"
    path.write_text(
        "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        + "".join(f"{chrom}\t{pos}\tv{number}\tAC\tTG\t.\t.\t.\n" for number, (chrom, pos) in enumerate(places))
    )
    command = ["bedtools", "intersect", "-wa", "-wb", "-a", path, "-b", complete_run / "hits" / "ELAVL1.bed.gz"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = sorted((row[2], row[11], row[13]) for row in (line.split("\t") for line in done.stdout.splitlines()))
    stream = io.StringIO()
    summary = run(IntersectSettings((complete_run,), path), Watcher(), stream)
    table = pd.read_csv(io.StringIO(stream.getvalue()), sep="\t", dtype=str)
    assert sorted(table[["id", "site", "site_strand"]].itertuples(index=False, name=None)) == expected
    assert summary.rows == len(expected) > 50
    assert summary.overlapping == len({name for name, _, _ in expected})


def layout(lines: list[str], kind: str) -> bytes:
    text = "".join(f"{line}\n" for line in lines)
    if kind == "headers":
        return f"browser position exA:1-2\ntrack name=x\n#chrom\n\n{text}".encode()
    if kind == "crlf":
        return text.replace("\n", "\r\n").encode()
    if kind == "gzip":
        return gzip.compress(text.encode())
    if kind == "bed12":
        return "".join(f"{line}\t0\t0\t0\t1\t1,\t0,\n" for line in lines).encode()
    if kind == "no last line end":
        return text.rstrip("\n").encode()
    if kind == "blanks":
        return text.replace("\t", " ").encode()
    return text.replace("exA", "chrexA").encode() if kind == "names" else text.encode()


@pytest.mark.parametrize("kind", ["headers", "crlf", "gzip", "bed12", "no last line end", "blanks"])
def test_every_layout_gives_the_same_table(lines: list[str], complete_run: Path, tmp_path: Path, kind: str) -> None:
    plain, other = tmp_path / "plain.bed", tmp_path / "other.bed"
    plain.write_bytes(layout(lines[:200], "plain"))
    other.write_bytes(layout(lines[:200], kind))
    pd.testing.assert_frame_equal(intersected(complete_run, other), intersected(complete_run, plain))


@pytest.mark.parametrize("name", ["new/t.tsv", "t.tsv.gz"])
def test_a_file_holds_what_standard_output_gets(
    lines: list[str], complete_run: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "a.bed"
    path.write_bytes(layout(lines[:50], "plain"))
    pd.testing.assert_frame_equal(intersected(complete_run, path, tmp_path / name), intersected(complete_run, path))


def test_several_runs_at_once(complete_run: Path, lines: list[str], tmp_path: Path) -> None:
    copy = tmp_path / "other" / complete_run.name
    shutil.copytree(complete_run, copy)
    path = tmp_path / "a.bed"
    path.write_bytes(layout(lines[:300], "plain"))
    single = intersected(complete_run, path)
    both = intersected([complete_run, copy], path)
    assert both["run"].unique().tolist() == ["out_1", "out_2"]
    for name in ("out_1", "out_2"):
        own = both[both["run"] == name].drop(columns="run").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, single.drop(columns="run"))
    keys = both[["name", "run"]].drop_duplicates()
    assert keys["name"].tolist() == [name for name in single["name"].unique() for _ in range(2)], "input order first"


def test_an_interval_without_a_strand_overlaps_both(complete_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.bed"
    path.write_text("exA 0 120000 a 0 .\nexA 0 120000 b 0 +\nexA 0 120000 c 0 -\n")
    table = intersected(complete_run, path)
    counts = table.groupby("name").size()
    assert counts["a"] == counts["b"] + counts["c"]
    assert min(counts["b"], counts["c"]) > 0


def test_intervals_that_overlap_nothing_are_said(complete_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.bed"
    path.write_text("exA 0 1\n")
    table, summary = intersection(complete_run, path)
    assert table.empty
    assert list(table)[:5] == ["chrom", "start", "end", "name", "strand"]
    assert summary.notes == ("no interval overlaps a site",)


def test_intervals_that_are_left_out_are_said(lines: list[str], complete_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.bed"
    path.write_text("\n".join([*lines[:30], "chr7\t1\t2", "exA\t119999\t120001", "exA\tx\t5"]))
    table, summary = intersection(complete_run, path)
    assert summary.inputs == 30
    assert [note.partition(",")[0] for note in summary.notes] == [
        "a.bed: 1 interval on contigs that the run lacks (it has exA",
        "a.bed: 1 interval past the end of its contig is left out",
        "a.bed: 1 interval whose start or end is not a whole number is left out",
    ]
    assert set(table["name"]) <= {f"i{number}" for number in range(30)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("chr1\t1\t2\nchr2\t5\t9\n", r"no interval can be used: 2 intervals on contigs that the run lacks"),
        ("exA\t120000\t120001\nexB\t999999\t1000000\n", r"no interval can be used: 2 intervals past the end"),
        ("exA\t1\t2\n" * 5 + "exA\t5\t2\n" * 2, r"2 of 7 intervals cannot be used"),
        ("track name=x\n", "has no interval"),
        ("exA\t1\n", "with fewer than 3 columns"),
    ],
)
def test_input_that_cannot_be_used_leaves_no_file(complete_run: Path, tmp_path: Path, text: str, reason: str) -> None:
    path, out = tmp_path / "a.bed", tmp_path / "t.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=reason):
        intersection(complete_run, path, out)
    assert not out.exists()
    assert [each.name for each in tmp_path.iterdir()] == ["a.bed"]


@pytest.mark.parametrize("data", [b"", b"\0\1\2", gzip.compress(b"exA\t1\t2\n" * 9000, mtime=0)[:-20]])
def test_damaged_input(complete_run: Path, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.bed"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.bed.*(is empty|binary|truncated)"):
        intersection(complete_run, path)


def test_long_intervals_fill_several_batches(
    complete_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bed"
    path.write_text("exA\t0\t120000\nexB\t0\t80000\n" * 20 + "exA\t1\t2\n" * 5)
    expected = intersected(complete_run, path)
    monkeypatch.setattr("ideep_scan.jobs.intersect.batch.Batch.MAX_BASES", 300_000)
    monkeypatch.setattr("ideep_scan.jobs.intersect.run._ROWS", 100)
    pd.testing.assert_frame_equal(intersected(complete_run, path), expected)


def test_an_intron_inside_a_spliced_site_is_not_part_of_it(example: Path, tmp_path: Path) -> None:
    runs.scan(example, tmp_path / "run", gene=("EXA1", "EXB1"), spliced=True, threshold=0.02)
    sites = runs.table(tmp_path / "run")
    rows = []
    for row in sites[sites.junctions.astype(int) > 0].itertuples():
        sizes, starts = (
            [int(part) for part in text.rstrip(",").split(",")] for text in (row.block_sizes, row.block_starts)
        )
        intron = row.start + starts[0] + sizes[0], row.start + starts[1]
        rows += [
            f"{row.chrom}\t{intron[0]}\t{intron[1]}\tintron {row.name}\t0\t{row.strand}",
            f"{row.chrom}\t{intron[0] - 1}\t{intron[0]}\texon {row.name}\t0\t{row.strand}",
            f"{row.chrom}\t{intron[1]}\t{intron[1] + 1}\texon {row.name}\t0\t{row.strand}",
        ]
    assert rows
    bed = tmp_path / "places.bed"
    bed.write_text("\n".join(rows) + "\n")
    table = intersected(tmp_path / "run", bed)
    pairs = set(zip(table[table.columns[3]], table.site, strict=True))
    for row in sites[sites.junctions.astype(int) > 0].itertuples():
        assert (f"intron {row.name}", row.name) not in pairs
        assert (f"exon {row.name}", row.name) in pairs
