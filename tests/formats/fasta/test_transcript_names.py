"""Names in headers of transcripts, as the makers of such files write them."""

from __future__ import annotations

import pytest

from ideep_scan.formats.fasta.transcript_names import TranscriptNames, parse_header

GENCODE = (
    "ENST00000641515.2|ENSG00000186092.7|OTTHUMG00000001094.4|OTTHUMT00000003223.4|OR4F5-201|OR4F5|2618|"
    "UTR5:1-60|CDS:61-1041|UTR3:1042-2618|"
)
ENSEMBL = (
    "ENST00000415118.1 cdna chromosome:GRCh38:14:22438547:22438554:1 gene:ENSG00000223997.1 "
    "gene_biotype:TR_D_gene transcript_biotype:TR_D_gene gene_symbol:TRDD1 description:T cell receptor delta"
)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (GENCODE, ("ENST00000641515.2", "ENSG00000186092.7", "OR4F5", (60, 1041))),
        (ENSEMBL, ("ENST00000415118.1", "ENSG00000223997.1", "TRDD1")),
        (
            "NM_000014.6 Homo sapiens alpha-2-macroglobulin (A2M), transcript variant 1, mRNA",
            ("NM_000014.6", "A2M", "A2M"),
        ),
        ("NM_000546.6 TP53 [organism=Homo sapiens] [GeneID=7157]", ("NM_000546.6", "7157", "TP53")),
        ("NM_000014 A2M", ("NM_000014", "A2M", "A2M")),
        ("NM_000014 6", ("NM_000014",)),
        ("NM_000014.6", ("NM_000014.6",)),
        ("gi|66932946|ref|NM_000014.4| Homo sapiens alpha-2-macroglobulin (A2M), mRNA", ("NM_000014.4", "A2M", "A2M")),
        ("ref|NR_1.1|", ("NR_1.1",)),
        ("MSTRG.1.1 gene=MSTRG.1 CDS=11-40", ("MSTRG.1.1", "MSTRG.1", "MSTRG.1", (10, 40))),
        ("TRINITY_DN1_c0_g1_i1 len=300 path=[0:0-299]", ("TRINITY_DN1_c0_g1_i1",)),
        ("a|b an isoform", ("a|b",)),
        ("a\tgene=B", ("a", "B", "B")),
        ("", ("",)),
    ],
)
def test_names_are_those_of_the_makers(header: str, names: tuple[object, ...]) -> None:
    assert parse_header(header) == TranscriptNames(*names)  # type: ignore[arg-type]
