"""Tables of a finished run, read into arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.site_columns import MOTIF_COLUMNS, SITE_COLUMNS
from ideep_scan.formats.site_files import MotifWriter, SiteWriter
from ideep_scan.formats.site_tables import DETAILS, RowTexts, read_motif_table, read_site_table
from ideep_scan.records.scores import Hit, MotifHit, MotifLabel, SiteReport

CONTIGS = {"chr1": 1000, "chr2": 500}
KNOWN = MotifLabel("M1", "ELAVL1_UUU", "ELAVL1", "known")
LEARNED = MotifLabel("ELAVL1.pattern00", "ELAVL1_UUU", "ELAVL1", "learned")


def test_sites_come_back_as_they_were_written(tmp_path: Path) -> None:
    reports = [
        SiteReport(
            Hit("chr1", 5, 9, "+", 7, float(np.float32(0.9)), "region"), "ACG" * 3, "CDS", "TNF α", "G1", p_value=0.01
        ),
        SiteReport(Hit("chr2", 490, 500, "-", 499, 0.5), "NNNACGNNN"),
    ]
    with SiteWriter(tmp_path, "t", CONTIGS, rbp="ELAVL1", color=(0, 0, 0)) as writer:
        for report in reports:
            writer.add(report)
    table = read_site_table(tmp_path / "t.tsv.gz", CONTIGS)
    assert table.rows.contigs.tolist() == [0, 1]
    assert table.rows.starts.tolist() == [5, 490]
    assert table.rows.ends.tolist() == [9, 500]
    assert table.rows.minus.tolist() == [False, True]
    assert table.summits.tolist() == [7, 499]
    assert table.window == 9
    assert [dict(zip(DETAILS, table.details[row], strict=True)) for row in range(len(table.details))] == [
        {"name": "TNF α:1", "score": "0.9", "p_value": "0.01", "precision": "", "driver": "region",
         "gene_name": "TNF α", "gene_id": "G1", "region": "CDS"},
        {"name": "ELAVL1:1", "score": "0.5", "p_value": "", "precision": "", "driver": ".",
         "gene_name": ".", "gene_id": ".", "region": "."},
    ]  # fmt: skip


def test_motif_hits_come_back_as_they_were_written(tmp_path: Path) -> None:
    hits = [
        MotifHit("chr1", 5, 12, "+", KNOWN, 10.5, 6.1e-5),
        MotifHit("chr1", 5, 12, "-", LEARNED, 9.0, 1e-4),
        MotifHit("chr2", 0, 7, "-", KNOWN, 10.0, 7e-5),
    ]
    with MotifWriter(tmp_path, "t", CONTIGS) as writer:
        for hit in hits:
            writer.add(hit)
    table = read_motif_table(tmp_path / "t.tsv.gz", CONTIGS)
    assert [table.labels[motif] for motif in table.motifs.tolist()] == [KNOWN, LEARNED, KNOWN]
    np.testing.assert_allclose(table.p_values, [hit.p_value for hit in hits])
    assert table.rows.minus.tolist() == [False, True, True]


def test_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("\t".join(SITE_COLUMNS) + "\n")
    (tmp_path / "m").write_text("\t".join(MOTIF_COLUMNS) + "\n")
    assert len(read_site_table(tmp_path / "s", CONTIGS).details) == 0
    assert read_motif_table(tmp_path / "m", CONTIGS).labels == ()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("chr1\t5\tx\tn\t+\t6", "cannot be read"),
        ("chr1\t5\t9\tn\t+\t", "cannot be read"),
        ("chr3\t5\t9\tn\t+\t6", "line 3: has a place"),
        ("chr1\t5\t9\tn\t.\t6", "line 3: has a place"),
        ("chr2\t5\t501\tn\t+\t6", "line 3: has a place"),
        ("chr2\t-1\t9\tn\t+\t6", "line 3: has a place"),
        ("chr2\t1e999\t9\tn\t+\t9", "cannot be read|line 3: has a place"),
        ("chr2\t5\t9\tn\t+\t9", "line 3: has a place"),
        ("chr2\t5\t9\tn\t+\t4", "line 3: has a place"),
        ("chr2\t5\t5\tn\t+\t5", "line 3: has a place"),
        ("chr2\t5\t9\tn", "cannot be read|other columns"),
        ("chr2\t5\t9\tn\t+\t6\tx\tx", "cannot be read"),
    ],
)
def test_rows_that_no_run_writes(tmp_path: Path, place: str, reason: str) -> None:
    path = tmp_path / "s"
    further = "\t." * (len(SITE_COLUMNS) - 6)
    first = f"chr1\t5\t9\tn\t+\t6{further}"
    path.write_text("\t".join(SITE_COLUMNS) + f"\n{first}\n{place}{further}\n")
    with pytest.raises(InputError, match=rf"{path}.*({reason}).*run the scan again"):
        read_site_table(path, CONTIGS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chrom\tstart\n",
        "\t".join(SITE_COLUMNS) + "\nchr1\t5\t9\tn\t+\t6\n",
        "\0\1\n",
        "\t".join(SITE_COLUMNS[1:]) + "\n",
    ],
)
def test_files_that_are_not_tables_of_sites(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"{path}: .*run the scan again"):
        read_site_table(path, CONTIGS)


def test_a_p_value_that_is_not_a_number(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text("\t".join(MOTIF_COLUMNS) + "\nchr1\t1\t2\tM\t+\tM\t.\tknown\t1\tlow\n")
    with pytest.raises(InputError, match=r"cannot be read .*low"):
        read_motif_table(path, CONTIGS)


def test_an_origin_that_no_run_writes(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text("\t".join(MOTIF_COLUMNS) + "\nchr1\t1\t2\tM\t+\tM\t.\tguessed\t1\t0.1\n")
    with pytest.raises(InputError, match=r"origin 'guessed'.*run the scan again"):
        read_motif_table(path, CONTIGS)


def test_motif_hits_of_version_0_2_0(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text("chrom\tstart\tend\tname\tstrand\tmatch\tscore\tp_value\nchr1\t1\t2\tM1\t+\tHuR\t1\t0.1\n")
    assert read_motif_table(path, CONTIGS).labels == (MotifLabel("M1", "M1", "HuR", "known"),)


def test_tables_of_several_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = [MotifLabel(f"M{number}", "NA_U", "NA", "known") for number in range(3)]
    hits = [MotifHit("12"[i % 2], i, i + 7, "+-"[i % 2], labels[i % 3], 1.0, 1e-5 * i) for i in range(9)]
    with MotifWriter(tmp_path, "t", {"1": 99, "2": 99}) as writer:
        for hit in sorted(hits, key=lambda hit: hit.chrom):
            writer.add(hit)
    motif_table = read_motif_table(tmp_path / "t.tsv.gz", {"1": 99, "2": 99})
    monkeypatch.setattr("ideep_scan.formats.site_tables._ROWS", 2)
    parts = read_motif_table(tmp_path / "t.tsv.gz", {"1": 99, "2": 99})
    assert parts.labels == motif_table.labels == (labels[0], labels[2], labels[1])
    assert parts.rows.contigs.tolist() == [0] * 5 + [1] * 4
    for name in ("motifs", "p_values"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(motif_table, name))


def test_texts_of_many_rows() -> None:
    texts = RowTexts()
    rows = [["a", "", "ü"], ["b", "c", "d"], ["", "", ""]]
    for row in rows:
        texts.append(row)
    assert [texts[number] for number in range(len(texts))] == rows


def test_tables_of_version_0_2_0_are_read(tmp_path: Path) -> None:
    """They have no ranks, no names and origins of motifs, and another name for the precision."""
    columns = [c for c in SITE_COLUMNS if not c.startswith("rank") and c not in ("motif_name", "motif_origin")]
    row = dict.fromkeys(columns, ".") | {
        "chrom": "chr1", "start": "5", "end": "9", "strand": "+", "summit": "7", "precision": "0.25", "sequence": "ACG",
    }  # fmt: skip
    head = "\t".join(columns).replace("precision", "expected_precision")
    (tmp_path / "t.tsv").write_text(head + "\n" + "\t".join(row.values()) + "\n")
    table = read_site_table(tmp_path / "t.tsv", CONTIGS)
    assert dict(zip(DETAILS, table.details[0], strict=True))["precision"] == "0.25"
