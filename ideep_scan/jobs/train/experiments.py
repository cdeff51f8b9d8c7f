"""CLIP experiments of other proteins that a model learns to read (`--cobinding`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.spec import MOST_CHANNELS
from ideep_scan.formats.clip_sites import read_cobinding_table
from ideep_scan.jobs.inputs import Evidence
from ideep_scan.records.places import Places, group_by_strand

LONGEST = 200  # characters of a name
_SAME = 0.5  # share of sites in those of an experiment, from which it may be of the same protein


def list_experiments(table: Path | None, sites: Iterable[Path]) -> tuple[str, ...]:
    """List the experiments of a table, in its order; none without a table.

    Parameters
    ----------
    table : Path or None
        Table of two columns: experiment, path of its sites.
    sites : iterable of Path
        Lists of sites that the model learns.

    Returns
    -------
    tuple of str
        Names of the experiments, which the model then knows.

    Raises
    ------
    InputError
        The table is malformed, a name cannot be stored, or an experiment is a list of sites to learn.
    MissingTrack
        The file of an experiment is missing.
    """
    if table is None:
        return ()
    tracks = read_cobinding_table(table, None)
    if len(tracks) > MOST_CHANNELS:
        raise InputError(f"has {len(tracks):,} experiments; keep {MOST_CHANNELS:,} at most", table)
    learned = {path.resolve() for path in sites}
    for name, track in tracks.items():
        if len(name) > LONGEST or not name.isprintable():
            raise InputError(f"the name {name[:30]!r} is longer than {LONGEST} characters or not printable", table)
        if track.resolve() in learned:
            raise InputError(
                f"{name} is a list of sites to learn, which would tell the model the answer: remove its line", table
            )
    return tuple(tracks)


def check_strands(evidence: Evidence) -> None:
    """Check that every site of an experiment has a strand.

    Parameters
    ----------
    evidence : Evidence
        The opened experiments.

    Raises
    ------
    InputError
        A site has no strand.
    """
    for name, experiment in evidence.sites.items():
        if not experiment.has_strands:
            raise InputError(
                f"sites of {name} lack a strand, so that a model would learn from both: give a BED or bigBed "
                "with + or - in column 6",
                evidence.tracks[name],
            )


def describe_shared_sites(evidence: Evidence, sites: Places) -> Iterator[str]:
    """Name experiments that cover most sites to learn.

    Parameters
    ----------
    evidence : Evidence
        The opened experiments.
    sites : Places
        One or more sites to learn.

    Yields
    ------
    str
        One remark for each of these experiments.
    """
    groups = group_by_strand(sites.chrom, sites.strand)
    for name, experiment in evidence.sites.items():
        covered = [experiment.covered(*key, sites.centre[rows]) for key, rows in groups.items()]
        share = float(np.concatenate(covered).mean())
        if share >= _SAME:
            yield (
                f"{share:.0%} of the sites lie in sites of {name}: if it is of the same protein, leave it out, because "
                "it tells the model the answer"
            )
