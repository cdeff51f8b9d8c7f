"""Effects of variants through the Python API."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan import find_example, score_variants
from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.models.calibration import logit


def test_each_variant_model_and_strand_has_a_row() -> None:
    example = find_example()
    variants = ["exA:56786 G>T", "exA:17707 T>TG", "exA:25634 AT>A"]
    effects = score_variants(variants, "ELAVL1", example.fasta, gtf=example.gtf)
    assert list(dict.fromkeys(effects["variant"])) == variants
    assert effects["start"].iloc[0] == 56785
    assert effects["delta"].notna().all()
    change = logit(effects["alt_score"].to_numpy(np.float32)) - logit(effects["ref_score"].to_numpy(np.float32))
    np.testing.assert_allclose(effects["delta"], change, atol=1e-4)
    assert (effects["alt_best"] >= effects["alt_score"]).all()


def test_without_an_annotation_both_strands_are_scored() -> None:
    effects = score_variants("exA:56786 G>T", "ELAVL1", find_example().fasta)
    assert effects["strand"].tolist() == ["+", "-"]


def test_variants_that_cannot_be_read_are_refused() -> None:
    example = find_example()
    with pytest.raises(InputError, match="the FASTA has G, not A"):
        score_variants("exA:56786 A>T", "ELAVL1", example.fasta)
    with pytest.raises(ContigMismatch):
        score_variants("chr20:56786 A>T", "ELAVL1", example.fasta)
