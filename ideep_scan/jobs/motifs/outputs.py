"""Files of a report on motifs: MEME, tables and pages of each model, and an overview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ideep_scan.formats.motif_sets.meme import write_meme
from ideep_scan.formats.motif_tables import list_by_cluster, list_match_rows, list_motif_rows
from ideep_scan.jobs.motifs.report import write_pages
from ideep_scan.records.learned_motif import MotifCollection
from ideep_scan.records.pwm import Pwm


def write_outputs(folder: Path, collections: Sequence[MotifCollection], known: Sequence[Pwm]) -> None:
    """Write all files of a report except its manifest.

    Parameters
    ----------
    folder : Path
        Folder to write into.
    collections : sequence of MotifCollection
        What each model has learned.
    known : sequence of Pwm
        Known motifs, for their logos.
    """
    for collection in collections:
        pwms = [motif.pwm for _, motif in list_by_cluster(collection)]
        write_meme(folder / f"{collection.model}.meme", pwms)
        _write(folder / f"{collection.model}.tsv", list_motif_rows(collection))
        _write(folder / f"{collection.model}.matches.tsv", list_match_rows(collection))
    write_pages(folder, collections, known)


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(lines), encoding="utf-8")
