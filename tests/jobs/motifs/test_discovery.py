"""Motifs of one model."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.jobs.motifs.discovery import discover_motifs, keep_strongest
from ideep_scan.jobs.motifs.known_sets import open_known
from ideep_scan.jobs.motifs.settings import MotifSettings
from ideep_scan.jobs.motifs.windows import open_windows
from ideep_scan.records.learned_motif import MotifCollection


@pytest.fixture(scope="module")
def collection(labelled: Path) -> MotifCollection:
    settings = MotifSettings(("TARDBP",), model="ideep", windows=labelled)
    with ExitStack() as stack:
        (bundle,) = open_bundles(settings.rbp, "ideep")
        windows = open_windows(settings, [bundle], stack).windows
    discovery = discover_motifs(bundle, ("sequence",), windows, known=open_known(None))
    assert discovery.reason == "patterns need 100 bound windows, there are 30"
    return discovery.collection


def test_the_strongest_cluster_is_the_planted_motif(collection: MotifCollection) -> None:
    motifs = {motif.pwm.id: motif for motif in collection.motifs}
    strongest = motifs[collection.clusters[0].members[0]]
    assert strongest.enrichment is not None
    assert strongest.enrichment.q_value < 1e-4
    assert strongest.pwm.id.startswith("TARDBP.filter")
    assert strongest.importance is not None
    assert strongest.importance.planted_low > 0 > strongest.importance.removed_high
    assert collection.agreement > 0.3
    shares = strongest.pwm.counts / strongest.pwm.counts.sum(1, keepdims=True)
    assert shares[:, [2, 3]].sum(1).mean() > 0.65  # G and U; 0.5 by chance


def test_each_filter_fires_or_is_silent_and_is_in_one_cluster(collection: MotifCollection) -> None:
    names = [motif.pwm.id for motif in collection.motifs]
    assert len(names) + len(collection.silent) == len(collection.filters)
    assert sorted(name for cluster in collection.clusters for name in cluster.members) == sorted(names)


def test_the_strongest_clusters_are_kept_in_their_order(collection: MotifCollection) -> None:
    small = keep_strongest(collection, 3, 2)
    assert len(small.clusters) < len(collection.clusters)
    for kept, whole in zip(small.clusters, collection.clusters[:3], strict=False):
        assert kept.members[:2] == whole.members[:2]
    assert {motif.pwm.id for motif in small.motifs} == {name for item in small.clusters for name in item.members}
    assert small.clusters[0].copies == collection.clusters[0].copies
