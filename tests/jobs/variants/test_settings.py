"""Settings of a job on variants, checked before a file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.variants.settings import VariantSettings

FILES = {"variants": Path("in.vcf"), "fasta": Path("g.fa"), "gtf": Path("g.gtf")}


def test_usable_settings() -> None:
    VariantSettings(("ELAVL1",), **FILES, out=Path("o.vcf"), table=Path("t.tsv"), min_delta=0).check()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_delta": -0.1}, "--min-delta -0.1: give a difference"),
        ({"min_delta": float("nan")}, "--min-delta nan"),
        ({"min_delta": 2}, "--min-delta 2"),
        ({"top": 0}, "--top 0: give the number of rows of the report, 1 or more"),
        ({"threshold": 2.0}, "2"),
        ({"fdr": 0.5, "threshold": 0.9}, "both choose the sites"),
        ({"threads": -1}, "--threads -1"),
        ({"out": Path()}, "is a folder"),
        ({"table": Path()}, "is a folder"),
        ({"out": Path("x/../in.vcf")}, "is an input of this run; give another -o"),
        ({"table": Path("g.gtf")}, "is an input of this run; give another --table"),
        ({"out": Path("o"), "table": Path("./o")}, "is named by -o and by --table"),
        ({"out": Path("o"), "report": Path("./o")}, "is named by -o and by --report"),
        ({"report": Path("g.fa")}, "is an input of this run; give another --report"),
    ],
)
def test_unusable_settings(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        VariantSettings(("ELAVL1",), **FILES, **options).check()  # type: ignore[arg-type]
