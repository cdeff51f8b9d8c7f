"""Sites of isoforms: chosen once, with their blocks on the genome."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.scores import Hit, IsoformPlace, MotifHit, MotifLabel
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.isoform_sites import IsoformGenes, IsoformRegions, choose_sites, place_motif, place_site

LONG = Transcript("long", "g", "G", "c", "-", np.array([(10, 20), (30, 40), (50, 60)]), (32, 38))
SHORT = Transcript("short", "g", "G", "c", "-", np.array([(10, 20), (30, 42)]))
ISOFORMS = Isoforms([LONG, SHORT], {"c": 99})


def test_equal_sites_are_one_and_others_stay():
    # positions of `long` 10-20 are bases 39..30, those of `short` 2-12
    shared = [Hit("long", 12, 22, "+", 14, 0.5), Hit("short", 4, 14, "+", 6, 0.75)]
    alone = Hit("long", 8, 12, "+", 9, 0.9)
    sites = choose_sites([alone, *shared], ISOFORMS)
    assert [(site.chrom, site.blocks, site.isoform) for site in sites] == [
        ("long", ((38, 40), (50, 52)), IsoformPlace("long", 1, 8, 12, summit=9)),
        ("short", ((18, 20), (30, 38)), IsoformPlace("short", 2, 4, 14, summit=6)),
    ]
    placed = place_site(sites[1], ISOFORMS)
    assert (placed.chrom, placed.start, placed.end, placed.strand, placed.summit) == ("c", 18, 38, "-", 35)


def test_of_equal_scores_the_first_isoform_counts():
    shared = [Hit("long", 12, 22, "+", 14, 0.5), Hit("short", 4, 14, "+", 6, 0.5)]
    assert [site.chrom for site in choose_sites(shared, ISOFORMS)] == ["long"]


def test_a_motif_hit_gets_its_blocks():
    label = MotifLabel("m", "M_A", "M", "known")
    hit = place_motif(MotifHit("long", 8, 12, "+", label, 5.0, p_value=0.1), ISOFORMS)
    assert (hit.chrom, hit.start, hit.end, hit.strand) == ("c", 38, 52, "-")
    assert hit.blocks == ((38, 40), (50, 52))


def test_regions_and_genes_are_those_of_the_place():
    regions = RegionMap([LONG, SHORT])
    positions = np.array([0, 10, 13, 25])
    masks = IsoformRegions(regions, ISOFORMS).find_types("long", "+", positions)
    assert masks.tolist() == regions.find_types("c", "-", np.array([59, 39, 36, 14])).tolist()
    assert IsoformGenes(ISOFORMS).find("long", "+", positions) == [LONG] * 4
