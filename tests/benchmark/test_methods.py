"""Methods of the benchmark: names, published figures, and what each reads."""

from __future__ import annotations

import pytest

from ideep_scan.benchmark.ideep import ExtendedMethod
from ideep_scan.benchmark.methods import MAIN, MORE, PAPER, SINGLE, collect_modalities, describe_method, list_methods
from ideep_scan.benchmark.records import OWN, PUBLISHED
from ideep_scan.benchmark.rivals.registry import RIVALS

EVIDENCE = ("sequence", "region", "motifs", "structure", "cobinding")
LISTS = [(PUBLISHED, False), (OWN, False), (OWN, True)]


def test_every_figure_of_the_paper_is_of_a_method():
    published = list_methods(PUBLISHED, 2, False)
    assert set(PAPER) <= set(published)
    assert set(SINGLE) <= set(PAPER)
    assert set(RIVALS) <= set(published)
    assert all(0.5 < value < 1 for value in PAPER.values())


@pytest.mark.parametrize(("protocol", "larger"), LISTS)
def test_the_first_method_is_the_network_of_the_paper(protocol, larger):
    methods = list_methods(protocol, 2, larger)
    assert next(iter(methods)) == MAIN
    assert "sequence" in methods[MAIN].modalities


@pytest.mark.parametrize(("protocol", "larger"), LISTS)
def test_no_two_methods_have_the_same_receipt(protocol, larger):
    """A cell of one method would be taken for that of the other."""
    receipts = {name: describe_method(method) for name, method in list_methods(protocol, 3, larger).items()}
    same = {name for name in receipts if list(receipts.values()).count(receipts[name]) > 1}
    assert same <= {"DeepBind", "sequence"}
    assert not any("0x" in receipt for receipt in receipts.values())


def test_larger_training_sets_add_methods_and_change_none():
    few, many = list_methods(OWN, 2, False), list_methods(OWN, 2, True)
    added = set(many) - set(few)
    assert MORE in added
    assert {name for name, method in many.items() if isinstance(method, ExtendedMethod)} == added
    assert all(describe_method(many[name]) == describe_method(few[name]) for name in few)
    assert list_methods(PUBLISHED, 2, True).keys() == list_methods(PUBLISHED, 2, False).keys()


def test_the_number_of_networks_is_in_name_and_receipt():
    methods = list_methods(PUBLISHED, 7, False)
    assert "networks=7" in describe_method(methods["iDeep-7-seeds"])
    assert "networks=7" in describe_method(list_methods(OWN, 7, False)["residual-ensemble"])


def test_modalities_are_those_of_the_methods_in_their_usual_order():
    methods = list_methods(OWN, 2, False)
    assert collect_modalities(methods) == ("sequence", "region", "cobinding")
    assert collect_modalities({"iDeep": methods["iDeep"]}) == ("sequence", "region")
    assert collect_modalities({"any": lambda split, seed: split.test}) == EVIDENCE
    assert collect_modalities({}) == ()


def rival(split, seed):
    """Score nothing."""


def test_a_plain_function_is_described_by_its_name():
    assert describe_method(rival) == f"{__name__}.rival"
