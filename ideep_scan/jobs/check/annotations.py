"""Check annotations: transcripts, their strands and ids, and their places on the genome."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.gtf import split_feature_columns
from ideep_scan.formats.annotation.reader import Annotation, map_to_contigs, read_annotation
from ideep_scan.formats.text import read_lines
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.jobs.check.genomes import Reference, compare_lengths
from ideep_scan.records.span import STRANDS
from ideep_scan.records.transcript import Transcript

_MAX_LINES = 10_000  # lines that are searched for features
_MONTHS = "Mar|Sep|Sept|Oct|Dec|Apr|Feb|Nov"  # of which spreadsheets make dates: MARCH1, SEPT2, DEC1
_DATE = re.compile(rf"\d{{1,2}}-({_MONTHS})|({_MONTHS})-\d{{2}}", re.IGNORECASE)
_FEW = 20  # transcripts, below which one strand may be chance


def check_annotation(report: FileReport, reference: Reference) -> Annotation | None:
    """Check an annotation.

    Parameters
    ----------
    report : FileReport
        Receives facts and findings.
    reference : Reference
        Genome to place the transcripts on.

    Returns
    -------
    Annotation or None
        The transcripts, on contigs of the genome if there is one; None if the file cannot be used.
    """
    try:
        annotation = read_annotation(report.path)
    except InputError as error:
        report.add_error(error)
        return None
    report.kind = annotation.kind
    compare_lengths(report, dict(annotation.circular), reference)
    _describe(report, annotation)
    _check_features(report)
    if reference.has_contigs:
        try:
            annotation = map_to_contigs(annotation, reference.resolver)
        except InputError as error:
            report.add_error(error)
            return None
        report.facts["on the genome"] = len(annotation.transcripts)
    report.add_exclusions(annotation.exclusions)
    return annotation


def is_date(name: str) -> bool:
    """Test whether a spreadsheet may have made a name from another one, such as 1-Mar from MARCH1.

    Examples
    --------
    >>> is_date("1-Mar"), is_date("Sep-02"), is_date("MARCH1")
    (True, True, False)
    """
    return _DATE.fullmatch(name) is not None


def find_gaps(transcripts: Sequence[Transcript]) -> Iterator[tuple[str, str]]:
    """Find what all transcripts of an annotation lack: one of the strands, coding parts.

    Parameters
    ----------
    transcripts : sequence of Transcript
        Its transcripts.

    Yields
    ------
    tuple of str
        Code of a finding, and its text.
    """
    strands = Counter(transcript.strand for transcript in transcripts)
    for strand in STRANDS:
        if strands[strand] == len(transcripts) >= _FEW:
            yield "one-strand", f"all {len(transcripts):,} transcripts are on strand {strand}"
    if all(transcript.cds is None for transcript in transcripts):
        yield "no-coding-part", "no transcript has a coding part"


def _check_features(report: FileReport) -> None:
    """Report what the first lines of a GTF or GFF3 lack: lines of exons, attributes with keys."""
    rows = ((number, split_feature_columns(line)) for number, line in read_lines(report.path) if line[:1] != "#")
    features, last = [], 0
    for number, columns in islice(rows, _MAX_LINES):
        last = number
        if len(columns) == 9:
            features.append(columns[2])
            if len(columns[8].split()) == 1 and not set(columns[8]) & set('="') and columns[8].strip() != ".":
                report.add("bare-ids", f"a line of kind {columns[2]} has an id without a key", number)
                break
    if features and last < _MAX_LINES and "exon" not in features and "bare-ids" not in report.codes:
        report.add("no-exon-lines", "has no lines of exons")


def _describe(report: FileReport, annotation: Annotation) -> None:
    """Count transcripts and genes; report strands, coding parts and ids."""
    transcripts = annotation.transcripts
    genes = {transcript.gene_id for transcript in transcripts}
    contigs = {transcript.chrom for transcript in transcripts}
    report.facts |= {"transcripts": len(transcripts), "genes": len(genes), "contigs": len(contigs)}
    for code, text in find_gaps(transcripts):
        report.add(code, text)
    ids = Counter(transcript.id for transcript in transcripts)
    dates = [name for name in {transcript.gene_name for transcript in transcripts} if is_date(name)]
    if dates:
        text = f"{len(dates):,} names of genes look like dates, one is {min(dates)}"
        report.add("dates-for-names", text, count=len(dates))
    repeated = [name for name, count in ids.items() if count > 1]
    if repeated:
        report.add(
            "repeated-id",
            f"{len(repeated):,} ids of transcripts occur at several places, the first is {repeated[0]}",
            count=len(repeated),
        )
