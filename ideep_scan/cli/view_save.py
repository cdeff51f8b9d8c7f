"""Options of `ideep-scan view` that save a page in one file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.errors import InputError

Save = Annotated[
    Path | None,
    typer.Option(
        "--save",
        metavar="FILE.html",
        help="Save a page in one file about --gene or --locus, which anybody can open without this program.",
        show_default=False,
    ),
]
Gene = Annotated[
    list[str] | None,
    typer.Option(
        "--gene", help="With --save: symbol of a gene, or accession of a transcript. Repeatable.", show_default=False
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="With --save: replace an earlier file.")]
_OPTIONS = ("shown", "save", "gene", "overwrite", "locus", "rbp")


def save_view(
    context: typer.Context,
    out: Path,
    save: Path | None,
    *,
    genes: list[str] | None,
    overwrite: bool,
    values: Mapping[str, Any],
) -> bool:
    """Save a page in one file; return False if no option asks for one."""
    if save is None:
        for option, value in (("--gene", genes), ("--overwrite", overwrite)):
            if value:
                raise InputError(f"{option} goes with --save FILE.html: add it, or leave {option} out")
        return False
    _refuse_others(context)
    if sys.stderr.isatty():
        typer.echo("reading the scores", err=True)
    from ideep_scan.jobs.view.save_page import save_page

    loci = [values["locus"]] if values.get("locus") else []
    page = save_page(
        out, save, genes=genes or (), loci=loci, proteins=tuple(values.get("rbp") or ()), overwrite=overwrite
    )
    for note in page.notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(page.path)
    typer.echo(f"{page.size / 1e6:.1f} MB; opens in any web browser, without a network", err=True)
    return True


def _refuse_others(context: typer.Context) -> None:
    """Raise InputError if an option is given that has no meaning in a saved page."""
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if source is not None and source.name == "COMMANDLINE" and parameter.name not in _OPTIONS:
            raise InputError(
                f"--save and {parameter.opts[0]} do not go together: a saved page has --gene, --locus and --rbp only"
            )
