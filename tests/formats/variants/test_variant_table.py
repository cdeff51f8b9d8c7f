"""Tables of effects, as text and as Parquet."""

from __future__ import annotations

import io
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.variants import variant_table
from ideep_scan.formats.variants.variant_table import COLUMNS, check_table_name, table_rows, write_variant_table
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.records.variant_effect import Status, VariantEffect

RECORD = VcfRecord(9, "chr1", 99, (b"chr1", b"100", b"r\xe9", b"A", b"G,*", b".", b".", b"."), b"", b"\n")
EFFECT = VariantEffect(
    "G", "ELAVL1", "-", None, "CDS", reference=0.25, alternate=float(np.float32(0.1)), delta=-0.15, position=97,
    log_odds=-1.0, site="lost",
)  # fmt: skip
NONE = VariantEffect(
    "G", "FUS", "+", "G1", None, reference=nan, alternate=nan, delta=nan, position=None, log_odds=nan, site="none"
)
ROWS = list(table_rows(RECORD, (Status.SCORED, Status.STAR), [EFFECT, NONE]))


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(
        path, sep="\t", keep_default_na=False, na_values={name: [""] for name in ("offset", "p", "delta")}
    )


def test_text() -> None:
    stream = io.StringIO()
    with write_variant_table(None, stream) as table:
        table.add(ROWS)
    header, *lines = stream.getvalue().split("\n")
    assert header.split("\t") == list(COLUMNS)
    assert lines == [
        "\t".join(("chr1", "100", "r?", "A", "G", "ELAVL1", "-", ".", "CDS", "0.25", "0.1", "-0.15", "-2", "lost"))
        + "\t\t-1.0\tscored",
        "\t".join(("chr1", "100", "r?", "A", "G", "FUS", "+", "G1", ".", "", "", "", "", "none", "", "", "scored")),
        "\t".join(("chr1", "100", "r?", "A", "*", ".", ".", ".", ".", "", "", "", "", ".", "", "", "star")),
        "",
    ]


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz", "t.parquet"])
def test_files_hold_the_same_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    monkeypatch.setattr(variant_table, "_GROUP", 2)
    with write_variant_table(tmp_path / "new" / name) as table:
        table.add(ROWS[:1])
        table.add(ROWS[1:])
    rows = read(tmp_path / "new" / name)
    assert list(rows) == list(COLUMNS)
    assert rows["model"].tolist() == ["ELAVL1", "FUS", "."]
    assert rows["status"].tolist() == ["scored", "scored", "star"]
    assert np.array_equal(rows["delta"].to_numpy(np.float32), np.array([-0.15, nan, nan], np.float32), equal_nan=True)
    assert rows["offset"].fillna(0).tolist() == [-2, 0, 0]


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz", "t.parquet"])
def test_a_table_without_rows_is_whole(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    with write_variant_table(tmp_path / name):
        pass
    assert list(read(tmp_path / name)) == list(COLUMNS)


@pytest.mark.parametrize("name", ["t.tsv", "t.parquet"])
def test_what_ends_early_leaves_no_table(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")

    def stop() -> None:
        with write_variant_table(tmp_path / name) as table:
            table.add(ROWS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert list(tmp_path.iterdir()) == []


def test_no_table_takes_rows_too() -> None:
    with write_variant_table(None) as table:
        table.add(ROWS)


def test_names_of_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    check_table_name(Path("T.TSV.GZ"))
    with pytest.raises(InputError, match=r"t.csv: a table ends in"):
        check_table_name(Path("t.csv"))
    monkeypatch.setattr(variant_table, "find_spec", lambda name: None)
    check_table_name(Path("t.tsv"))
    with pytest.raises(InputError, match=r"pip install 'ideep-scan\[parquet\]'"):
        check_table_name(Path("t.parquet"))
