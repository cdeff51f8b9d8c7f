#!/usr/bin/env python3
"""Make an annotation like one that StringTie assembles from reads, out of a reference annotation.

    scripts/imitate_stringtie.py gencode.gtf > stringtie.gtf

It has the shape of StringTie 2's GTF: transcripts and exons, names of its own, no CDS, no type of the gene.
Of each gene it keeps the longest spliced length and a third of the other isoforms, with ends moved by up to 50 nt.
Single exons below 200 nt are missing, and every third transcript of five exons or more has an isoform without one.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from zlib import crc32

import numpy as np

from ideep_scan.formats.annotation.reader import read_annotation
from ideep_scan.records.transcript import Transcript

MOVE = 50  # nt, the largest shift of an end
MIN_SINGLE = 200  # nt, the shortest transcript of one exon
MIN_SKIPPED = 5  # exons of a transcript with a new isoform


def draw(text: str, count: int) -> int:
    """Draw a number below `count` that depends on the text only."""
    return crc32(text.encode()) % count


def choose_isoforms(transcripts: list[Transcript]) -> list[np.ndarray]:
    """Return the exons, (n, 2), of the isoforms that an assembly of this gene has."""
    longest, *others = sorted(transcripts, key=lambda t: (-int(np.diff(t.exons).sum()), t.id))
    isoforms = []
    for transcript in (longest, *(t for t in others if draw(t.id, 3) == 0)):
        exons = transcript.exons.copy()
        exons[0, 0] += draw(f"{transcript.id} start", min(MOVE, int(exons[0, 1] - exons[0, 0])))
        exons[-1, 1] -= draw(f"{transcript.id} end", min(MOVE, int(exons[-1, 1] - exons[-1, 0])))
        if len(exons) == 1 and exons[0, 1] - exons[0, 0] < MIN_SINGLE:
            continue
        isoforms.append(exons)
        if len(exons) >= MIN_SKIPPED and draw(f"{transcript.id} skip", 3) == 0:
            isoforms.append(np.delete(exons, 2, axis=0))
    return isoforms


def main() -> None:
    """Read an annotation, and write the imitation to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotation", type=Path)
    genes: dict[tuple[str, str, str], list[Transcript]] = defaultdict(list)
    for transcript in read_annotation(parser.parse_args().annotation).transcripts:
        genes[transcript.chrom, transcript.strand, transcript.gene_id].append(transcript)
    sys.stdout.write("# StringTie version 2.2.1\n")
    for number, ((chrom, strand, _), transcripts) in enumerate(genes.items(), 1):
        for isoform, exons in enumerate(choose_isoforms(transcripts), 1):
            names = f'gene_id "STRG.{number}"; transcript_id "STRG.{number}.{isoform}";'
            rows = [("transcript", exons[0, 0], exons[-1, 1], ' cov "9.5"; FPKM "3.1"; TPM "4.2";')]
            rows += [("exon", a, b, f' exon_number "{i}"; cov "9.5";') for i, (a, b) in enumerate(exons, 1)]
            for kind, start, end, more in rows:
                sys.stdout.write(f"{chrom}\tStringTie\t{kind}\t{start + 1}\t{end}\t1000\t{strand}\t.\t{names}{more}\n")


if __name__ == "__main__":
    main()
