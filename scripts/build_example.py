#!/usr/bin/env python3
"""Build the embedded example: the simulated mini-genome in ideep_scan/data/example.

It simulates two contigs, their genes, sites of RNA-binding proteins and variants, and writes FASTA, GTF, BED and VCF.
It reads one file, the package's motif table, and takes no base from a real genome.
The same bytes come out on any machine.
All draws are integers from the raw stream of PCG64.
numpy promises that stream, but not the streams of Generator's methods.
The bgzip blocks are stored, because compressors differ between versions.
"""

from __future__ import annotations

import argparse
import csv
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pysam
from example_world import (
    BASES,
    BRANCH_POINT,
    CODONS,
    DONOR,
    DOWNSTREAM_ELEMENT,
    GAPS,
    GENES,
    GENOME,
    KOZAK,
    LENGTHS,
    PLANTS,
    POLY_A_SIGNAL,
    STOP,
    TRACT_AND_ACCEPTOR,
    UTR3,
    UTR5,
    VARIANTS,
    VARIANTS_IN_SITES,
    Gene,
    Plant,
)

DATA = Path(__file__).resolve().parents[1] / "ideep_scan" / "data"
MOTIFS = DATA / "motifs" / "rnacompete_human_102.tsv"
SEED = 20260131
COMPLEMENT = dict(zip("ACGTN", "TGCAN", strict=True))

Site = tuple[str, int, int, str, int, str]  # BED6: 0-based, half-open
Variant = tuple[str, int, str, str, str]  # chrom, 0-based position, REF, ALT, protein of the site or '.'

# Layers of a base, in rising order. A layer overwrites lower ones only.
BACKGROUND, EXON, SIGNAL, CODING, GAP = range(5)


class Draw:
    """Integers from the raw stream of PCG64."""

    def __init__(self, seed: int):
        self._bits = np.random.PCG64(seed)

    def below(self, bound: int) -> int:
        """Draw an integer from 0 to `bound` - 1."""
        return self._bits.random_raw() * bound >> 64

    def between(self, low: int, high: int) -> int:
        """Draw an integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, weights: Sequence[int]) -> int:
        """Draw an index with a probability in proportion to its weight."""
        sums = list(accumulate(weights))
        return bisect_right(sums, self.below(sums[-1]))

    def one_of(self, letters: Sequence[str]) -> str:
        """Draw one of some equally likely letters or texts."""
        return letters[self.below(len(letters))]

    def chain(self, pairs: Sequence[Sequence[int]], length: int) -> Iterator[str]:
        """Draw a first-order Markov chain with these shares of dinucleotides."""
        base = self.pick([sum(row) for row in pairs])
        for _ in range(length):
            yield BASES[base]
            base = self.pick(pairs[base])

    def copy(self, pwm: Sequence[Sequence[int]]) -> str:
        """Draw a sequence from the counts of a PWM."""
        return "".join(BASES[self.pick(row)] for row in pwm)

    def signal(self, letters: Sequence[str]) -> str:
        """Draw a sequence from the equally likely letters of each position."""
        return "".join(map(self.one_of, letters))


@dataclass
class Contig:
    """Letters of the plus strand, and the layer of each of them."""

    letters: list[str]
    layer: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.layer = bytearray(len(self.letters))

    def put(self, gene: Gene, offsets: Sequence[int], letters: Sequence[str], layer: int) -> None:
        """Write letters of the RNA at offsets of its gene, over lower layers only."""
        for offset, letter in zip(offsets, letters, strict=True):
            position = gene.position_of(offset)
            if 0 <= position < len(self.letters) and self.layer[position] < layer:
                self.letters[position] = letter if gene.strand == "+" else COMPLEMENT[letter]
                self.layer[position] = layer


def simulate(draw: Draw) -> dict[str, Contig]:
    """Make the contigs with their genes, without planted sites."""
    contigs = {}
    for name, length in LENGTHS.items():
        contig = contigs[name] = Contig(list(draw.chain(GENOME, length)))
        for start, end in GAPS[name]:
            contig.letters[start:end] = "N" * (end - start)
            contig.layer[start:end] = bytes([GAP]) * (end - start)
    for gene in GENES:
        if gene.utr3:
            write_coding(draw, contigs[gene.chrom], gene)
        write_signals(draw, contigs[gene.chrom], gene)
    return contigs


def write_coding(draw: Draw, contig: Contig, gene: Gene) -> None:
    """Write the 5'UTR, reading frame and 3'UTR of a gene."""
    line = [offset for block in gene.blocks for offset in range(*block)]
    utr5, frame, utr3 = line[: gene.utr5], line[gene.utr5 : -gene.utr3], line[-gene.utr3 :]
    contig.put(gene, utr5[-len(KOZAK) :], draw.signal(KOZAK), SIGNAL)
    contig.put(gene, utr5, list(draw.chain(UTR5, len(utr5))), EXON)
    names, shares = list(CODONS), list(CODONS.values())
    codons = [names[draw.pick(shares)] for _ in range(len(frame) // 3 - 3)]
    second = "G" + draw.one_of(["CC", "CT", "AG", "GC"])
    contig.put(gene, frame, "".join(["ATG", second, *codons, draw.one_of(STOP)]), CODING)
    contig.put(gene, utr3, list(draw.chain(UTR3, len(utr3))), EXON)


def write_signals(draw: Draw, contig: Contig, gene: Gene) -> None:
    """Write the splice signals of each intron, and the poly-A and cleavage signals of each 3' end."""
    for (_, donor), (acceptor, _) in pairwise(gene.blocks):
        contig.put(gene, range(donor, donor + len(DONOR)), draw.signal(DONOR), SIGNAL)
        tract = acceptor - len(TRACT_AND_ACCEPTOR)
        contig.put(gene, range(tract, acceptor), draw.signal(TRACT_AND_ACCEPTOR), SIGNAL)
        branch = tract - draw.between(len(BRANCH_POINT), 15)
        contig.put(gene, range(branch, branch + len(BRANCH_POINT)), draw.signal(BRANCH_POINT), SIGNAL)
    for end in {blocks[-1][1]: None for blocks in gene.isoforms}:
        signal = end - draw.between(18, 28)
        contig.put(gene, range(signal, signal + len(POLY_A_SIGNAL)), POLY_A_SIGNAL, SIGNAL)
        contig.put(gene, range(end - 2, end), "CA", SIGNAL)
        element = end + draw.between(8, 20)
        contig.put(gene, range(element, element + len(DOWNSTREAM_ELEMENT)), draw.signal(DOWNSTREAM_ELEMENT), SIGNAL)


def read_motifs(path: Path) -> dict[str, list[list[int]]]:
    """Read the counts of A C G U at each position of each motif in the package's table."""
    pwms: dict[str, list[list[int]]] = {}
    with open(path) as handle:
        for row in csv.DictReader((line for line in handle if line[0] != "#"), delimiter="\t"):
            pwms.setdefault(row["motif"], []).append([int(row[base]) for base in "ACGU"])
    return pwms


def plant(draw: Draw, contigs: dict[str, Contig], pwms: dict[str, list[list[int]]]) -> list[Site]:
    """Plant clusters of sites in 3'UTRs and introns; return rows of BED6 in genome order."""
    sites: list[Site] = []
    for gene in GENES:
        introns = [(end + 40, start - 60) for (_, end), (start, _) in pairwise(gene.blocks)]
        rooms = [(BACKGROUND, start, end) for start, end in introns]
        if gene.utr3:
            rooms.append((EXON, gene.length - gene.utr3 + 30, gene.length - 50))
        for kind in PLANTS:
            for layer, start, end in rooms:
                per = kind.per_utr3 if layer == EXON else kind.per_intron
                for _ in range((end - start) // per if per else 0):
                    sites += plant_cluster(
                        draw, contigs[gene.chrom], gene, kind=kind, room=(layer, start, end), pwms=pwms
                    )
    return sorted(sites)


def plant_cluster(
    draw: Draw, contig: Contig, gene: Gene, *, kind: Plant, room: tuple[int, int, int], pwms: dict[str, list[list[int]]]
) -> Iterator[Site]:
    """Plant one cluster of sites with its context in a layer of a gene; yield none if no place is free."""
    layer, start, end = room
    for _ in range(100):
        first = draw.between(start, end - kind.span)
        left, right = gene.interval(first, first + kind.span)
        if set(contig.layer[left:right]) == {layer}:
            break
    else:
        return
    copies = draw.between(*kind.copies)
    slot = kind.span // copies
    for i in range(copies):
        pwm = pwms[draw.one_of(kind.motifs)]
        offset = first + i * slot + draw.below(slot - len(pwm) + 1)
        copy = draw.copy(pwm)
        contig.put(gene, range(offset, offset + len(pwm)), copy, SIGNAL)
        shares = [1000 * row[BASES.index(base)] // max(row) for base, row in zip(copy, pwm, strict=True)]
        site = gene.interval(offset, offset + len(pwm))
        yield gene.chrom, *site, kind.symbol, sum(shares) // len(shares), gene.strand
    if kind.context:
        letters = [draw.one_of(kind.context) for _ in range(kind.span)]
        contig.put(gene, range(first, first + kind.span), letters, SIGNAL)


def mask(draw: Draw, contig: Contig) -> None:
    """Write stretches in lower case, as a repeat masker does; none of them touches a reading frame."""
    position = draw.below(2000)
    while position < len(contig.letters):
        end = min(position + draw.between(150, 950), len(contig.letters))
        if max(contig.layer[position:end]) < CODING:
            contig.letters[position:end] = [letter.lower() for letter in contig.letters[position:end]]
        position = end + draw.between(300, 1700)


def choose_variants(draw: Draw, contigs: dict[str, Contig], sites: list[Site]) -> list[Variant]:
    """Choose variants in planted sites and elsewhere in genes, at least 20 nt apart and away from unknown bases."""
    variants: list[Variant] = []
    tasks = [(kind, True) for kind, count in VARIANTS_IN_SITES.items() for _ in range(count)]
    tasks += [(kind, False) for kind, count in VARIANTS.items() for _ in range(count)]
    while tasks:
        kind, in_site = tasks[0]
        if in_site:
            chrom, start, end, name, _, _ = sites[draw.below(len(sites))]
        else:
            gene = GENES[draw.below(len(GENES))]
            chrom, start, end, name = gene.chrom, gene.start, gene.start + gene.length, "."
        position = draw.between(start, end - 1)
        around = "".join(contigs[chrom].letters[max(position - 10, 0) : position + 10]).upper()
        is_near = any(variant[0] == chrom and abs(variant[1] - position) < 20 for variant in variants)
        is_in_site = not in_site and any(c == chrom and s - 8 <= position < e for c, s, e, *_ in sites)
        if not (is_near or is_in_site or "N" in around):
            variants.append((chrom, position, *alleles(draw, kind, contigs[chrom].letters, position), name))
            tasks.pop(0)
    return sorted(variants)


def alleles(draw: Draw, kind: str, letters: Sequence[str], position: int) -> tuple[str, str]:
    """Draw REF and ALT as VCF writes them: indels with the base before, aligned to the left."""
    ref = letters[position].upper()
    alternatives = [base for base in BASES if base != ref]
    if kind == "SNV":
        return ref, draw.one_of(alternatives)
    if kind == "multiallelic":
        alternatives.pop(draw.below(len(alternatives)))
        return ref, ",".join(alternatives)
    if kind == "MNV":
        ref = "".join(letters[position : position + 3]).upper()
        return ref, "".join(draw.one_of([base for base in BASES if base != letter]) for letter in ref)
    while True:
        length = draw.between(1, 6)
        if kind == "insertion":
            indel = "".join(draw.one_of(BASES) for _ in range(length))
        else:
            indel = "".join(letters[position + 1 : position + 1 + length]).upper()
        if indel[-1] != ref:
            return (ref, ref + indel) if kind == "insertion" else (ref + indel, ref)


def gtf_lines() -> Iterator[str]:
    """Write the annotation in the form of GENCODE: CDS without the stop codon, UTR with it."""
    yield "##description: simulated mini-genome ideep-example; no gene of it is real"
    yield "##provider: ideep-scan, scripts/build_example.py"
    yield "##format: gtf"
    for number, gene in enumerate(GENES, 1):
        kind = "protein_coding" if gene.utr3 else "lincRNA"
        shared = f'gene_id "EXG{number:06}.1"; {{}}gene_type "{kind}"; gene_name "{gene.name}";'
        yield gtf_line(gene, "gene", (0, gene.length), shared.format(""))
        for i, blocks in enumerate(gene.isoforms, 1):
            transcript = shared.format(f'transcript_id "EXT{number:06}{i}.1"; ')
            transcript += f' transcript_type "{kind}"; transcript_name "{gene.name}-00{i}";'
            yield gtf_line(gene, "transcript", (0, blocks[-1][1]), transcript + " level 3;")
            yield from exon_lines(gene, blocks, transcript)


def exon_lines(gene: Gene, blocks: list[tuple[int, int]], transcript: str) -> Iterator[str]:
    """Yield the lines of the parts of one isoform, 5'→3', its UTRs last."""
    start, end = gene.coding
    parts = {"CDS": (start, end - 3), "start_codon": (start, start + 3), "stop_codon": (end - 3, end)}
    coding_length = 0
    for number, block in enumerate(blocks, 1):
        label = f"{transcript} exon_number {number}; level 3;"
        yield gtf_line(gene, "exon", block, label)
        for feature, part in parts.items() if gene.utr3 else ():
            for first, last in overlap(block, part):
                yield gtf_line(
                    gene, feature, (first, last), label, str(-coding_length % 3) if feature == "CDS" else "0"
                )
                coding_length += last - first if feature == "CDS" else 0
    for part in ((0, start), (end - 3, gene.length)) if gene.utr3 else ():
        for block in blocks:
            for piece in overlap(block, part):
                yield gtf_line(gene, "UTR", piece, f"{transcript} level 3;")


def overlap(first: tuple[int, int], second: tuple[int, int]) -> list[tuple[int, int]]:
    """Intersect two intervals: one interval or none."""
    start, end = max(first[0], second[0]), min(first[1], second[1])
    return [(start, end)] if start < end else []


def gtf_line(gene: Gene, feature: str, offsets: tuple[int, int], attributes: str, frame: str = ".") -> str:
    """Write a line of GTF for a part of a gene, with offsets into the pre-mRNA."""
    start, end = gene.interval(*offsets)
    return "\t".join((gene.chrom, "simulated", feature, str(start + 1), str(end), ".", gene.strand, frame, attributes))


def vcf_lines(variants: list[Variant]) -> Iterator[str]:
    """Yield the lines of the VCF, header first."""
    yield "##fileformat=VCFv4.3"
    yield "##source=ideep-scan scripts/build_example.py (simulated)"
    yield "##reference=example.fa.gz"
    yield from (f"##contig=<ID={name},length={length},assembly=ideep-example>" for name, length in LENGTHS.items())
    yield '##FILTER=<ID=PASS,Description="All filters passed">'
    yield '##INFO=<ID=SITE,Number=1,Type=String,Description="Protein of the planted site that the variant hits">'
    yield "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    for number, (chrom, position, ref, alt, name) in enumerate(variants, 1):
        info = "." if name == "." else f"SITE={name}"
        yield f"{chrom}\t{position + 1}\tex{number}\t{ref}\t{alt}\t.\tPASS\t{info}"


def fasta_lines(contigs: dict[str, Contig]) -> Iterator[str]:
    """Yield the lines of the FASTA, 60 bases each."""
    for name, contig in contigs.items():
        yield f">{name} simulated, not a real genome"
        yield from ("".join(contig.letters[i : i + 60]) for i in range(0, len(contig.letters), 60))


def bgzip_stored(data: bytes) -> bytes:
    """Pack data into BGZF blocks (SAM/BAM specification, section 4.1), each with one stored deflate block."""
    blocks = []
    for start in (*range(0, len(data), 0xFF00), len(data)):
        part = data[start : start + 0xFF00]
        deflated = struct.pack("<BHH", 1, len(part), len(part) ^ 0xFFFF) + part if part else b"\x03\x00"
        header = bytes.fromhex("1f8b08040000000000ff060042430200") + struct.pack("<H", len(deflated) + 25)
        blocks.append(header + deflated + struct.pack("<II", zlib.crc32(part), len(part)))
    return b"".join(blocks)


def main() -> None:
    """Write the files of the example."""
    parser = argparse.ArgumentParser(description="Build the embedded example, a simulated mini-genome.")
    parser.add_argument("-o", "--out", type=Path, default=DATA / "example", help="folder (default: %(default)s)")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    draw = Draw(SEED)
    contigs = simulate(draw)
    sites = plant(draw, contigs, read_motifs(MOTIFS))
    variants = choose_variants(draw, contigs, sites)
    for contig in contigs.values():
        mask(draw, contig)
    texts = {
        "genes.gtf": gtf_lines(),
        "planted_sites.bed": ("\t".join(map(str, site)) for site in sites),
        "variants.vcf": vcf_lines(variants),
    }
    for name, lines in texts.items():
        (out / name).write_text("".join(f"{line}\n" for line in lines), newline="\n")
    fasta = out / "example.fa.gz"
    fasta.write_bytes(bgzip_stored("".join(f"{line}\n" for line in fasta_lines(contigs)).encode()))
    pysam.faidx(str(fasta))
    print(f"{out}: {len(GENES)} genes, {len(sites)} planted sites, {len(variants)} variants")


if __name__ == "__main__":
    main()
