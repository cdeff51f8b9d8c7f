"""Sites by model, gene and region, beside plain Python that goes from site to site."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.features.gene_regions import REGIONS, GeneRegions
from ideep_scan.formats.site_frames import MEASURES, PLACES, RANKS, TEXTS, SiteFrame
from ideep_scan.jobs.view.gene_table import GeneTable, measure_scanned
from ideep_scan.jobs.view.site_index import SiteIndex

GENES = ["A", "B", "C"]
SITES = st.tuples(
    st.integers(0, 1), st.sampled_from([*GENES, "other", "."]), st.sampled_from([*REGIONS, "."]),
    st.sampled_from([0.25, 0.5, 0.75]),
)  # fmt: skip
LENGTHS = st.lists(st.sampled_from([0.0, 100.0, 300.0]), min_size=15, max_size=15)


def make_index(sites: list[tuple[int, str, str, float]]) -> SiteIndex:
    """Make an index of two models, M and N."""
    rows = sorted(sites, key=lambda site: site[0])
    frame = pd.DataFrame({name: pd.Categorical(["."] * len(rows)) for name in TEXTS})
    frame["gene_name"] = pd.Categorical([gene for _, gene, _, _ in rows])
    frame["region"] = pd.Categorical([region for _, _, region, _ in rows])
    for name in (*PLACES, *RANKS):
        frame[name] = 1
    for name in MEASURES:
        frame[name] = np.array([score for *_, score in rows], np.float32)
    counts = tuple(sum(site[0] == model for site in rows) for model in range(2))
    return SiteIndex(["M", "N"], [SiteFrame((0, 1), counts, frame)], [])


@given(st.lists(SITES, max_size=25), LENGTHS)
def test_counts_and_shares_are_those_of_single_genes(sites, values):
    lengths = np.array(values).reshape(len(GENES), len(REGIONS))
    table = GeneTable(GENES, lengths, make_index(sites))
    for model in range(2):
        for number, gene in enumerate(GENES):
            for region, cell in enumerate(table.count(model, number)):

                def find(name: str, model: int = model, region: int = region) -> list[float]:
                    return [site[3] for site in sites if site[:3] == (model, name, REGIONS[region])]

                scores, length = find(gene), lengths[number, region]
                assert cell.count == len(scores)
                assert cell.highest == max(scores, default=None)
                densities = [
                    1000 * len(find(name)) / lengths[i, region] for i, name in enumerate(GENES) if lengths[i, region]
                ]
                if not length:
                    assert (cell.density, cell.share) == (None, None)
                    continue
                own = 1000 * len(scores) / length
                assert cell.density == own
                if not scores or len(densities) < 2:
                    assert cell.share is None
                else:
                    assert cell.share == sum(other < own for other in densities) / (len(densities) - 1)


def test_only_scored_bins_count_as_scanned():
    columns = {
        "gene": [0, 0, 1],
        "contig": [0, 0, 0],
        "region": [0, 1, 0],
        "starts": [0, 1000, 100],
        "ends": [600, 1200, 400],
    }
    arrays = {name: np.array(values) for name, values in columns.items()}
    pieces = GeneRegions(**arrays, minus=np.array([False, False, True]))
    asked = []

    def coverage(contig: str, minus: bool, start: int, end: int, bins: int) -> np.ndarray:
        asked.append((contig, minus, start, end))
        edges = np.linspace(start, end, bins + 1)
        return (edges[:-1] < 480) & (not minus)

    lengths = measure_scanned(pieces, ["chr1"], 2, coverage)
    assert asked == [("chr1", False, 0, 1200), ("chr1", True, 100, 400)]
    assert lengths.tolist() == [[480, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
    assert measure_scanned(pieces, ["chr1"], 2, None)[:, :2].tolist() == [[600, 200], [300, 0]]
    none = GeneRegions(*(np.zeros(0, np.int64) for _ in range(6)))  # type: ignore[call-arg]
    assert measure_scanned(none, [], 0, coverage).shape == (0, 5)
