"""Keys of INFO that hold sites."""

from __future__ import annotations

from ideep_scan.formats.variants.vcf_sites import KEYS, SITES, STATUS, define_site_keys, earlier_site_lines, site_values
from ideep_scan.records.scores import MotifLabel
from ideep_scan.records.site_overlap import SiteOverlap

SITE = SiteOverlap(
    run="my run",
    model="ELAVL1",
    start=5,
    end=9,
    strand="-",
    summit=7,
    distance=-2,
    motif=MotifLabel("M1", "ELAVL1_UUU", "ELAVL1", "known"),
    details=("HLA-A,B|C:1", "0.9", "0.01", "", "region", "HLA-A,B|C", "G1", "3'UTR"),
)


def test_an_entry_per_allele_and_site() -> None:
    values = site_values([("G", SITE), ("<DEL>", SITE._replace(motif=None))], ["overlap", "overlap"])
    assert values == {
        SITES: "G|my%20run|ELAVL1|-|HLA-A%2CB%7CC:1|-2|ELAVL1_UUU|0.9|0.01|.|region|HLA-A%2CB%7CC|3'UTR,"
        "<DEL>|my%20run|ELAVL1|-|HLA-A%2CB%7CC:1|-2|.|0.9|0.01|.|region|HLA-A%2CB%7CC|3'UTR",
        STATUS: "overlap",
    }


def test_the_status_is_given_once_if_alleles_agree() -> None:
    assert site_values([], ["star", "no_site"]) == {STATUS: "star,no_site"}
    assert site_values([], ["no_alt"]) == {STATUS: "no_alt"}


def test_header_lines_name_each_part_of_an_entry() -> None:
    lines = define_site_keys(["overlap", "no_site"], "program")
    parts = lines[0].rpartition("Format: ")[2].rstrip('">').split("|")
    assert len(parts) == len(site_values([("G", SITE)], ["overlap"])[SITES].split("|"))
    assert all(any(line.startswith(start) for start in earlier_site_lines()) for line in lines)
    assert len(lines) == len(KEYS) + 1
    assert lines[-1].endswith("=program")
