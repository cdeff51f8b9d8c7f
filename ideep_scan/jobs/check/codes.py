"""Catalogue of the findings: severity, effect on commands, and remedy of each code."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """Weight of a finding; the value is its name in the output."""

    NOTE = "note"
    WARNING = "warning"
    UNUSABLE = "unusable"


class Code(NamedTuple):
    """One kind of finding.

    Attributes
    ----------
    severity : Severity
        Its weight.
    effect : str
        What it means for which command.
    remedy : str
        What the user can do; empty if the text of the finding says it.
    """

    severity: Severity
    effect: str
    remedy: str = ""


_NOTE, _WARNING, _UNUSABLE = Severity

CODES = {
    # files that no command can read
    "unreadable": Code(_UNUSABLE, "every command that reads it stops"),
    "unknown-kind": Code(
        _UNUSABLE, "no command reads it", "name its kind, such as bed=FILE, or give one of the formats of the manual"
    ),
    "other-compression": Code(_UNUSABLE, "every command that reads it stops"),
    "web-page": Code(_UNUSABLE, "every command that reads it stops"),
    "utf-16": Code(_UNUSABLE, "every command that reads it stops"),
    "foreign-format": Code(_UNUSABLE, "every command that reads it stops"),
    "foreign-table": Code(_UNUSABLE, "no command reads it"),
    "no-common-contig": Code(_UNUSABLE, "every command that reads it with this genome stops"),
    "other-assembly": Code(_UNUSABLE, "every command that reads it with this genome stops"),
    "too-few-records": Code(_UNUSABLE, "every command that reads it stops"),
    # rows that commands leave out
    "no-strand": Code(
        _WARNING,
        "predict gives them no score and stops if they are more than a tenth; other commands read both strands",
        "write + or - in column 6",
    ),
    "bad-strand": Code(_WARNING, "every command leaves them out", "write + or - or '.' in column 6"),
    "contig-missing": Code(
        _WARNING,
        "predict and variants give them no score; predict stops if they are more than a tenth",
        "give the genome that the file was made with",
    ),
    "past-end": Code(_WARNING, "every command leaves them out", "check that both files are of one assembly"),
    "empty-interval": Code(
        _WARNING, "every command leaves them out", "write the start from 0 and the end after the last base"
    ),
    "malformed-row": Code(_WARNING, "every command leaves them out", "correct the lines"),
    "left-out": Code(_WARNING, "genome, predict and variants go on without them", "correct the records"),
    "other-contigs": Code(_NOTE, "genome, predict and variants go on without them"),
    "changed-records": Code(_NOTE, "every command reads them so"),
    # strands, transcripts
    "swapped-strand": Code(
        _WARNING,
        "predict scores the wrong strand, co-binding reads the wrong strand",
        "swap + and - (libraries differ in which strand they sequence)",
    ),
    "doubtful-strand": Code(
        _WARNING, "predict scores part of the sites on the wrong strand", "check how the strand was assigned"
    ),
    "outside-transcripts": Code(
        _WARNING,
        "predict scores them without region types; genome --gtf does not scan there",
        "check assembly, annotation and strand",
    ),
    "no-coding-part": Code(
        _WARNING,
        "genome, predict and variants see no CDS and no UTR: models that read regions miss sites in 3' UTRs",
        "give an annotation with CDS lines (in BED12: thickStart and thickEnd)",
    ),
    "no-exon-lines": Code(_NOTE, "genome, predict and variants make exons from CDS and UTR lines"),
    "bare-ids": Code(_NOTE, "none here: other lines have the ids; other programs may refuse the file"),
    "one-strand": Code(
        _WARNING, "genome --gtf scans that strand only", "check the column of the strand in the annotation"
    ),
    "repeated-id": Code(_NOTE, "genome scans each place as a transcript of its own"),
    "duplicates": Code(_WARNING, "predict scores each of them again; counts and shares rise", "remove them: `sort -u`"),
    "overlaps": Code(
        _NOTE, "co-binding and --regions merge them, predict scores each", "collapse them if each stands for a site"
    ),
    "repeated-name": Code(_NOTE, "rows of the table of predict can be told apart by their place only"),
    "one-based": Code(
        _WARNING, "every command reads these intervals without their first base", "subtract 1 from the starts"
    ),
    "dates-for-names": Code(
        _NOTE, "genome --gene does not find these genes", "import the names into the spreadsheet as text"
    ),
    # genome
    "mostly-unknown": Code(_WARNING, "genome scores no position near unknown bases", "check that this is the genome"),
    "other-letters": Code(_NOTE, "every command reads R, Y, S, W, K, M, B, D, H, V and X as N"),
    "all-lower-case": Code(_NOTE, "none: upper and lower case are read alike"),
    "short-contigs": Code(_NOTE, "genome scores few or none of their positions; predict pads windows as unknown"),
    "ambiguous-contigs": Code(
        _WARNING, "other files that name neither exactly lose their records", "keep one contig of each chromosome"
    ),
    "unknown-assembly": Code(_NOTE, "genome cannot tell browsers the assembly", "name it with --assembly"),
    "sampled": Code(_NOTE, "whatever lies outside of the sample is unchecked"),
    "second-genome": Code(_NOTE, "other files are compared with the first genome only"),
    "length-differs": Code(_WARNING, "positions shift where lengths differ", "give files of one assembly"),
    "sequence-differs": Code(_WARNING, "scores differ between both", "give files of one assembly"),
    "mask-differs": Code(_NOTE, "none: upper and lower case are read alike"),
    "two-spellings": Code(
        _NOTE, "every command reads both as one contig; other programs do not", "rename the contigs alike"
    ),
    "odd-letters": Code(_UNUSABLE, "genome, predict and variants stop when they reach them"),
    # variants
    "ref-mismatch": Code(
        _WARNING, "variants gives them no score", "give the genome that the VCF was called on, or `bcftools norm -c s`"
    ),
    "repeated-record": Code(_NOTE, "variants scores and writes each", "remove them: `bcftools norm -d exact`"),
    "not-scored": Code(_NOTE, "variants gives them no score"),
    "no-records": Code(_WARNING, "nothing to score", "check how the file was filtered"),
    "info-replaced": Code(_NOTE, "variants replaces these keys"),
    # order, indices, text
    "unsorted": Code(
        _NOTE,
        "none here; tabix and genome browsers need sorted files",
        "sort it (`sort -k1,1 -k2,2n`, `bcftools sort`)",
    ),
    "index": Code(_NOTE, "none here: the FASTA is read rightly", "run `samtools faidx` again for other programs"),
    "stale-index": Code(
        _NOTE, "none here; other programs may fetch wrong records", "make the index again (tabix, bcftools index)"
    ),
    "line-ends": Code(_NOTE, "none here; other programs keep the CR in the last column", "run `dos2unix`"),
    "byte-order-mark": Code(_NOTE, "none here; other programs misread the first name", "save as UTF-8 without a mark"),
    "blanks": Code(_NOTE, "none here; other programs need tabs", "separate columns with tabs"),
    "uneven-lines": Code(
        _NOTE, "none here; samtools may count blanks as bases", "write even lines without blanks: `seqkit seq -w 60`"
    ),
    "misleading-name": Code(_NOTE, "none here; other programs go by the name", "rename the file"),
    "not-bgzip": Code(_NOTE, "none here; tabix and bcftools need bgzip", "recompress: `gunzip -c F.gz | bgzip > N.gz`"),
}
