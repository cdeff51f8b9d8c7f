#!/usr/bin/env python3
"""Print the names of the bundled models, and their cards side by side: Markdown tables, as in the documentation.

scripts/tabulate_zoo.py > tables.md
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ideep_scan.models.store import Entry, list_entries
from ideep_scan.models.store_names import IDEEP, SHARED, STORES

INSIDE = ("auPRC", "auPRC / prevalence", "AUC in gene", "precision of called sites")
INPUTS = ("FASTA", "FASTA + annotation", "FASTA + annotation + co-binding")
RIVALS = (("iDeep re-run", "AUC"), ("with landmarks", "AUC"), ("iDeep re-run", "auPRC"), ("with landmarks", "auPRC"))


def estimate_text(estimate: dict[str, Any] | None, interval: bool = False) -> str:
    """Write an estimate, if it is known, with or without its confidence interval."""
    if estimate is None:
        return "."
    return f"{estimate['value']:.3f}" + (f" ({estimate['low']:.3f}-{estimate['high']:.3f})" if interval else "")


def mean_text(values: list[float]) -> str:
    """Write the mean of figures in bold."""
    return f"**{np.mean(values):.3f}**"


def print_row(*cells: object) -> None:
    """Print one row of a Markdown table."""
    print("| " + " | ".join(map(str, cells)) + " |")


def print_proteins() -> None:
    """Print what the recommended models of the shared network learned from, and their accuracy inside transcripts."""
    print_row("protein", "other names", "experiments", "genes", "peaks", *INSIDE)
    print_row(*["---"] * (5 + len(INSIDE)))
    for entry in list_entries(SHARED):
        if entry.recommended:
            inside = entry.card["inside transcripts"]
            values = [inside[name]["value"] if name in inside else None for name in INSIDE]
            cells = ["." if value is None else f"{value:.3g}" for value in values]
            counts = (inside.get("genes", "."), inside.get("peaks", "."))
            print_row(entry.name, ", ".join(entry.aliases) or ".", entry.card["protocol"], *counts, *cells)


def print_names() -> None:
    """Print the proteins of both stores with their other names and models; a star marks the recommended one."""
    stores = [list_entries(store) for store in STORES]
    print_row("protein", "other names", *(f"`--model {store}`" for store in STORES))
    print_row(*["---"] * (2 + len(STORES)))
    entries = [entry for store in stores for entry in store]
    for protein in sorted({entry.protein for entry in entries}, key=str.casefold):
        aliases = dict.fromkeys(alias for entry in entries if entry.protein == protein for alias in entry.aliases)
        models = [[entry for entry in store if entry.protein == protein] for store in stores]
        cells = (", ".join(f"{entry.name}{' *' if entry.recommended else ''}" for entry in group) for group in models)
        print_row(protein, ", ".join(aliases), *(cell or "." for cell in cells))


def print_published(cards: list[tuple[Entry, dict[str, Any]]]) -> None:
    """Print the accuracy on the published test windows, beside that of other programs."""
    aucs_of = ("AUC: FASTA", "+ annotation", "+ co-binding", "iDeep / landmarks")
    auprcs_of = ("auPRC: + annotation", "+ co-binding", "iDeep / landmarks")
    print_row("model", *aucs_of, *auprcs_of, "101 nt alone, 30,000 set", "DeepRKE")
    print_row(*["---"] * 10)
    columns: list[list[float]] = [[] for _ in range(11)]
    for entry, card in cards:
        test, figures = card["published test windows"], card["published figures"]
        aucs = [test[kind]["AUC"]["value"] for kind in INPUTS]
        auprcs = [test[kind]["auPRC"]["value"] for kind in INPUTS[1:]]
        peers = [figures[rival][name] for rival, name in RIVALS]
        bare, rke = card["bare windows"]["AUC"]["value"], figures["DeepRKE"]["AUC"]
        for column, value in zip(columns, (*aucs, *auprcs, *peers, bare, rke), strict=True):
            column.append(value)
        star = " *" if entry.recommended else ""
        print_row(
            f"{card['number']} {entry.name}{star}",
            f"{aucs[0]:.3f}",
            estimate_text(test[INPUTS[1]]["AUC"], True),
            f"{aucs[2]:.3f}",
            f"{peers[0]:.3f} / {peers[1]:.3f}",
            f"{auprcs[0]:.3f}",
            f"{auprcs[1]:.3f}",
            f"{peers[2]:.3f} / {peers[3]:.3f}",
            f"{bare:.3f}",
            f"{rke:.3f}",
        )
    m = [mean_text(column) for column in columns]
    print_row("mean", m[0], m[1], m[2], f"{m[5]} / {m[6]}", m[3], m[4], f"{m[7]} / {m[8]}", m[9], m[10])


def print_transcript_ranks(cards: list[tuple[Entry, dict[str, Any]]]) -> None:
    """Print the mean rank of sites among the positions of their transcripts, by kind of input."""
    names = (*INPUTS, "FASTA + annotation + structure")
    print_row("model", "sites", *names)
    print_row(*["---"] * (len(names) + 2))
    ranks: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    for entry, card in cards:
        estimates = card["within transcripts"]
        if estimates:
            print_row(
                entry.name, estimates["FASTA"]["sites"], *(estimate_text(estimates.get(name), True) for name in names)
            )
            for name in names:
                if name in estimates:
                    ranks[name].append((estimates[name]["sites"], estimates[name]["value"]))
    pooled = [np.average([r for _, r in ranks[name]], weights=[n for n, _ in ranks[name]]) for name in names]
    print_row("all sites", sum(n for n, _ in ranks[names[0]]), *(f"**{value:.3f}**" for value in pooled))


def print_gains(cards: list[tuple[Entry, dict[str, Any]]]) -> None:
    """Print the gain in accuracy by each modality, and the default modalities."""
    modalities = ("region", "cobinding", "structure", "motifs")
    print_row("model", *modalities, "used by default")
    print_row(*["---"] * (len(modalities) + 2))
    for entry, card in cards:
        cells = [card["gain"][name] for name in modalities]
        texts = [f"{cell['value']:+.4f} ({cell['low']:+.4f} to {cell['high']:+.4f})" for cell in cells]
        print_row(entry.name, *texts, ", ".join(entry.modalities))
    print_row(
        "mean", *(f"**{np.mean([card['gain'][name]['value'] for _, card in cards]):+.4f}**" for name in modalities), ""
    )


def main() -> None:
    """Print the proteins of the shared network, the names of both stores, and the figures of the separate networks."""
    print_proteins()
    print()
    print_names()
    cards = sorted(((entry, entry.card) for entry in list_entries(IDEEP)), key=lambda pair: pair[1]["number"])
    for table in (print_published, print_transcript_ranks, print_gains):
        print()
        table(cards)


if __name__ == "__main__":
    main()
