"""Commands `ideep-scan models`: list the models, print a card, add and remove models of the user."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.options import ModelChoice
from ideep_scan.cli.repeated_options import OnceCommand, OnceGroup
from ideep_scan.models.store_names import DEFAULT

_DEFAULT = ModelChoice(DEFAULT)
_LONG_COLUMNS = ("aliases", "experiment")
_MIN_WIDTH = 5  # characters of a long column, on any terminal

app = typer.Typer(help="List the models, print their cards, add your own.", no_args_is_help=True, cls=OnceGroup)


@app.command("list", cls=OnceCommand)
def list_models(model: opt.Model = _DEFAULT) -> None:
    """List the bundled models and your own; in a pipe or a file, as tab-separated text.

    AUC and auPRC were measured on the published test windows with FASTA and annotation. A dot means unknown.
    lowest_fdr is the lowest value that --fdr accepts with FASTA and annotation, at the model's prior.
    The recommended model of a protein is the one that its symbol and aliases select.

    Example: ideep-scan models list
    """
    from ideep_scan.cli.card import COLUMNS, row
    from ideep_scan.models.store import list_entries, list_own_entries

    rows = [row(entry) for entry in (*list_entries(model.value), *list_own_entries())]
    if not sys.stdout.isatty():
        for cells in (COLUMNS, *rows):
            typer.echo("\t".join(cells))
        return
    _table(COLUMNS, rows)


@app.command("show", cls=OnceCommand)
def show_model(
    name: Annotated[
        str, typer.Argument(help="Model: name, protein, alias, experiment (number or name), or path of a bundle.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the complete card as JSON.")] = False,
    model: opt.Model = _DEFAULT,
) -> None:
    """Print the card of a model: training data, accuracy, evidence, calibration, licence.

    Example: ideep-scan models show HuR
    """
    from rich.console import Console

    from ideep_scan.cli.card import aligned, sections
    from ideep_scan.models.store import choose_entries

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for entry in choose_entries([name], model.value):
        if as_json:
            typer.echo(json.dumps({"name": entry.name, "protein": entry.protein, **entry.card}, indent=2))
            continue
        for heading, rows in sections(entry):
            console.print(heading, style="bold")
            for line in aligned(rows):
                console.print(f"  {line}")
            console.print()


@app.command("add", cls=OnceCommand)
def add(path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A trained model (.safetensors).")]) -> None:
    """Copy a model into the folder of your own models, where --rbp finds it by its name.

    The folder is that of your data on this system, or the one that IDEEP_SCAN_MODELS names.

    Example: ideep-scan models add myrbp.safetensors
    """
    from ideep_scan.jobs.own_models import add_model

    entry = add_model(path)
    typer.echo(f"{entry.name}: {entry.path}; use it with --rbp {entry.name}")


@app.command("remove", cls=OnceCommand)
def remove(name: Annotated[str, typer.Argument(help="Name of one of your own models.")]) -> None:
    """Remove one of your own models from their folder.

    Example: ideep-scan models remove MYRBP
    """
    from ideep_scan.jobs.own_models import remove_model

    typer.echo(f"removed {remove_model(name)}")


def _table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print rows on a terminal; shorten aliases and experiments if it is too narrow."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    widths = {name: max(map(len, column)) + 2 for name, *column in zip(names, names, *rows, strict=True)}
    room = console.width - sum(width for name, width in widths.items() if name not in _LONG_COLUMNS)
    for name in names:
        table.add_column(
            name, no_wrap=True, max_width=max(_MIN_WIDTH, room // 2 - 2) if name in _LONG_COLUMNS else None
        )
    for cells in rows:
        table.add_row(*cells)
    console.print(table)
