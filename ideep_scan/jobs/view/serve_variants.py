"""Serve the page of a finished run with the variants of a scored VCF. The folder of the run stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from ideep_scan.errors import InputError
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.output_folder.publication import settle
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from ideep_scan.jobs.variant_track import open_scored_vcf, write_variant_track
from ideep_scan.jobs.view.measured import MeasuredFile
from ideep_scan.jobs.view.serve_run import check_origins, check_port, serve_run
from track_hubs.hub_builder import add_track
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.render import render_manifest
from track_hubs.server.http_server import Server


def serve_variants(
    out: Path,
    vcf: Path,
    stack: ExitStack,
    *,
    port: int = 0,
    origins: Sequence[str] = (),
    inputs: tuple[Path, ...] = (),
    measured: Sequence[MeasuredFile] = (),
) -> tuple[Server, str, tuple[str, ...]]:
    """Make a server for the page of a run with a track and a list of variants, and give the address of its page.

    Page and track are written to a temporary folder, and served beside the files of the run.

    Parameters
    ----------
    out : Path
        Folder of the run.
    vcf : Path
        VCF that a job on variants wrote; '-' for standard input.
    stack : ExitStack
        Removes the temporary folder when it closes.
    port : int
        The port; 0 takes a free one.
    origins : Sequence[str]
        Origins whose pages may read what is served.
    inputs : tuple of Path
        Folders in which to look for inputs of the run by their names.
    measured : sequence of MeasuredFile
        Files to show beside the predictions.

    Returns
    -------
    server : Server
        The server.
    address : str
        Address of the page.
    notes : tuple of str
        Remarks for the user, one line each.

    Raises
    ------
    InputError
        There is no run, the VCF cannot be shown on it, an origin is malformed, or the port cannot be had.
    """
    check_origins(origins)
    check_port(port)
    folder = out.resolve()
    settle(folder)
    if folder.is_dir() and not (folder / MANIFEST).is_file():
        raise InputError(
            f"holds no {MANIFEST}: --variants needs the folder of one run; add variants to a hub of several runs by "
            "`ideep-scan hub`",
            out,
        )
    session = Path(stack.enter_context(TemporaryDirectory(prefix="ideep-scan-")))
    try:
        manifest = read_scan_manifest(folder)
        with Spool() as spool:
            track, notes = write_variant_track(open_scored_vcf(spool.path(vcf)), session, manifest.assembly)
        pages = render_manifest(folder, add_track(manifest, track), staging=session)
    except HubError as error:
        raise InputError(str(error)) from error
    replacements = {path.relative_to(session).as_posix(): path for path in (*pages, session / track.path)}
    return *serve_run(out, port, origins, replacements=replacements, inputs=inputs, measured=measured), notes
