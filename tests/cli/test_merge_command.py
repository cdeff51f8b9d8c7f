"""The command that merges the parts of a scan offers the options of a scan."""

from __future__ import annotations

from ideep_scan.cli import genome, merge


def test_it_takes_the_options_of_the_scan_that_it_completes() -> None:
    assert set(genome.OPTIONS) - set(merge.OPTIONS) == {"shard", "resume", "dask"}
