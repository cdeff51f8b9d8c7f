"""`ideep-scan models`: what models there are, and what is known of each."""

from __future__ import annotations

import json
from typing import Annotated

import typer

app = typer.Typer(help="The bundled models and their cards.", no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """List the bundled models: name, protein, aliases, modalities in use by default, experiments.

    Example: ideep-scan models list
    """
    from ideep_scan.models.store import entries

    typer.echo("name\tprotein\taliases\tmodalities\texperiments")
    for entry in entries():
        columns = (entry.aliases, entry.modalities, entry.card["experiments"])
        typer.echo("\t".join([entry.name, entry.protein, *(",".join(column) or "." for column in columns)]))


@app.command("show")
def show_model(name: Annotated[str, typer.Argument(help="Name, protein or alias.")]) -> None:
    """Print the card of a model as JSON.

    Example: ideep-scan models show HuR
    """
    from ideep_scan.models.store import entries, find

    for entry in find([name], entries()):
        typer.echo(json.dumps({"name": entry.name, "protein": entry.protein, **entry.card}, indent=2))
