"""Check genomes: FASTA files and chrom.sizes tables, and the reference that other files are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.chrom_sizes import read_chrom_sizes
from ideep_scan.formats.contigs import ContigResolver, LengthDifference
from ideep_scan.formats.fasta.source import FastaSource, read_headed_records
from ideep_scan.jobs.check.findings import FileReport
from ideep_scan.records.notes import join_names
from track_hubs.assemblies import find_candidates

_ENDLESS = 1 << 62  # length of a contig whose length is unknown
_WHOLE = 200_000_000  # bases of a genome that is read completely
_BLOCK = 1 << 20  # bases
_SAMPLES = 100  # blocks of a larger genome that are read
_UNKNOWN_SHARE = 0.5  # of all bases, above which few windows can be scored
_PIECE = 10_000  # bases of a block that is compared with another genome
_CASE = 32  # bit that differs between upper and lower case
_WINDOW = 101  # nt that a model reads
_LETTERS = np.zeros(256, np.uint8)  # class of each letter
_KNOWN, _N, _OTHER = range(3)
_LETTERS[:] = _OTHER
_LETTERS[np.frombuffer(b"ACGTUacgtu", np.uint8)] = _KNOWN
_LETTERS[np.frombuffer(b"Nn", np.uint8)] = _N

# Lengths (nt) of the chromosomes of an assembly that UCSC has under another name, as the header of its GFF3 has them.
_TAIR10 = {"1": 30427671, "2": 19698289, "3": 23459830, "4": 18585056, "5": 26975502}


class AnyContig(ContigResolver):
    """Resolver without a genome: it accepts every contig name, and no contig has an end.

    Parameters
    ----------
    names : iterable of str
        Names of contigs in another file, which other spellings resolve to.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__(dict.fromkeys(names, _ENDLESS))

    def resolve(self, name: str) -> str | None:
        """Return the spelling of the other file, or else the name itself."""
        contig = super().resolve(name) or name
        self.contigs.setdefault(contig, _ENDLESS)
        return contig

    def compare_lengths(self, lengths: Mapping[str, int], genome: str = "") -> LengthDifference | None:
        """Return None: no length is known."""
        return None


@dataclass(frozen=True, eq=False)
class Reference:
    """Contigs and sequence that other files are compared with.

    Attributes
    ----------
    resolver : ContigResolver
        Its contigs.
    name : str
        Name of the file, for messages; empty without a genome.
    source : FastaSource or None
        Its sequence; None for a chrom.sizes table or without a genome.
    """

    resolver: ContigResolver
    name: str = ""
    source: FastaSource | None = None

    @property
    def has_contigs(self) -> bool:
        """True if there is a genome."""
        return bool(self.name)


def check_fasta(report: FileReport, stack: ExitStack, advance: Callable[[float], None]) -> Reference | None:
    """Check a genome.

    Parameters
    ----------
    report : FileReport
        Receives facts and findings.
    stack : ExitStack
        Closes the FASTA.
    advance : callable
        Receives the share of the file that was read since the last call.

    Returns
    -------
    Reference or None
        The open genome; None if it cannot be used.
    """
    try:
        source = stack.enter_context(FastaSource(report.path))
    except InputError as error:
        report.add_error(error)
        return None
    for note in source.notes:
        report.add("index", note)
    describe_contigs(report, source.contigs)
    _check_contigs(report, source.contigs)
    try:
        _check_letters(report, source, advance)
    except InputError as error:
        report.add_error(error, "odd-letters")
        return None
    return Reference(ContigResolver(source.contigs), report.path.name, source)


def check_windows(report: FileReport) -> None:
    """Check a FASTA of windows, which may be gzipped and repeat names."""
    lengths: list[int] = []
    try:
        for _, _, codes in read_headed_records(report.path):
            lengths.append(len(codes))
    except InputError as error:
        report.add_error(error)
        return
    report.facts |= {"windows": len(lengths), "nt": sum(lengths)}
    short = sum(length < _WINDOW for length in lengths)
    if short:
        report.add("short-contigs", f"{short:,} of {len(lengths):,} windows have less than {_WINDOW} nt", count=short)


def check_sizes(report: FileReport, reference: Reference | None) -> Reference | None:
    """Check a chrom.sizes table; it is the reference unless a FASTA is given."""
    try:
        sizes = read_chrom_sizes(report.path)
    except InputError as error:
        report.add_error(error)
        return None
    describe_contigs(report, sizes)
    if reference is not None:
        compare_lengths(report, sizes, reference)
    return Reference(ContigResolver(sizes), report.path.name)


def compare_lengths(report: FileReport, lengths: Mapping[str, int], reference: Reference) -> None:
    """Compare the contig lengths that a file declares with those of the genome."""
    if not lengths or not reference.has_contigs:
        return
    try:
        _, absent = reference.resolver.align(lengths, report.path, "table of contigs")
    except InputError as error:
        report.add_error(error)
        return
    difference = reference.resolver.compare_lengths(lengths, reference.name)
    if difference is not None:
        report.add("length-differs", difference.text, contig=difference.first, count=difference.number)
    if absent:
        report.add("other-contigs", f"contigs that {reference.name} lacks: {join_names(absent)}", count=len(absent))


def report_spellings(report: FileReport, names: Iterable[str], reference: Reference) -> None:
    """Report contigs that a file names in two ways, such as 1 and chr1."""
    spellings: dict[str, str] = {}
    for name in sorted(names):
        contig = reference.resolver.resolve(name)
        if contig is not None and spellings.setdefault(contig, name) != name:
            report.add("two-spellings", f"names a contig both {spellings[contig]} and {name}", contig=contig)
            return


def compare_genomes(report: FileReport, genome: Reference, reference: Reference) -> None:
    """Compare a further FASTA with the first: contigs, lengths, and samples of the sequence of equal contigs."""
    contigs = genome.resolver.contigs
    if genome.source is None or reference.source is None or not any(map(reference.resolver.resolve, contigs)):
        return
    compare_lengths(report, contigs, reference)
    count = other = masked = 0
    for name, start, end in _sample(list(_blocks(contigs, _PIECE))):
        contig = reference.resolver.resolve(name)
        if contig is None or reference.resolver.contigs[contig] != contigs[name]:
            continue
        count += end - start
        codes, expected = genome.source.codes(name, start, end), reference.source.codes(contig, start, end)
        other += int(np.count_nonzero(codes != expected))
        letters, others = genome.source.letters(name, start, end), reference.source.letters(contig, start, end)
        masked += int(np.count_nonzero((letters ^ others) & _CASE))
    if other:
        report.add("sequence-differs", f"{other:,} of {count:,} compared bases differ from {reference.name}")
    elif masked:
        report.add("mask-differs", f"has the bases of {reference.name}, soft-masked otherwise")


def list_assemblies(contigs: Mapping[str, int]) -> list[str]:
    """List the assemblies that contig lengths fit, by the names of UCSC, and TAIR10.

    Examples
    --------
    >>> list_assemblies({"Chr1": 30427671, "ChrC": 154478})
    ['TAIR10']
    """
    lengths = [_TAIR10.get(name.lower().removeprefix("chr"), length) == length for name, length in contigs.items()]
    shared = any(name.lower().removeprefix("chr") in _TAIR10 for name in contigs)
    return find_candidates(contigs) or (["TAIR10"] if shared and all(lengths) else [])


def describe_contigs(report: FileReport, contigs: Mapping[str, int]) -> None:
    """Add the number of contigs, their length and the assembly that they fit to the facts."""
    candidates = list_assemblies(contigs)
    assembly = " or ".join(candidates) or "unknown"
    report.facts |= {"contigs": len(contigs), "nt": sum(contigs.values()), "assembly": assembly}
    if len(candidates) != 1:
        lengths = (
            f"the contig lengths fit {assembly}" if candidates else "the contig lengths fit no assembly known here"
        )
        report.add("unknown-assembly", lengths)


def _check_contigs(report: FileReport, contigs: Mapping[str, int]) -> None:
    """Report contigs that are short, or that share the spellings of their names."""
    short = [name for name, length in contigs.items() if length < _WINDOW]
    if short:
        report.add(
            "short-contigs",
            f"{len(short):,} of {len(contigs):,} contigs have less than {_WINDOW} nt, the first is {short[0]}",
            contig=short[0],
            count=len(short),
        )
    namesakes = ContigResolver(contigs).list_namesakes()
    if namesakes:
        (one, other), *others = namesakes
        text = f"has {one} and {other}" + (f", and {len(others)} more such pairs" if others else "")
        report.add("ambiguous-contigs", text, contig=one, count=len(namesakes))


def _check_letters(report: FileReport, source: FastaSource, advance: Callable[[float], None]) -> None:
    """Count letters and report what few windows survive."""
    counts, lower = np.zeros(3, np.int64), 0
    blocks = list(_blocks(source.contigs, _BLOCK))
    sample = _sample(blocks) if sum(source.contigs.values()) > _WHOLE else blocks
    for name, start, end in sample:
        letters = source.letters(name, start, end)
        counts += np.bincount(_LETTERS[letters], minlength=3)
        lower += int(np.count_nonzero(letters >= ord("a")))
        advance(1 / len(sample))
    total = int(counts.sum())
    shares = {"soft-masked": lower / total, "N": counts[_N] / total, "other letters": counts[_OTHER] / total}
    report.facts |= {name: round(float(share), 6) for name, share in shares.items()}
    if len(sample) < len(blocks):
        report.add("sampled", f"letters are counted in {total:,} of {sum(source.contigs.values()):,} nt")
    if shares["N"] > _UNKNOWN_SHARE:
        report.add("mostly-unknown", f"{shares['N']:.0%} of the bases are N")
    if counts[_OTHER]:
        number = f"{int(counts[_OTHER]):,} of {total:,} bases"
        report.add("other-letters", f"{number} are neither A, C, G, T, U nor N", count=int(counts[_OTHER]))
    if lower == total:
        report.add("all-lower-case", "all bases are lower case")


def _sample(blocks: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Choose blocks that are evenly spread."""
    if len(blocks) <= _SAMPLES:
        return blocks
    return [blocks[i] for i in np.linspace(0, len(blocks) - 1, _SAMPLES).astype(int).tolist()]


def _blocks(contigs: Mapping[str, int], size: int) -> Iterator[tuple[str, int, int]]:
    """Cut the contigs into blocks."""
    for name, length in contigs.items():
        for start in range(0, length, size):
            yield name, start, min(start + size, length)
