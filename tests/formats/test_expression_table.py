"""Tables of expression as several programs write them, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.expression_table import ExpressionRow, read_expression

SALMON = "Name\tLength\tEffectiveLength\tTPM\tNumReads\nENST1.2\t500\t300.1\t2.5\t7\nENST2\t500\t300\t0\t0\n"
KALLISTO = "target_id\tlength\teff_length\test_counts\ttpm\nENST1.2|ENSG1|A\t9\t8\t7\t2.5\nENST2\t9\t8\t0\t0\n"
RSEM = "gene_id\ttranscript_id(s)\tlength\tTPM\tFPKM\nENSG1.1\tT1,T2\t9\t2.5\t1\nENSG2\tT3\t9\t0.00\t0\n"
STRINGTIE = "Gene ID\tGene Name\tReference\tTPM\nENSG1\tABC\tchr1\t2.5\nSTRG.2\t-\tchr1\t0\n"
R = '"TPM"\n"ABC"\t2.5\n"DEF"\t0\n'


def write(folder: Path, text: str, name: str = "tpm.tsv") -> Path:
    """Write a table, gzipped if its name says so."""
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ABC\t2.5\nDEF\t0\n", [("ABC",), ("DEF",)]),
        ("# cells\nABC\t2.5\n\nDEF\t0", [("ABC",), ("DEF",)]),
        ("gene\tTPM\r\nABC\t2.5\r\nDEF\t0\r\n", [("ABC",), ("DEF",)]),
        ("\ufeffSymbol\ttpm\nABC\t2.5e0\nDEF\t0\n", [("ABC",), ("DEF",)]),
        (SALMON, [("ENST1.2",), ("ENST2",)]),
        (KALLISTO, [("ENST1.2|ENSG1|A",), ("ENST2",)]),
        (RSEM, [("ENSG1.1",), ("ENSG2",)]),
        (STRINGTIE, [("ENSG1", "ABC"), ("STRG.2", "-")]),
        (R, [("ABC",), ("DEF",)]),
    ],
)
@pytest.mark.parametrize("name", ["tpm.tsv", "tpm.tsv.gz"])
def test_tables_of_several_programs(text: str, names: list[tuple[str, ...]], name: str, tmp_path: Path) -> None:
    table = read_expression(write(tmp_path, text, name))
    assert table.rows == tuple(map(ExpressionRow, names, (2.5, 0.0)))
    assert table.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("# only a comment\n", "has no rows"),
        ("gene\tTPM\n", "no rows below its header"),
        ("Geneid\tLength\tcell.bam\nABC\t5\t7\n", "line 1: has no column TPM"),
        ("row\tTPM\nABC\t5\n", "line 1: has no column of genes"),
        ("gene\tTPM\tTPM\nABC\t5\t6\n", "line 1: has several columns TPM"),
        ("ABC 2.5\nDEF 3\n", "line 1: has no column of genes: give a tab-separated table"),
        ("ABC,2.5\nDEF,3\n", "give a tab-separated table"),
        ("ABC\t2.5\nDEF\t-3.3\n", "line 2: DEF has a TPM below 0: give TPM, not their logarithm"),
        ("ABC\t900000\nDEF\t900000\n", "add up to 1,800,000.*give one sample, in TPM instead of counts"),
        ("gene\tTPM\nABC\tNA\n", "no row can be used: 1 row without a number as TPM is left out, the first is ABC"),
        ("gene\tTPM\nABC\t1,5\nDEF\tinf\nGHI\t1\n", "2 of 3 rows cannot be used"),
    ],
)
def test_tables_that_are_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_expression(write(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_few_unusable_rows_are_left_out_with_a_note_and_refused_if_strict(tmp_path: Path) -> None:
    rows = "".join(f"G{number}\t1\n" for number in range(40))
    path = write(tmp_path, f"gene\tTPM\n{rows}X\tNA\n\t3\nG7\t2\n")
    table = read_expression(path)
    assert len(table.rows) == 41
    assert table.notes == (
        "tpm.tsv: 1 row without a number as TPM is left out, the first is X (line 42)",
        "tpm.tsv: 1 row without a gene is left out, the first is \N{REPLACEMENT CHARACTER}3 (line 43)",
        "tpm.tsv: 1 row of a gene that an earlier row has, added to it, the first is G7 (line 44)",
    )
    with pytest.raises(InputError, match="line 42: a row without a number as TPM: X"):
        read_expression(path, strict=True)


@settings(max_examples=30)
@given(values=st.lists(st.floats(0, 1000), min_size=1, max_size=20), header=st.booleans())
def test_what_is_written_is_read(values: list[float], header: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = ("gene_name\tTPM\n" if header else "") + "".join(f"G{i}\t{value!r}\n" for i, value in enumerate(values))
    rows = read_expression(write(tmp_path_factory.mktemp("table"), text)).rows
    assert rows == tuple(ExpressionRow((f"G{i}",), value) for i, value in enumerate(values))
