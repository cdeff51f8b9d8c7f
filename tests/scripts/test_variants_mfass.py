"""Controls of splice-disrupting variants."""

import numpy as np
import variants_mfass
from hypothesis import given
from hypothesis import strategies as st
from variants_mfass import FLANK, Case, Exon, choose_exon, find_internal_exons, is_transition, locate, match_controls

from ideep_scan.records.transcript import Transcript

EXON = Exon("chr1", 1000, 1090, "+", "GENE")


def test_places_by_the_nearest_splice_site():
    assert locate(EXON, 1000) == variants_mfass.Place("acceptor", True, 1)
    assert locate(EXON, 999) == variants_mfass.Place("acceptor", False, 1)
    assert locate(EXON, 1089) == variants_mfass.Place("donor", True, 1)
    assert locate(EXON, 1091) == variants_mfass.Place("donor", False, 2)


@given(st.integers(1000 - FLANK, 1089 + FLANK))
def test_the_other_strand_mirrors_a_place(position):
    mirrored = Exon("chr1", 1000, 1090, "-", "GENE")
    assert locate(EXON, position) == locate(mirrored, 2089 - position)


@given(st.data(), st.text("ACGTN", min_size=90 + 2 * FLANK, max_size=90 + 2 * FLANK))
def test_a_control_matches_its_case(data, sequence):
    places = [offset for offset, letter in enumerate(sequence) if letter != "N"]
    if not places:
        return
    seen = np.array(data.draw(st.lists(st.integers(0, 101), min_size=len(sequence), max_size=len(sequence))))
    offset = data.draw(st.sampled_from(places))
    alt = data.draw(st.sampled_from([letter for letter in "ACGT" if letter != sequence[offset]]))
    case = Case(EXON, 1000 - FLANK + offset, sequence[offset], alt, 7, -0.6, int(seen[offset]))
    for control in match_controls(case, sequence, seen, {case.key}):
        place = locate(EXON, control.position)
        assert control.key != case.key
        assert control.ref == sequence[control.position - 1000 + FLANK] != control.alt
        assert place.group == locate(EXON, case.position).group
        assert place.is_exonic or place.distance > 2
        assert is_transition(control.ref, control.alt) == is_transition(case.ref, case.alt)
        assert abs(control.seen - case.seen) <= case.seen / 5
        assert control.case == 7


def test_internal_exons_and_the_one_of_a_variant():
    exons = np.array([[0, 10], [1000, 1090], [2000, 2050], [3000, 3100]])
    found = find_internal_exons([Transcript("T", "G", "GENE", "chr1", "+", exons)])
    assert [exon.start for exon in found["chr1"]] == [1000, 2000]
    assert choose_exon(found["chr1"], 1089 + FLANK).start == 1000
    assert choose_exon(found["chr1"], 1090 + FLANK) is None
    assert choose_exon(found["chr1"], 2000 - FLANK).start == 2000
    assert choose_exon(found["chr1"], 3050) is None
