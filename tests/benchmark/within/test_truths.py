"""Lists as truth: genes with a peak, labels, and the models that a list judges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_within import ECLIP, PARCLIP, ToyWithin
from toys import bundle

from ideep_scan.benchmark.within.truths import lay_list, match_lists
from ideep_scan.formats.peak_lists import PeakList


def test_a_list_is_laid_on_the_genes_that_it_binds(toy: ToyWithin) -> None:
    judged = lay_list(toy.lists[ECLIP], toy.ground)
    assert judged is not None
    truth = judged.truth
    assert (truth.count, truth.keys.size) == (2, len(toy.ground))
    assert truth.peaks.size > 50
    assert (np.diff(truth.peaks) > 50).all()
    for peak, gene in zip(truth.peaks[:5], truth.peak_genes[:5], strict=True):
        row = int(np.searchsorted(truth.keys, peak))
        assert truth.genes[row] == gene
        assert truth.labels[row - 15 : row + 16].all()
        assert truth.near[row - 50 : row + 51].all()
    assert truth.near.sum() > truth.labels.sum()


def test_a_part_holds_the_chosen_genes(toy: ToyWithin) -> None:
    judged = lay_list(toy.lists[ECLIP], toy.ground, np.array([False, True]))
    assert judged is not None
    assert judged.ground.spans == toy.ground.spans[1:]
    assert lay_list(toy.lists[PARCLIP], toy.ground, np.array([False, True])) is None


def test_a_list_with_few_peaks_is_left_out(toy: ToyWithin) -> None:
    few = PeakList("A_B_C", "A", "B", False, {("chr20", "+"): np.array([[600, 660], [900, 960]])})
    assert lay_list(few, toy.ground) is None


@pytest.mark.parametrize(
    ("protein", "card", "expected"),
    [
        ("TARDBP", {}, {"TARDBP_K562_F": "other", "TARDBP_HEK293_PARCLIP": "other"}),
        ("FUS", {}, {"FUS_HEK293_PARCLIP": "same"}),
        ("FUS", {"peak_lists": ["FUS_K562_F"]}, {"FUS_K562_F": "same", "FUS_HEK293_PARCLIP": "other"}),
        ("FUS_K562_F", {}, {"FUS_K562_F": "same", "FUS_HEK293_PARCLIP": "other"}),
        ("IGF2BP1-3", {}, {"IGF2BP2_HEK293_PARCLIP": "same", "IGF2BP2_K562_F": "other"}),
    ],
)
def test_models_are_judged_by_the_lists_of_their_proteins(
    protein: str, card: dict[str, list[str]], expected: dict[str, str]
) -> None:
    names = ("TARDBP_K562_F", "TARDBP_HEK293_PARCLIP", "FUS_K562_F", "FUS_HEK293_PARCLIP")
    names += ("IGF2BP2_HEK293_PARCLIP", "IGF2BP2_K562_F")
    lists = [PeakList(name, name.split("_")[0], name.split("_")[1], name.endswith("PARCLIP")) for name in names]
    aliases = ("IGF2BP1", "IGF2BP2") if protein == "IGF2BP1-3" else ()
    model = replace(bundle(protein, aliases=aliases, card=card), protein=protein.removesuffix("_K562_F"))
    matches = {peaks.name: relation for peaks, relation in match_lists(model, lists)}
    assert matches == expected
