#!/usr/bin/env python3
"""Print the tables of docs/motifs.md from the motifs that the package ships.

    scripts/tabulate_motifs.py [--logos FILE]

The first table is that of Fig. 5 of the iDeep paper: for each model with a known motif of its protein,
whether a filter or a pattern resembles it at p < 0.05 and E < 0.05.
`--logos` draws motifs that RNA biologists know.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ideep_scan.formats.motif_collections import read_collection
from ideep_scan.formats.pwm_table import read_known_sets
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP, SHARED, STORES
from ideep_scan.motifs.sharing import is_found, is_of, list_symbols
from ideep_scan.records.learned_motif import KnownMatch, LearnedMotif, MotifCollection

SETS = ("CISBP-RNA", "RBNS")
COLOURS = ("#2e7d32", "#1565c0", "#ef8f00", "#c62828")  # of A C G U
FAMILIAR = {  # regular expressions of consensus sequences, in IUPAC letters
    "ELAVL1": "UU[UWAY]UU",
    "TARDBP": "[UK]GUGU|UGAAUG",
    "QKI": "ACUAA",
    "PUM2": "UGUA[ANWHD]AU|UGUANAU|UGUA",
    "HNRNPC": "UUUUU",
    "TIA1": "UUUUU|UU[UWAY]UU",
    "U2AF2": "UU[UY][UY][UYC]",
    "SRSF1": "GGA[GR]GA|GAAGA|GGAGG",
}


@dataclass(frozen=True, eq=False)
class Row:
    """The best match of a model with a known motif of its protein."""

    collection: MotifCollection
    motif: LearnedMotif | None
    match: KnownMatch | None


def main() -> None:
    """Read the collections and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logos", type=Path, metavar="FILE", help="PNG to draw")
    values = parser.parse_args()
    for store in STORES:
        collections = read_store(store)
        for name in SETS:
            print_found(store, name, collections)
        print_familiar(store, collections)
    if values.logos is not None:
        draw_logos(values.logos)


def read_store(store: str) -> list[MotifCollection]:
    """Read the collections of a store, by the numbers of the experiments, then by name."""
    entries = sorted(list_entries(store), key=lambda entry: (entry.number or 0, entry.name))
    read = (read_collection(store, entry.name) for entry in entries)
    return [collection for collection in read if collection is not None]


def print_found(store: str, name: str, collections: Sequence[MotifCollection]) -> None:
    """Print which models have found the motif of their protein in a set of known ones."""
    known = {symbol for pwm in read_known_sets()[name] for symbol in pwm.symbol.split("/")}
    rows = [find_own(item, name) for item in collections if not known.isdisjoint(list_symbols(item.protein))]
    found = [row for row in rows if row.match is not None and is_found(row.match)]
    proteins = {row.collection.protein for row in found}
    print(f"\n{store}, {name}: found in {len(found)} of {len(rows)} models, {len(proteins)} proteins\n")
    print("| model | known motif | learned motif | consensus | p | E | found |\n|---|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(_cells(row))} |")


def find_own(collection: MotifCollection, name: str) -> Row:
    """Find the lowest E-value of a match with a motif of the protein in a set of known ones."""
    pairs = [
        (match.e_value, number, motif, match)
        for number, motif in enumerate(collection.motifs)
        for match in motif.matches
        if match.source == name and is_of(match, collection.protein)
    ]
    if not pairs:
        return Row(collection, None, None)
    _, _, motif, match = min(pairs, key=lambda pair: pair[:2])
    return Row(collection, motif, match)


def _cells(row: Row) -> Iterator[str]:
    yield row.collection.model
    if row.motif is None or row.match is None:
        yield from ("", "", "", "", "", "no")
        return
    yield f"{row.match.symbol} {row.match.id}"
    yield row.motif.pwm.id.removeprefix(f"{row.collection.model}.")
    yield row.motif.pwm.name
    yield f"{row.match.p_value:.1g}"
    yield f"{row.match.e_value:.2g}"
    yield "yes" if is_found(row.match) else "no"


def print_familiar(store: str, collections: Sequence[MotifCollection]) -> None:
    """Print the motifs of well-known proteins."""
    print("\n| model | motif | consensus | sites | bound | unbound | q | planted |\n|---|---|---|---|---|---|---|---|")
    for collection in collections:
        motif = find_familiar(collection) if collection.model in FAMILIAR else None
        if motif is not None and motif.enrichment is not None and motif.importance is not None:
            test = motif.enrichment
            shares = f"{test.bound_hits / test.bound:.0%} | {test.unbound_hits / max(test.unbound, 1):.0%}"
            name = motif.pwm.id.removeprefix(f"{collection.model}.")
            print(
                f"| {collection.model} | {name} | {motif.pwm.name} | {motif.sites} | {shares} | {test.q_value:.1g} | "
                f"{motif.importance.planted:+.2f} |"
            )


def find_familiar(collection: MotifCollection) -> LearnedMotif | None:
    """Find the pattern that people know the protein by, that of most sites; else the pattern of most sites."""
    patterns = [
        motif
        for motif in collection.motifs
        if motif.origin == "pattern" and motif.importance is not None and motif.importance.planted_low > 0
    ]
    familiar = [motif for motif in patterns if re.search(FAMILIAR[collection.model], motif.pwm.name)]
    return max(familiar or patterns, key=lambda motif: motif.sites, default=None)


def draw_logos(path: Path) -> None:
    """Draw the familiar motifs of both networks, letters as high as their share of the contribution."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(len(FAMILIAR), 2, figsize=(8, 1.15 * len(FAMILIAR)), squeeze=False)
    for column, (store, network) in enumerate(((SHARED, "shared"), (IDEEP, "separate"))):
        for panel, protein in zip(axes[:, column], FAMILIAR, strict=True):
            panel.set_axis_off()
            panel.set_title(f"{protein} ({network} network)", fontsize=8, loc="left")
            collection = read_collection(store, protein)
            motif = None if collection is None else find_familiar(collection)
            if motif is not None and motif.contributions is not None:
                draw_letters(panel, motif)
    figure.tight_layout()
    figure.savefig(path, dpi=130)


def draw_letters(panel: Any, motif: LearnedMotif) -> None:
    """Draw the stacks of letters of a motif, the most frequent on top."""
    from matplotlib.patches import PathPatch
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    assert motif.contributions is not None
    totals = np.maximum(motif.contributions.sum(1), 0)
    shares = motif.pwm.counts / motif.pwm.counts.sum(1, keepdims=True)
    for place, (total, row) in enumerate(zip(totals.tolist(), shares, strict=True)):
        bottom = 0.0
        for base in np.argsort(row):
            height = total * float(row[base])
            if height > 0.01:
                letter = TextPath((0, 0), "ACGU"[base], size=1)
                box = letter.get_extents()
                shape = Affine2D().translate(-box.x0, -box.y0).scale(0.95 / box.width, height / box.height)
                outline = shape.translate(place, bottom).transform_path(letter)
                panel.add_patch(PathPatch(outline, lw=0, fc=COLOURS[base]))
            bottom += height
    panel.set_xlim(0, max(len(totals), 10))
    panel.set_ylim(0, max(float(totals.max()) * 1.1, 0.1))


if __name__ == "__main__":
    main()
