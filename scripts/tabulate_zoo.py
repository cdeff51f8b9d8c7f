#!/usr/bin/env python3
"""The cards of the bundled models side by side, as the Markdown tables of docs/accuracy.md.

scripts/tabulate_zoo.py > tables.md
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ideep_scan.models.store import Entry, list_entries

INPUTS = ("FASTA", "FASTA + annotation", "FASTA + annotation + co-binding")
OTHERS = (("iDeep re-run", "AUC"), ("with landmarks", "AUC"), ("iDeep re-run", "auPRC"), ("with landmarks", "auPRC"))


def figure(estimate: dict[str, Any] | None, interval: bool = False) -> str:
    if estimate is None:
        return "."
    return f"{estimate['value']:.3f}" + (f" ({estimate['low']:.3f}-{estimate['high']:.3f})" if interval else "")


def mean(values: list[float]) -> str:
    return f"**{np.mean(values):.3f}**"


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |")


def published(cards: list[tuple[Entry, dict[str, Any]]]) -> None:
    aucs_of = ("AUC: FASTA", "+ annotation", "+ co-binding", "iDeep / landmarks")
    auprcs_of = ("auPRC: + annotation", "+ co-binding", "iDeep / landmarks")
    row("model", *aucs_of, *auprcs_of, "101 nt alone, 30,000 kind", "DeepRKE")
    row(*["---"] * 10)
    columns: list[list[float]] = [[] for _ in range(11)]
    for entry, card in cards:
        test, others = card["published test windows"], card["published figures"]
        aucs = [test[kind]["AUC"]["value"] for kind in INPUTS]
        auprcs = [test[kind]["auPRC"]["value"] for kind in INPUTS[1:]]
        peers = [others[who][what] for who, what in OTHERS]
        bare, rke = card["bare windows"]["AUC"]["value"], others["DeepRKE"]["AUC"]
        for column, value in zip(columns, (*aucs, *auprcs, *peers, bare, rke), strict=True):
            column.append(value)
        star = " *" if entry.recommended else ""
        row(
            f"{card['number']} {entry.name}{star}",
            f"{aucs[0]:.3f}",
            figure(test[INPUTS[1]]["AUC"], True),
            f"{aucs[2]:.3f}",
            f"{peers[0]:.3f} / {peers[1]:.3f}",
            f"{auprcs[0]:.3f}",
            f"{auprcs[1]:.3f}",
            f"{peers[2]:.3f} / {peers[3]:.3f}",
            f"{bare:.3f}",
            f"{rke:.3f}",
        )
    m = [mean(column) for column in columns]
    row("mean", m[0], m[1], m[2], f"{m[5]} / {m[6]}", m[3], m[4], f"{m[7]} / {m[8]}", m[9], m[10])


def within(cards: list[tuple[Entry, dict[str, Any]]]) -> None:
    names = (*INPUTS, "FASTA + annotation + structure")
    row("model", "sites", *names)
    row(*["---"] * (len(names) + 2))
    ranks: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    for entry, card in cards:
        found = card["within transcripts"]
        if found:
            row(entry.name, found["FASTA"]["sites"], *(figure(found.get(name), True) for name in names))
            for name in names:
                if name in found:
                    ranks[name].append((found[name]["sites"], found[name]["value"]))
    pooled = [np.average([r for _, r in ranks[name]], weights=[n for n, _ in ranks[name]]) for name in names]
    row("all sites", sum(n for n, _ in ranks[names[0]]), *(f"**{value:.3f}**" for value in pooled))


def gains(cards: list[tuple[Entry, dict[str, Any]]]) -> None:
    modalities = ("region", "cobinding", "structure", "motifs")
    row("model", *modalities, "used by default")
    row(*["---"] * (len(modalities) + 2))
    for entry, card in cards:
        cells = [card["gain"][name] for name in modalities]
        shown = [f"{cell['value']:+.4f} ({cell['low']:+.4f} to {cell['high']:+.4f})" for cell in cells]
        row(entry.name, *shown, ", ".join(entry.modalities))
    row("mean", *(f"**{np.mean([card['gain'][name]['value'] for _, card in cards]):+.4f}**" for name in modalities), "")


def main() -> None:
    cards = sorted(((entry, entry.card) for entry in list_entries()), key=lambda pair: pair[1]["number"])
    for table in (published, within, gains):
        print()
        table(cards)


if __name__ == "__main__":
    main()
