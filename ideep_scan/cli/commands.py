"""Commands of the program. Each imports its numerical libraries inside its function, so the program starts fast."""

from __future__ import annotations

from typing import Annotated

import typer

from ideep_scan.cli import (
    benchmark,
    check,
    demo,
    fetch,
    genome,
    hub,
    intersect,
    merge,
    models,
    motifs,
    predict,
    shards,
    train,
    transcripts,
    variants,
    verify,
    view,
)
from ideep_scan.cli.repeated_options import OnceCommand, OnceGroup
from ideep_scan.errors import InputError
from ideep_scan.version import __version__

_UsageError: type[Exception] = typer.BadParameter.__mro__[2]  # ClickException, from whichever package typer has it

app = typer.Typer(
    name="ideep-scan",
    help="See where RNA-binding proteins bind: deep models score every transcript of a genome.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    cls=OnceGroup,
)
app.command("benchmark", cls=OnceCommand)(benchmark.benchmark)
app.command("check", cls=OnceCommand)(check.check)
app.command("demo", cls=OnceCommand)(demo.demo)
app.command("fetch", cls=OnceCommand)(fetch.fetch)
app.command("genome", cls=OnceCommand)(genome.genome)
app.command("hub", cls=OnceCommand)(hub.hub)
app.command("intersect", cls=OnceCommand)(intersect.intersect)
app.command("merge", cls=OnceCommand)(merge.merge)
app.command("motifs", cls=OnceCommand)(motifs.motifs)
app.command("predict", cls=OnceCommand)(predict.predict)
app.command("shards", cls=OnceCommand)(shards.shards)
app.command("train", cls=OnceCommand)(train.train)
app.command("transcripts", cls=OnceCommand)(transcripts.transcripts)
app.command("variants", cls=OnceCommand)(variants.variants)
app.command("verify", cls=OnceCommand)(verify.verify)
app.command("view", cls=OnceCommand)(view.view)
app.add_typer(models.app, name="models")


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"ideep-scan {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Accept the options of the program itself."""


def run_command() -> int:
    """Run the command that the arguments name.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        The arguments cannot be used.
    """
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # type: ignore[attr-defined]
            return 2
        context = getattr(error, "ctx", None)
        path = "ideep-scan" if context is None else context.command_path
        message = error.format_message().rstrip(".")  # type: ignore[attr-defined]
        raise InputError(f"{message}: see `{path} --help`") from error
    return code if isinstance(code, int) else 0
