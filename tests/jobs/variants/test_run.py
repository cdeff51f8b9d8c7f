"""The job on variants over the embedded example: figures against the live view, and what comes out of each record."""

from __future__ import annotations

import gzip
import io
import random
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pysam
import pytest
import runs
from runs import HEADER, vcf

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats import spool
from ideep_scan.formats.variants.vcf_output import annotate_record
from ideep_scan.jobs.live.session import open_live
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.jobs.variants import run as room
from ideep_scan.jobs.variants import scoring
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scale import logit
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.records.variant_effect import Status

KEYS = ("RBP", "RBP_MAX", "RBP_DELTA", "RBP_STATUS", "RBP_HAP")
PARTS = ("allele", "rbp", "strand", "gene", "region", "ref", "alt", "delta", "offset", "site", "p")


def records(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def info(row: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (part.partition("=") for part in row[7].split(";"))}


def entries(row: list[str], key: str = "RBP") -> list[dict[str, str]]:
    text = info(row).get(key)
    return [] if text is None else [dict(zip(PARTS, entry.split("|"), strict=True)) for entry in text.split(",")]


def table(path: Path) -> pd.DataFrame:
    numbers = ("offset", "p", "ref_score", "alt_score", "delta", "log_odds")
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values={name: [""] for name in numbers})


@pytest.fixture(scope="module")
def letters(example: Path) -> pysam.FastaFile:
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        yield fasta


@pytest.fixture(scope="module")
def annotated(example: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, pd.DataFrame]:
    """The VCF and the table of the example's variants, with every effect."""
    path = tmp_path_factory.mktemp("annotated") / "t.tsv"
    _, text = runs.annotate(example, example / "variants.vcf", table=path, min_delta=0)
    return text, table(path)


def test_each_record_comes_out_as_it_was_with_its_keys(example: Path, annotated: tuple[str, pd.DataFrame]) -> None:
    before = (example / "variants.vcf").read_text().splitlines()
    after = annotated[0].splitlines()
    ours = [line for line in after if line.startswith(("##INFO=<ID=RBP", "##ideep_scan_variants="))]
    assert [line for line in after if line.startswith("#") and line not in ours] == [
        line for line in before if line.startswith("#")
    ]
    assert after.index(ours[-1]) == after.index(ours[0]) + 4 == len(before) - 40 + 4 - 1
    rows = [line.split("\t") for line in before if not line.startswith("#")]
    for old, new in zip(rows, records(annotated[0]), strict=True):
        assert new[:7] == old[:7]
        kept = ";".join(part for part in new[7].split(";") if part.split("=")[0] not in KEYS)
        assert (kept or ".") == old[7]
        assert info(new)["RBP_STATUS"] == "scored"


def test_figures_are_those_of_the_live_view(example: Path, annotated: tuple[str, pd.DataFrame]) -> None:
    with ExitStack() as stack:
        settings = LiveSettings(
            rbp=("ELAVL1",),
            model=IDEEP,
            fasta=example / "example.fa.gz",
            gtf=example / "genes.gtf",
            threads=1,
            device="cpu",
        )
        live = open_live(settings, stack)
        rows = [row for _, row in annotated[1].iterrows()]
        for row in random.Random(3).sample(rows, 12):
            effect = live.effect(f"{row.chrom}:{row.pos} {row.ref}>{row.alt}")
            before, after = effect.reference["ELAVL1", row.strand], effect.alternate["ELAVL1", row.strand]
            change = logit(after) - logit(before)
            best = int(np.nanargmax(np.abs(change)))
            assert row.log_odds == pytest.approx(change[best], abs=1e-3)
            assert row.delta == pytest.approx(after[best] - before[best], abs=1e-4)
            assert effect.start + best - row.pos + 1 == row.offset
            if len(row.ref) == len(row.alt):
                assert row.ref_score == pytest.approx(np.nanmax(before), abs=1e-4)
                assert row.alt_score == pytest.approx(np.nanmax(after), abs=1e-4)


def test_vcf_and_table_agree(annotated: tuple[str, pd.DataFrame]) -> None:
    text, rows = annotated
    listed = [(row, entry) for row in records(text) for entry in entries(row)]
    assert len(listed) == len(rows) > 40
    for (record, entry), row in zip(listed, rows.itertuples(), strict=True):
        assert (record[0], record[2], entry["allele"], entry["strand"]) == (row.chrom, row.id, row.alt, row.strand)
        assert (entry["gene"], entry["region"], entry["site"]) == (row.gene, row.region, row.site)
        assert float(entry["p"]) == pytest.approx(row.p, rel=6e-3)
        assert int(entry["offset"]) == row.offset
        for part, value in (("ref", row.ref_score), ("alt", row.alt_score), ("delta", row.delta)):
            assert float(entry[part]) == pytest.approx(value, abs=6e-5)
    for record in records(text):
        value, model = info(record)["RBP_MAX"].split("|")
        assert float(value) == max(abs(float(entry["delta"])) for entry in entries(record))
        assert model == "ELAVL1"


def test_p_is_that_of_the_background_of_the_kind_of_change(annotated: tuple[str, pd.DataFrame]) -> None:
    (entry,) = find_entries(["ELAVL1"], list_entries(IDEEP))
    backgrounds = Calibration.from_dict(entry.calibration).variant_backgrounds(("sequence", "region"))
    rows = annotated[1]
    is_snv = (rows["ref"].str.len() == 1) & (rows["alt"].str.len() == 1)
    for kind, part in (("snv", rows[is_snv]), ("other", rows[~is_snv])):
        assert len(part) > 3
        np.testing.assert_allclose(part["p"], backgrounds[kind].p_values(part["log_odds"]), rtol=1e-5)


def test_without_a_background_p_is_missing_and_a_note_says_so(example: Path, tmp_path: Path) -> None:
    bundle = runs.recalibrated(tmp_path, "plain", runs.toy_calibration())
    watcher = runs.RowWatcher()
    _, text = runs.annotate(example, example / "variants.vcf", watcher, rbp=(bundle,), table=tmp_path / "t.tsv")
    assert "ELAVL1: no background of variants for sequence+region, so effects have no P" in watcher.notes
    assert {entry["p"] for row in records(text) for entry in entries(row)} == {"."}
    assert table(tmp_path / "t.tsv")["p"].isna().all()


def test_small_changes_are_left_out_of_info_alone(example: Path, annotated: tuple[str, pd.DataFrame], tmp_path) -> None:
    summary, text = runs.annotate(example, example / "variants.vcf", table=tmp_path / "t.tsv.gz")
    assert [entry for row in records(text) for entry in entries(row)] == [
        entry for row in records(annotated[0]) for entry in entries(row) if abs(float(entry["delta"])) >= 0.02
    ]
    rows = table(tmp_path / "t.tsv.gz")
    pd.testing.assert_frame_equal(rows, annotated[1], rtol=1e-4, atol=1e-5)
    assert summary.statuses == {Status.SCORED: 40}
    assert summary.sites == annotated[1]["site"].value_counts().to_dict()


def test_representation_does_not_matter(example: Path, letters: pysam.FastaFile, tmp_path: Path) -> None:
    start = 17_706
    padded = letters.fetch("exA", start - 5, start + 6).upper()
    assert padded[5] == "T"
    rows = [
        "exA 17707 snv T C . . .",
        f"exA 17702 padded {padded} {padded[:5]}C{padded[6:]} . . .",
        "exA 17707 multi T A,C,TG . . .",
        "exA 17707 insertion T TG . . .",
        f"exA 17703 left {padded[1:6]} {padded[1:6]}G . . .",
        "exA 17707 lower t c . . .",
        "exA 17707 same T T . . .",
    ]
    _, text = runs.annotate(example, vcf(tmp_path, *rows), min_delta=0)
    snv, pad, multi, insertion, left, lower, same = records(text)

    def figures(row: list[str], allele: int = 0) -> list[tuple[str, ...]]:
        name = row[4].split(",")[allele]
        shift = int(row[1]) - 17_707
        kept = ("strand", "gene", "region", "ref", "alt", "delta", "site", "p")
        return [
            (*(entry[part] for part in kept), int(entry["offset"]) + shift)
            for entry in entries(row)
            if entry["allele"] == name
        ]

    assert figures(snv) == figures(pad) == figures(lower) == figures(multi, 1) != []
    assert figures(insertion) == figures(left) == figures(multi, 2) != []
    assert {(entry["delta"], entry["p"]) for entry in entries(same)} == {("0.0000", "1")}
    assert {entry["site"] for entry in entries(same)} <= {"kept", "none"}
    assert all(entry["ref"] == entry["alt"] for entry in entries(same))


ODD = {
    "exA 12934 . A . . . .": "no_alt",
    "exA 12934 . A * . . .": "star",
    "exA 12934 . A <DEL> . . .": "symbolic",
    "exA 12934 . A A[exB:5[ . . .": "symbolic",
    "exA 12934 . A C,. . . .": "scored,missing_allele",
    "exA 12934 . A C,*,N . . .": "scored,star,unknown_bases",
    "exA 12934 . a R . . .": "unknown_bases",
    "exA 12934 . G C . . .": "ref_mismatch",
    "exA 0 . N C . . .": "past_end",
    "exA 120001 . A C . . .": "past_end",
    "exA 1 . A C . . .": "unknown_bases",
    "exA 500 . N C . . .": "unknown_bases",
    f"exA 12934 . A A{'C' * 1001} . . .": "too_long",
    "chrQ 5 . A C . . .": "no_contig",
}


def test_every_kind_of_record_has_its_status(example: Path, letters: pysam.FastaFile, tmp_path: Path) -> None:
    assert letters.fetch("exA", 0, 1) == letters.fetch("exA", 499, 500) == "N"
    deletion = letters.fetch("exA", 17_000, 17_300).upper()
    good = {
        f"exA 17001 . {deletion} {deletion[0]} . . .": "scored",
        f"exA 17001 . {deletion[0]} {deletion} . . .": "scored",
        "exA 12934 twice A C . . .": "scored",
    }
    free = next(n for n in range(3000, 120_000, 50) if is_free(example, n) and letters.fetch("exA", n - 1, n) != "N")
    base = letters.fetch("exA", free - 1, free).upper()
    good[f"exA {free} . {base} {'A' if base != 'A' else 'C'} . . ."] = "no_transcript"
    rows = {**ODD, **good}
    path = vcf(tmp_path, *rows, *list(good)[2:3])
    summary, text = runs.annotate(example, path)
    statuses = [info(row)["RBP_STATUS"] for row in records(text)]
    assert statuses == [*rows.values(), "scored"]
    assert sum(summary.statuses.values()) == len(rows) + 1
    assert summary.statuses[Status.SCORED] == 6
    assert next(iter(summary.statuses)) is Status.SCORED
    assert not entries(records(text)[0])
    unscored = [row for row, status in zip(records(text), statuses, strict=True) if "scored" not in status]
    assert all("RBP_MAX" not in info(row) for row in unscored)


def is_free(example: Path, position: int) -> bool:
    """Tell whether no transcript of exA is within 200 nt of a position."""
    for line in (example / "genes.gtf").read_text().splitlines():
        fields = line.split("\t")
        if fields[0] == "exA" and int(fields[3]) - 200 <= position <= int(fields[4]) + 200:
            return False
    return True


def test_a_header_alone(example: Path, tmp_path: Path) -> None:
    summary, text = runs.annotate(example, vcf(tmp_path), out=tmp_path / "o.vcf.gz", table=tmp_path / "t.tsv")
    assert (summary.records, summary.statuses) == (0, {})
    assert text == ""
    with pysam.VariantFile(str(tmp_path / "o.vcf.gz")) as reader:
        assert list(reader) == []
    assert len(table(tmp_path / "t.tsv")) == 0


def test_a_second_run_replaces_the_keys_of_the_first(example: Path, annotated, tmp_path: Path) -> None:
    path = tmp_path / "first.vcf"
    path.write_text(annotated[0])
    watcher = runs.RowWatcher()
    _, text = runs.annotate(example, path, watcher, min_delta=0)
    assert text == annotated[0]
    assert "first.vcf: RBP, RBP_MAX, RBP_DELTA, RBP_STATUS in INFO are replaced" in watcher.notes
    assert watcher.rows == watcher.advanced == 40


def test_an_unsorted_file_has_no_index_and_says_so(example: Path, annotated, tmp_path: Path) -> None:
    rows = (example / "variants.vcf").read_text().splitlines()
    order = random.Random(2).sample(rows[-40:], 40)
    path = tmp_path / "shuffled.vcf"
    path.write_text("\n".join([*rows[:-40], *order]).replace("ID=exB,length=80000", "ID=exB,length=79999"))
    watcher = runs.RowWatcher()
    runs.annotate(example, path, watcher, out=tmp_path / "o.vcf.gz", min_delta=0)
    assert {each.name for each in tmp_path.iterdir()} == {"shuffled.vcf", "o.vcf.gz"}
    assert any("shuffled.vcf is not sorted, so the output has no index" in note for note in watcher.notes)
    assert any("contigs have another length than in the FASTA, the first is exB (79,999" in n for n in watcher.notes)
    out = gzip.decompress((tmp_path / "o.vcf.gz").read_bytes()).decode()
    expected = {row[2]: info(row) for row in records(annotated[0])}
    assert [row[2] for row in records(out)] == [row.split("\t")[2] for row in order]
    same = [expected[row[2]] == info(row) for row in records(out)]
    assert sum(same) > 35  # batches of other variants may change the last digit


@pytest.mark.parametrize("name", ["o.vcf", "o.vcf.gz", "o.bcf"])
def test_other_readers_take_every_output(example: Path, annotated, tmp_path: Path, name: str) -> None:
    runs.annotate(example, example / "variants.vcf", out=tmp_path / "new" / name, min_delta=0)
    with pysam.VariantFile(str(tmp_path / "new" / name)) as reader:
        rows = list(reader)
    assert [row.id for row in rows] == [row[2] for row in records(annotated[0])]
    assert [",".join(row.info["RBP"]) for row in rows] == [info(row)["RBP"] for row in records(annotated[0])]
    indices = {"o.vcf.gz": {"o.vcf.gz.tbi"}}
    assert {each.name for each in (tmp_path / "new").iterdir()} == {name} | indices.get(name, set())
    cyvcf2 = pytest.importorskip("cyvcf2")
    assert [row.INFO["RBP_STATUS"] for row in cyvcf2.VCF(str(tmp_path / "new" / name))] == ["scored"] * 40


def test_bcf_gzip_and_pipes_read_as_the_plain_file(example: Path, annotated, tmp_path: Path, monkeypatch) -> None:
    plain = example / "variants.vcf"
    with (
        pysam.VariantFile(str(plain)) as reader,
        pysam.VariantFile(str(tmp_path / "in.bcf"), "wb", header=reader.header) as writer,
    ):
        for row in reader:
            writer.write(row)
    (tmp_path / "in.vcf.gz").write_bytes(gzip.compress(plain.read_bytes()))
    for name in ("in.bcf", "in.vcf.gz"):
        _, text = runs.annotate(example, tmp_path / name, min_delta=0)
        assert records(text) == records(annotated[0])
    monkeypatch.setattr(spool.Spool, "_fill", lambda self, copy, source: copy.write_bytes(plain.read_bytes()))
    _, text = runs.annotate(example, Path("-"), min_delta=0)
    assert text == annotated[0]


def test_small_batches_and_several_threads_give_the_same(example: Path, annotated, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(scoring, "ROWS", 7)
    runs.annotate(example, example / "variants.vcf", table=tmp_path / "t.tsv", threads=2)
    pd.testing.assert_frame_equal(table(tmp_path / "t.tsv"), annotated[1], rtol=1e-4, atol=1e-5)


PHASED = [
    "exA 17700 . {} {} . . . GT 0|0 0|1",
    "exA 17707 . T C . . . GT 0|0 0|1",
    "exA 25701 . A G . . . GT 0|0 0/1",
]


def test_phased_changes_are_scored_together(example: Path, letters: pysam.FastaFile, tmp_path: Path) -> None:
    base = letters.fetch("exA", 17_699, 17_700).upper()
    alt = "C" if base != "C" else "G"
    header = HEADER.replace("INFO\n", "INFO\tFORMAT\tA\tB\n")
    path = vcf(tmp_path, PHASED[0].format(base, alt), *PHASED[1:], header=header)
    summary, text = runs.annotate(example, path, phased="B", min_delta=0)
    first, second, third = records(text)
    assert entries(first, "RBP_HAP")[0]["allele"] == f"17700:{base}>{alt}&17707:T>C"
    assert "RBP_HAP" not in info(third)
    assert summary.notes == ("B: 1 unphased and 0 missing genotypes are scored alone",)
    between = letters.fetch("exA", 17_700, 17_706).upper()
    joined = vcf(tmp_path, f"exA 17700 . {base}{between}T {alt}{between}C . . .", name="joined.vcf")
    _, other = runs.annotate(example, joined, min_delta=0)
    figures = [{**entry, "allele": ""} for entry in entries(records(other)[0])]
    assert [{**entry, "allele": ""} for entry in entries(first, "RBP_HAP")] == figures
    assert {entry["delta"] for entry in entries(second, "RBP_HAP")} == {entry["delta"] for entry in figures}
    assert "RBP_HAP" not in runs.annotate(example, path, phased="A", min_delta=0)[1].replace("ID=RBP_HAP", "")


def refused(example: Path, folder: Path, path: Path, **asked: Any) -> str:
    outputs = {"out": folder / "new" / "o.vcf.gz", "table": folder / "new" / "t.tsv", **asked}
    before = runs.files(folder)
    with pytest.raises(InputError) as caught:
        runs.annotate(example, path, **outputs)
    assert runs.files(folder) == before
    return str(caught.value)


def test_what_is_refused_before_anything_is_scored(example: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(scoring, "score_alleles", None)
    good = vcf(tmp_path, "exA 12934 . A C . . .", "exA 12934 . A C . . .")
    assert "the output ends in .vcf" in refused(example, tmp_path, good, out=tmp_path / "o.txt")
    assert "a table ends in" in refused(example, tmp_path, good, table=tmp_path / "t.csv")
    assert "no such file" in refused(example, tmp_path, tmp_path / "gone.vcf")
    assert "--phased X" in refused(example, tmp_path, good, phased="X")
    assert "--min-delta" in refused(example, tmp_path, good, min_delta=7)
    assert "is an input" in refused(example, tmp_path, good, out=good)
    bad = vcf(tmp_path, "exA 12934 . A C . . .", "exA 1x . A C . . .", name="bad.vcf")
    assert "bad.vcf, line 6" in refused(example, tmp_path, bad)
    other = vcf(tmp_path, "exA 12934 . A C . . .", *["exA 12934 . G C . . ."] * 2, name="other.vcf")
    assert "2 of 3 records do not fit the FASTA: ref_mismatch 2 (at exA:12934 the FASTA has A, not G)" in refused(
        example, tmp_path, other
    )
    assert "line 6: at exA:12934 the FASTA has A" in refused(example, tmp_path, other, strict=True)
    unsorted = vcf(
        tmp_path,
        "exA 12935 . A C . . . GT 0|1",
        "exA 12934 . A C . . . GT 0|1",
        header=HEADER.replace("INFO\n", "INFO\tFORMAT\tA\n"),
        name="unsorted.vcf",
    )
    assert "--phased needs: run `bcftools sort`" in refused(example, tmp_path, unsorted, phased="A")
    with pytest.raises(ContigMismatch, match="no_contig 1"):
        runs.annotate(example, vcf(tmp_path, "chrQ 5 . A C . . .", name="q.vcf"))


def test_a_run_that_is_stopped_leaves_nothing(example: Path, tmp_path: Path, monkeypatch) -> None:
    seen = []

    def stop(*given: Any) -> bytes:
        seen.append(given)
        if len(seen) == 20:
            raise KeyboardInterrupt
        return annotate_record(*given)

    monkeypatch.setattr(room, "annotate_record", stop)
    for name in ("o.vcf", "o.vcf.gz", "o.bcf"):
        seen.clear()
        with pytest.raises(KeyboardInterrupt):
            runs.annotate(example, example / "variants.vcf", out=tmp_path / name, table=tmp_path / "t.tsv.gz")
        assert list(tmp_path.iterdir()) == []


def test_an_input_that_is_replaced_ends_the_run(example: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.vcf"
    text = (example / "variants.vcf").read_text()
    path.write_text(text)

    class Replacer(runs.RowWatcher):
        def advance(self, rows: int) -> None:
            path.write_text(text + "\n")

    with pytest.raises(InputError, match="was replaced"):
        runs.annotate(example, path, Replacer(), out=tmp_path / "o.vcf", table=tmp_path / "t.tsv")
    assert {each.name for each in tmp_path.iterdir()} == {"in.vcf"}


def test_several_models_and_no_annotation(example: Path, tmp_path: Path) -> None:
    path = vcf(tmp_path, "exA 17707 . T TG . . .")
    summary, text = runs.annotate(example, path, rbp=("ELAVL1", "FUS"), gtf=None, min_delta=0)
    assert summary.models == ("ELAVL1", "FUS")
    (row,) = records(text)
    assert [(entry["rbp"], entry["strand"], entry["gene"], entry["region"]) for entry in entries(row)] == [
        (model, strand, ".", ".") for model in ("ELAVL1", "FUS") for strand in "+-"
    ]


def test_thresholds_decide_about_sites(example: Path, annotated, tmp_path: Path) -> None:
    _, strict = runs.annotate(example, example / "variants.vcf", threshold=0.999999, min_delta=0)
    assert {entry["site"] for row in records(strict) for entry in entries(row)} == {"none"}
    _, loose = runs.annotate(example, example / "variants.vcf", threshold=1e-9, min_delta=0)
    assert {entry["site"] for row in records(loose) for entry in entries(row)} == {"kept"}
    assert "sites at 0.999999" in strict
    assert io.StringIO(annotated[0]).readline() == "##fileformat=VCFv4.3\n"
