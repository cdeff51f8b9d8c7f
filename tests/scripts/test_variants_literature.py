"""Cases from the literature."""

import pandas as pd
from variants_literature import CASES, judge


def test_verdicts():
    assert judge("lower", -0.1) == judge("higher", 0.02) == "agrees"
    assert judge("lower", 0.1) == "disagrees"
    assert judge("higher", -0.019) == "unchanged"
    assert judge("lower", float("nan")) == "not scored"


def test_each_case_has_a_source():
    cases = pd.read_csv(CASES, sep="\t")
    assert cases.source.str.startswith("https://").all()
    assert cases.expected.isin(["lower", "higher"]).all()
    assert cases.evidence.str.len().gt(10).all()
