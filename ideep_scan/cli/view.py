"""Command `ideep-scan view`: serve the page of a finished run or, with --live, a page that scores what it shows."""

from __future__ import annotations

import os
import signal
import socket
import sys
import webbrowser
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.view_elsewhere import Igv, IgvPort, JBrowse, Ucsc, open_elsewhere
from ideep_scan.cli.view_save import Gene, Overwrite, Save, save_view
from ideep_scan.errors import InputError
from ideep_scan.jobs.live.settings import LiveSettings

if TYPE_CHECKING:
    from ideep_scan.jobs.view.measured import MeasuredFile
    from track_hubs.server.http_server import Server

Shown = Annotated[
    Path,
    typer.Argument(
        metavar="OUT|FASTA", help="Folder of a finished run or hub. With --live: a genome.", show_default=False
    ),
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Do not open a browser. Print how to see the page from another machine.")
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the local server. 0 takes a free port.")]

AllowOrigin = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-origin",
        metavar="URL",
        help="Allow pages of this origin, such as https://igv.org, to read the files. Repeatable.",
        show_default=False,
    ),
]
ScoredVariants = Annotated[
    Path | None,
    typer.Option(
        "--variants",
        metavar="VCF",
        help="Output of `ideep-scan variants`, as a track and a list beside the run.",
        show_default=False,
    ),
]
Show = Annotated[
    list[Path] | None,
    typer.Option(
        "--show",
        metavar="FILE",
        help="Show measured peaks (BED, narrowPeak, bigBed, GFF3), a bigWig or a VCF beside the run. 'cobinding' shows "
        "the CLIP sites that the run itself read. Repeatable.",
        show_default=False,
    ),
]
Inputs = Annotated[
    list[Path] | None,
    typer.Option(
        "--inputs",
        metavar="FOLDER",
        help="Look here for inputs of the run, if the page computes and they were moved. Repeatable.",
        show_default=False,
    ),
]
Live = Annotated[
    bool, typer.Option("--live", help="Score a genome while you browse it. Needs --rbp; no finished run is needed.")
]
Rbp = Annotated[
    list[str] | None,
    typer.Option(
        "--rbp", help="With --live: model, as in `ideep-scan genome`. With --save: model of the run. Repeatable."
    ),
]
Locus = Annotated[
    str | None,
    typer.Option("--locus", help="With --live: first view, a gene or chr:start-end. With --save: chr:start-end."),
]
LIVE_OPTIONS = {
    "rbp": Rbp,
    "model": opt.Model,
    "gtf": opt.Gtf,
    "cobinding": opt.Cobinding,
    "evidence": opt.Evidence,
    "locus": Locus,
    "modalities": opt.Modalities,
    "device": opt.Device,
    "precision": opt.Precision,
    "threads": opt.Threads,
    "strict": opt.Strict,
}


@with_options(LiveSettings, LIVE_OPTIONS)
def view(
    context: typer.Context,
    shown: Shown,
    live: Live = False,
    *,
    variants: ScoredVariants = None,
    show_files: Show = None,
    igv: Igv = False,
    igv_port: IgvPort = None,
    ucsc: Ucsc = None,
    jbrowse: JBrowse = None,
    no_browser: NoBrowser = False,
    port: Port = 0,
    allow_origin: AllowOrigin = None,
    inputs: Inputs = None,
    save: Save = None,
    gene: Gene = None,
    overwrite: Overwrite = False,
    **values: Any,
) -> None:
    """Show a finished run in a web browser: tracks in igv.js, strongest sites, models.

    With --live, no run is needed. The page scores what is in view, draws letters by their contribution, and compares
    a variant that you type with the reference. The server accepts connections from this machine only, until Ctrl-C.

    Example: ideep-scan view out

    Example: ideep-scan view out --variants scored.vcf.gz

    Example: ideep-scan view out --show eclip_peaks.narrowPeak --show coverage.bw

    Example: ideep-scan view out --igv

    Example: ideep-scan view out --save psmf1.html --gene PSMF1

    Example: ideep-scan view --live --rbp ELAVL1 hg19.fa --gtf genes.gtf --locus PSMF1
    """
    if save_view(context, shown, save, genes=gene, overwrite=overwrite, values=values):
        return None
    values_of_runs = {
        "variants": variants, "show": show_files, "inputs": inputs, "igv": igv or None, "igv-port": igv_port,
        "ucsc": ucsc, "jbrowse": jbrowse,
    }  # fmt: skip
    for name, value in values_of_runs.items():
        if live and value is not None:
            raise InputError(f"--{name} goes with a finished run: leave out --live, and give the folder of the run")
    if live:
        settings = LiveSettings(fasta=shown, **values)
        return _live(settings, port, no_browser, tuple(allow_origin or ()))
    for name in LIVE_OPTIONS:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise InputError(
                f"--{name} goes with --live, which scores a genome while you look: add --live, or leave it out"
            )
    if (igv or ucsc or jbrowse) and variants is not None:
        raise InputError(
            "--variants goes with the page of the run; for another browser, add them to the hub first (ideep-scan hub "
            "OUT --variants VCF)"
        )
    if (igv or ucsc or jbrowse) and show_files:
        raise InputError("--show goes with the page of the run; open the files in the other browser itself")
    if open_elsewhere(shown, igv=igv, igv_port=igv_port, ucsc=ucsc, jbrowse=jbrowse):
        return None
    options: dict[str, Any] = {"port": port, "origins": tuple(allow_origin or ()), "inputs": _check_folders(inputs)}
    if show_files:
        options["measured"] = _open_shown(shown, show_files)
    if variants is not None:
        return _with_variants(shown, variants, no_browser, options)
    from ideep_scan.jobs.view.serve_run import serve_run

    show(*serve_run(shown, **options), no_browser)
    return _leave()


def _check_folders(folders: list[Path] | None) -> tuple[Path, ...]:
    """Return the folders of `--inputs`. Raise InputError if one is not a folder."""
    for folder in folders or ():
        if not folder.is_dir():
            raise InputError("is not a folder; give --inputs a folder that holds inputs of the run", folder)
    return tuple(folders or ())


def _open_shown(run: Path, paths: list[Path]) -> list[MeasuredFile]:
    """Read the files of `--show`, and print their remarks."""
    from ideep_scan.jobs.view.serve_run import open_shown_files

    if sys.stderr.isatty():
        typer.echo("reading the files to show", err=True)
    files = open_shown_files(run, paths)
    for note in [note for file in files for note in file.notes]:
        typer.echo(f"note: {note}", err=True)
    return files


def _with_variants(run: Path, vcf: Path, no_browser: bool, options: dict[str, Any]) -> None:
    if sys.stderr.isatty():
        typer.echo("reading the variants", err=True)
    from ideep_scan.jobs.view.serve_variants import serve_variants

    with ExitStack() as stack:
        server, address, notes = serve_variants(run, vcf, stack, **options)
        for note in notes:
            typer.echo(f"note: {note}", err=True)
        show(server, address, no_browser)
    _leave()


def _live(settings: LiveSettings, port: int, no_browser: bool, origins: tuple[str, ...]) -> None:
    settings.check()
    if sys.stderr.isatty():
        typer.echo("opening the genome and scoring the first view", err=True)
    from ideep_scan.jobs.live.server import serve_live

    with ExitStack() as stack:
        server, address, notes = serve_live(settings, port, stack, origins)
        for note in notes:
            typer.echo(f"note: {note}", err=True)
        show(server, address, no_browser)
    _leave()


def _leave() -> None:
    """End the process at once if it may score: such a thread would abort a regular exit of Python."""
    if "torch" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def show(server: Server, address: str, no_browser: bool) -> None:
    """Run the server until Ctrl-C; open the page in a browser, or print how to open it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt_once)
    try:
        with server:
            typer.echo(address)
            if no_browser:
                _print_directions(server.port, address)
            elif not _open_browser(address):
                typer.echo("no web browser was found here: open the address above in one", err=True)
                _print_directions(server.port, address)
            typer.echo("Ctrl-C ends it", err=True)
            server.wait()
    except KeyboardInterrupt:
        typer.echo(err=True)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Unwind the program on the first signal; ignore later ones, which would interrupt the unwinding."""
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: None)  # SIG_IGN would make Python report an error for a pending signal
    raise KeyboardInterrupt


def _open_browser(address: str) -> bool:
    """Open the page in a graphical browser; return False if there is none, as terminal browsers cannot show it."""
    windows = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))
    return windows and webbrowser.open(address)


def _print_directions(port: int, address: str) -> None:
    typer.echo("from another machine, run this there and open the same address in its browser:", err=True)
    typer.echo(f"  ssh -L {port}:127.0.0.1:{port} {socket.gethostname()}", err=True)
