"""RNA letters of a run's genome, from its copy of the FASTA or from the FASTA that the run read."""

from __future__ import annotations

from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.output_folder.run_log import read_input_places
from ideep_scan.kernels.onehot import complement, decode
from track_hubs.manifest import MANIFEST, Manifest


class Reference:
    """The genome of a run, if its FASTA is still there.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    manifest : Manifest
        Its manifest.
    """

    def __init__(self, folder: Path, manifest: Manifest):
        self._sizes = manifest.assembly.sizes
        self._path = _find_fasta(folder, manifest)

    def read(self, chrom: str, start: int, end: int, strand: str) -> str:
        """Read the RNA of an interval, 5'→3'; an empty text without the FASTA."""
        if self._path is None:
            return ""
        try:
            with FastaSource(self._path, scattered=True) as source:
                if source.contigs.get(chrom) != self._sizes.get(chrom):
                    return ""
                codes = source.codes(chrom, start, end)
        except InputError:
            return ""
        return decode(codes if strand == "+" else complement(codes)[::-1])


def _find_fasta(folder: Path, manifest: Manifest) -> Path | None:
    """Find the FASTA. One that changed after the run does not count."""
    if manifest.assembly.fasta is not None:
        return folder / manifest.assembly.fasta
    path = read_input_places(folder).get("fasta")
    try:
        is_earlier = path is not None and path.stat().st_mtime <= (folder / MANIFEST).stat().st_mtime
    except OSError:
        return None
    return path if is_earlier else None
