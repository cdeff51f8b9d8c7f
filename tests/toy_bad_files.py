"""Small input files that are wrong in one way each, with the finding that a check must make."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pysam
from toy_fasta import write_fasta

LENGTHS = {"chrT": 6000, "chrU": 3000}
BASES = {
    name: "".join(np.random.default_rng(seed).choice(list("ACGT"), length))
    for seed, (name, length) in enumerate(LENGTHS.items())
}
HEADER = "##fileformat=VCFv4.2\n{}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def gtf(strand: str = "+", chrom: str = "chrT", start: int = 501, end: int = 4500, name: str = "T1") -> str:
    """Write a transcript of one exon with a coding part."""
    attributes = f'gene_id "G{name}"; transcript_id "{name}"; gene_name "ABC"; exon_number "1";'
    rows = (("exon", start, end), ("CDS", start + 99, start + 198))
    return "".join(f"{chrom}\ttest\t{kind}\t{a}\t{b}\t.\t{strand}\t0\t{attributes}\n" for kind, a, b in rows)


def gff3(rows: str) -> str:
    """Write GFF3 with an mRNA of one exon, and further rows."""
    mrna = "chrT\tx\tmRNA\t501\t4500\t.\t+\t.\tID=T1;Parent=G1\n"
    return f"##gff-version 3\n{mrna}chrT\tx\texon\t501\t4500\t.\t+\t.\tID=e1;Parent=T1\n{rows}"


def bed(*rows: str) -> str:
    """Write rows of a BED6, with blanks for tabs, behind twenty good ones."""
    good = [f"chrT {start} {start + 20} s{start} 0 +" for start in range(600, 1600, 50)]
    return "".join(row.replace(" ", "\t") + "\n" for row in [*good, *rows])


def vcf(*rows: str, header: str = "") -> str:
    """Write rows of a VCF, with blanks for tabs, behind three good ones."""
    good = [f"chrT {position} . {BASES['chrT'][position - 1]} <DUP> . . ." for position in (100, 200, 300)]
    good = [row.replace("<DUP>", "A" if row.split()[3] != "A" else "C") for row in good]
    return HEADER.format(header) + "".join(row.replace(" ", "\t") + "\n" for row in [*good, *rows])


def write_packed(path: Path, text: str) -> None:
    """Write gzip that is not bgzip."""
    path.write_bytes(gzip.compress(text.encode()))


def write_bgzip(path: Path, text: str) -> None:
    """Write bgzip."""
    with pysam.BGZFile(str(path), "w") as handle:
        handle.write(text.encode())


def write_cut(path: Path, text: str) -> None:
    """Write bgzip without its end."""
    write_bgzip(path, text)
    path.write_bytes(path.read_bytes()[:-28])


def write_half(path: Path, text: str) -> None:
    """Write the first half of a gzip file."""
    packed = gzip.compress(text.encode())
    path.write_bytes(packed[: len(packed) // 2])


def write_damaged(path: Path, text: str) -> None:
    """Write gzip with wrong bytes in the middle."""
    packed = bytearray(gzip.compress(text.encode()))
    packed[12:40] = b"\xff" * 28
    path.write_bytes(bytes(packed))


def write_with_old_index(path: Path, text: str) -> None:
    """Write bgzip with a .tbi that is older."""
    write_bgzip(path, text)
    index = path.with_name(path.name + ".tbi")
    index.write_bytes(b"TBI")
    os.utime(index, (1, 1))


def write_with_foreign_fai(path: Path, text: str) -> None:
    """Write a FASTA beside the .fai of another one."""
    path.write_text(text)
    path.with_name(path.name + ".fai").write_text("chrZ\t500\t6\t60\t61\n")


class BadFile(NamedTuple):
    """A file and the finding that it must get.

    Attributes
    ----------
    name : str
        File name.
    content : str or bytes
        Content.
    code : str
        Code of the finding.
    exit_code : int
        Exit code of the check of this file beside a good genome and a good annotation.
    write : callable or None
        Writer of the text; None for the content as it is.
    kind : str
        Prefix of the argument, such as "bed=".
    """

    name: str
    content: str | bytes
    code: str
    exit_code: int
    write: Callable[[Path, str], object] | None = None
    kind: str = ""

    def make(self, folder: Path) -> str:
        """Write the file and return the argument of the command."""
        path = folder / self.name
        if self.write is not None:
            assert isinstance(self.content, str)
            self.write(path, self.content)
        elif isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            path.write_text(self.content, newline="")
        return f"{self.kind}{path}"


def write_genome(folder: Path) -> Path:
    """Write the good genome."""
    return write_fasta(folder / "genome.fa", BASES)


FASTA = f">chrT\n{BASES['chrT']}\n"
SEVERAL = "".join(f"chrT\t{start}\t{start + 20}\ts{start}\t0\t-\n" for start in range(600, 1600, 50))
CONTAINERS = (
    BadFile("empty.bed", "", "unreadable", 2),
    BadFile("zipped.bed", b"PK\3\4" + bytes(60), "other-compression", 2),
    BadFile("packed.bed.bz2", b"BZh9" + bytes(60), "other-compression", 2),
    BadFile("packed.fa.xz", b"\xfd7zXZ\0" + bytes(60), "other-compression", 2),
    BadFile("packed.vcf.zst", b"\x28\xb5\x2f\xfd" + bytes(60), "other-compression", 2),
    BadFile("genome.2bit", b"\x43\x27\x41\x1a" + bytes(60), "foreign-format", 2),
    BadFile("little.bed", bed().encode("utf-16-le"), "utf-16", 2),
    BadFile("page.gtf.gz", "<!DOCTYPE html>\n<html>404</html>\n", "web-page", 2),
    BadFile("wide.bed", bed().encode("utf-16"), "utf-16", 2),
    BadFile("half.gtf.gz", gtf() * 50, "unreadable", 2, write_half),
    BadFile("damaged.bed.gz", bed(), "unreadable", 2, write_damaged),
    BadFile("cut.vcf.gz", vcf(), "unreadable", 2, write_cut),
    BadFile("prose.txt", "to whom it may concern, of no use\n", "unknown-kind", 2),
    BadFile("binary.dat", bytes(range(256)) * 4, "unreadable", 2),
    BadFile("windows.bed", bed().replace("\n", "\r\n"), "line-ends", 0),
    BadFile("mac.bed", bed().replace("\n", "\r"), "line-ends", 0),
    BadFile("marked.bed", "\ufeff" + bed(), "byte-order-mark", 0),
    BadFile("plain.bed.gz", bed(), "misleading-name", 0),
    BadFile("packed.bed", bed(), "misleading-name", 0, write_packed),
    BadFile("gzip.vcf.gz", vcf(), "not-bgzip", 0, write_packed),
    BadFile("gzip.bed.gz", bed(), "not-bgzip", 0, write_packed),
    BadFile("indexed.vcf.gz", vcf(), "stale-index", 0, write_with_old_index),
)
GENOMES = (
    BadFile("protein.fa", ">p\nMKLVEFPQ\n", "unreadable", 2),
    BadFile("headless.fa", "ACGTACGT\n", "unreadable", 2),
    BadFile("twice.fa", ">chrT\nACGT\n>chrT\nACGT\n", "unreadable", 2),
    BadFile("nameless.fa", ">\nACGT\n", "unreadable", 2),
    BadFile("baseless.fa", ">chrT\n>chrU\n", "unreadable", 2),
    BadFile("gzip.fa.gz", FASTA, "unreadable", 2, write_packed),
    BadFile("cut.fa.gz", FASTA, "unreadable", 2, write_cut),
    BadFile("gaps.fa", f">chrT\n{BASES['chrT'][:300]}\n{'-' * 300}\n", "unreadable", 2),
    BadFile("unknown.fa", f">chrT\n{'N' * 5000}{BASES['chrT'][:900]}\n", "mostly-unknown", 1),
    BadFile("iupac.fa", f">chrZ\n{BASES['chrT'][:500]}RYSWKM\n", "other-letters", 0),
    BadFile("lower.fa", FASTA.lower().replace("chrt", "chrT"), "all-lower-case", 0),
    BadFile("short.fa", f"{FASTA}>chrS\nACGT\n", "short-contigs", 0),
    BadFile("both.fa", f">chr1\n{BASES['chrT'][:200]}\n>1\n{BASES['chrT'][:300]}\n", "ambiguous-contigs", 1),
    BadFile("indexed.fa", FASTA, "index", 0, write_with_foreign_fai),
    BadFile("uneven.fa", f">chrZ\n{BASES['chrT'][:50]}\n{BASES['chrT'][:200]}\nA\n", "index", 0),
    BadFile("spaced.fa", FASTA.rstrip() + "  \n", "uneven-lines", 0),
    BadFile("blank_lines.fa", FASTA + "\n\n", "uneven-lines", 0),
    BadFile("second.fa", FASTA, "second-genome", 0),
    BadFile("longer.sizes", "chrT\t6001\nchrU\t3000\n", "length-differs", 1),
    BadFile("foreign.sizes", "scaffold_1\t6001\n", "no-common-contig", 2),
    BadFile("twice.chrom.sizes", "chrT\t6000\nchrT\t6000\n", "unreadable", 2),
    BadFile("further.sizes", "chrT\t6000\nchrU\t3000\nchrV\t9\n", "other-contigs", 0),
    BadFile("third.fa", FASTA.replace("A", "C"), "sequence-differs", 1),
    BadFile("masked.fa", FASTA.lower().replace("chrt", "chrT"), "mask-differs", 0),
    BadFile("short.windows.fa", ">a\nACGT\n", "short-contigs", 0, kind="windows="),
    BadFile("odd.windows.fa", ">a\nACGT*\n", "unreadable", 2, kind="windows="),
)
ANNOTATIONS = (
    BadFile("foreign.gtf", gtf(chrom="scaffold_9"), "no-common-contig", 2),
    BadFile("other.gtf", gtf(end=9000) + gtf(end=9000, name="T2") + gtf(end=9000, name="T3"), "other-assembly", 2),
    BadFile("strandless.gtf", gtf(".", name="T2") + gtf() * 1, "left-out", 1),
    BadFile("noncoding.gtf", gtf().splitlines()[0] + "\n", "no-coding-part", 1),
    BadFile("plus.gtf", "".join(gtf(name=f"T{i}", start=500 + i) for i in range(30)), "one-strand", 1),
    BadFile("absent.gtf", gtf() + gtf(chrom="chrV", name="T2"), "other-contigs", 0),
    BadFile("genes_only.gtf", 'chrT\tx\tgene\t501\t4500\t.\t+\t.\tgene_id "G1";\n', "unreadable", 2),
    BadFile("exonless.gff3", gff3("chrT\tx\tmRNA\t501\t4500\t.\t+\t.\tID=T2;Parent=G1\n"), "left-out", 1),
    BadFile("orphan.gff3", gff3("chrT\tx\tCDS\t501\t600\t.\t+\t0\tID=c9\n"), "left-out", 1),
    BadFile(
        "blocks.bed",
        "chrT\t100\t200\tT1\t0\t+\t100\t200\t0\t2\t10,10,\t0,\n"
        + "chrT\t100\t200\tT2\t0\t+\t100\t200\t0\t1\t100,\t0,\n" * 1,
        "left-out",
        1,
    ),
    BadFile(
        "parts.gff3",
        gff3("").replace("exon\t501\t4500", "CDS\t501\t1500")
        + "chrT\tx\tthree_prime_UTR\t1501\t4500\t.\t+\t.\tParent=T1\n",
        "no-exon-lines",
        0,
    ),
    BadFile("dates.gtf", gtf().replace("ABC", "1-Mar"), "dates-for-names", 0),
    BadFile("empty.gtf", "#!genome-build GRCh37\n", "unreadable", 2),
    BadFile("bare.gtf", "chrT\tx\tgene\t501\t4500\t.\t+\t.\tg1\n" + gtf(), "bare-ids", 0),
    BadFile("words.gtf", 'chrT\tx\texon\tfive\tsix\t.\t+\t.\ttranscript_id "T1";\n', "unreadable", 2),
)
SITES = (
    BadFile("three.bed", "chrT\t600\t620\nchrT\t700\t720\n", "no-strand", 1),
    BadFile("strandless.bed", bed("chrT 2000 2020 x 0 ."), "no-strand", 1),
    BadFile("strange.bed", bed("chrT 2000 2020 x 0 plus"), "bad-strand", 1),
    BadFile("foreign.bed", "scaffold_1\t10\t20\tx\t0\t+\n", "no-common-contig", 2),
    BadFile("absent.bed", bed("chrV 10 20 x 0 +"), "contig-missing", 1),
    BadFile("beyond.bed", bed("chrT 5990 6010 x 0 +"), "past-end", 1),
    BadFile("zero.bed", bed("chrT 2000 2000 x 0 +"), "empty-interval", 1),
    BadFile("reversed.bed", bed("chrT 2020 2000 x 0 +"), "empty-interval", 1),
    BadFile("negative.bed", bed("chrT -5 20 x 0 +"), "empty-interval", 1),
    BadFile("decimal.bed", bed("chrT 2e3 2020 x 0 +"), "malformed-row", 1),
    BadFile("headed.bed", "chrom\tstart\tend\tname\tscore\tstrand\n" + bed(), "malformed-row", 1),
    BadFile("two.bed", bed("chrT 2000"), "malformed-row", 1),
    BadFile("broken.bed", bed(*["chrT 20 10 x 0 +"] * 10), "too-few-records", 2),
    BadFile("headers.bed", "track name=x\n", "too-few-records", 2),
    BadFile("twice.bed", bed("chrT 1550 1570 s1550 0 +"), "duplicates", 1),
    BadFile("named.bed", bed("chrT 2000 2020 s600 0 +"), "repeated-name", 0),
    BadFile("overlapping.bed", bed("chrT 1560 1580 x 0 +"), "overlaps", 0),
    BadFile("unsorted.bed", bed("chrT 550 570 x 0 +"), "unsorted", 0),
    BadFile("pieces.bed", bed("chrU 10 20 x 0 +", "chrT 2000 2020 y 0 +"), "unsorted", 0),
    BadFile("dates.bed", bed("chrT 2000 2020 2-Sep 0 +"), "dates-for-names", 0),
    BadFile("commas.csv", "chrT,600,620,x,0,+\n", "foreign-table", 2),
    BadFile("one.bed", "".join(f"chrT\t501\t4500\tx{i}\t0\t+\n" for i in range(9)), "one-based", 1),
    BadFile("blanks.bed", "chrT 600 620 x 0 +\n", "blanks", 0),
    BadFile("swapped.bed", SEVERAL, "swapped-strand", 1),
    BadFile("half.bed", bed(*SEVERAL.replace("\t", " ").splitlines()), "doubtful-strand", 1),
    BadFile("outside.bed", bed().replace("chrT", "chrU"), "outside-transcripts", 1),
    BadFile("sites.gtf.txt", bed("chrT 2000 2020 x 0 ."), "no-strand", 1, kind="bed="),
)
CALLS = (
    BadFile("headless.vcf", vcf().split("INFO\n")[1], "unreadable", 2),
    BadFile("columns.vcf", vcf("chrT 400"), "unreadable", 2),
    BadFile("position.vcf", vcf("chrT x . A C . . ."), "unreadable", 2),
    BadFile("spaced.vcf", vcf().replace("\t", " "), "unreadable", 2),
    BadFile("reference.vcf", vcf(f"chrT 400 . {'A' if BASES['chrT'][399] != 'A' else 'C'} G . . ."), "ref-mismatch", 1),
    BadFile("absent.vcf", vcf("chrV 400 . A C . . ."), "contig-missing", 1),
    BadFile("beyond.vcf", vcf("chrT 6001 . A C . . ."), "past-end", 1),
    BadFile("foreign.vcf", vcf().replace("chrT", "chrV"), "other-assembly", 2),
    BadFile("symbolic.vcf", vcf(f"chrT 400 . {BASES['chrT'][399]} <DEL> . . ."), "not-scored", 0),
    BadFile("unsorted.vcf", vcf(f"chrT 50 . {BASES['chrT'][49]} {BASES['chrT'][49]}A . . ."), "unsorted", 0),
    BadFile("twice.vcf", vcf(*vcf().splitlines()[-1:]), "repeated-record", 0),
    BadFile("nothing.vcf", HEADER.format(""), "no-records", 1),
    BadFile("lengths.vcf", vcf(header="##contig=<ID=chrT,length=5>\n"), "length-differs", 1),
    BadFile("scored.vcf", vcf(f"chrT 400 . {BASES['chrT'][399]} {BASES['chrT'][399]}A . . RBP=1"), "info-replaced", 0),
)
TABLES = (
    BadFile("one.tsv", "ELAVL1\n", "unreadable", 2, kind="cobinding="),
    BadFile("unknown.tsv", "NOSUCH\tsites.bed\n", "unreadable", 2, kind="cobinding="),
)
BAD_FILES = (*CONTAINERS, *GENOMES, *ANNOTATIONS, *SITES, *CALLS, *TABLES)
