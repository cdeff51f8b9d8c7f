#!/usr/bin/env python3
"""Build the packaged motif table from the 102 matrices of the iDeep paper. It ran once and documents the table.

    scripts/build_motifs.py FOLDER_OF_CB_FILES > ideep_scan/data/motifs/rnacompete_human_102.tsv

Each FOLDER/RNCMPT*-PROTEIN.cb holds the counts of A C G U, a line per position, under a title line `>ID-PROTEIN`.
"""

from __future__ import annotations

import sys
from pathlib import Path

HEADER = """\
# Binding motifs of human RNA-binding proteins, 102 RNAcompete experiments: counts of A C G U per motif position.
# Source: Ray et al. 2013, Nature 499:172-177 (RNAcompete), by way of CISBP-RNA (cisbp-rna.ccbr.utoronto.ca);
# figures as the iDeep paper uses them (Pan and Shen 2017, BMC Bioinformatics 18:136).
# Every row sums to about 100. symbol: the current HGNC symbol of the protein's gene. position: 1-based, 5' to 3'.
motif\tprotein\tsymbol\tposition\tA\tC\tG\tU"""

RENAMED = {
    "HuR": "ELAVL1",
    "HNRPLL": "HNRNPLL",
    "BRUNOL4": "CELF4",
    "BRUNOL5": "CELF5",
    "BRUNOL6": "CELF6",
}


def main(folder: Path) -> None:
    """Print the table of all matrices of a folder, in the order of their file names."""
    print(HEADER)
    for path in sorted(folder.glob("*.cb")):
        title, *lines = path.read_text().split("\n")
        motif, protein = title.removeprefix(">").split("-", 1)
        for position, counts in enumerate((line.split() for line in lines if line.strip()), 1):
            print(motif, protein, RENAMED.get(protein, protein), position, *counts, sep="\t")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
