"""`ideep-scan models`: what models there are, and what is known of each."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from ideep_scan.cli.repeated_options import OnceCommand, OnceGroup

_LONG = ("aliases", "experiment")
_LEAST = 5  # characters of a long column that are shown on any terminal

app = typer.Typer(help="The bundled models and their cards.", no_args_is_help=True, cls=OnceGroup)


@app.command("list", cls=OnceCommand)
def list_models() -> None:
    """List the bundled models, tab-separated where the output is no terminal.

    AUC and auPRC are those of the published test windows, given FASTA and annotation; '.' = not in the card.
    lowest_fdr: the lowest expected false share that --fdr accepts, given FASTA and annotation, at the model's prior.
    Recommended: the model that the protein's symbol and aliases mean.

    Example: ideep-scan models list
    """
    from ideep_scan.cli.card import COLUMNS, row
    from ideep_scan.models.store import entries

    rows = [row(entry) for entry in entries()]
    if not sys.stdout.isatty():
        for cells in (COLUMNS, *rows):
            typer.echo("\t".join(cells))
        return
    _table(COLUMNS, rows)


@app.command("show", cls=OnceCommand)
def show_model(
    name: Annotated[str, typer.Argument(help="Name, protein, alias, number or name of an experiment, or a path.")],
    as_json: Annotated[bool, typer.Option("--json", help="The whole card, as JSON.")] = False,
) -> None:
    """Print the card of a model: its data, how good it is, what it reads, what its scores mean.

    Example: ideep-scan models show HuR
    """
    from rich.console import Console

    from ideep_scan.cli.card import aligned, sections
    from ideep_scan.models.store import entries, find

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for entry in find([name], entries()):
        if as_json:
            typer.echo(json.dumps({"name": entry.name, "protein": entry.protein, **entry.card}, indent=2))
            continue
        for heading, rows in sections(entry):
            console.print(heading, style="bold")
            for line in aligned(rows):
                console.print(f"  {line}")
            console.print()


def _table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Rows on a terminal; where it is too narrow, aliases and experiments are cut short."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    widths = {name: max(map(len, column)) + 2 for name, *column in zip(names, names, *rows, strict=True)}
    room = console.width - sum(width for name, width in widths.items() if name not in _LONG)
    for name in names:
        table.add_column(name, no_wrap=True, max_width=max(_LEAST, room // 2 - 2) if name in _LONG else None)
    for cells in rows:
        table.add_row(*cells)
    console.print(table)
