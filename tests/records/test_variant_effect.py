"""Statuses of alleles."""

from __future__ import annotations

from ideep_scan.records.variant_effect import Status


def test_every_status_has_a_reason_and_a_name_that_fits_into_a_vcf() -> None:
    assert len({status.reason for status in Status}) == len(Status)
    assert all(status.value.replace("_", "").isalpha() for status in Status)
