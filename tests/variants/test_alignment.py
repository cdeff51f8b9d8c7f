"""Alignment of haplotypes against a count of letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.variant import Variant
from ideep_scan.variants.alignment import align

HALF = 3
LENGTHS = st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 4)).filter(lambda lengths: any(lengths[1:]))


@given(st.lists(LENGTHS, min_size=1, max_size=3), st.integers(10, 500))
def test_which_letters_see_a_change_and_which_are_aligned(lengths, start):
    allele, position = [], start
    reference, alternate = ["."] * HALF, ["."] * HALF  # marks: changed letters are X, a junction is put between two
    reference_joints, alternate_joints, pairs = set(), set(), [(i, i) for i in range(HALF)]
    for number, (gap, ref, alt) in enumerate(lengths):
        distance = gap + 1 if number else 0
        for _ in range(distance):
            pairs.append((len(reference), len(alternate)))
            reference.append(".")
            alternate.append(".")
        allele.append(Variant("c", position + distance, "A" * ref, "C" * alt))
        position += distance + ref
        pairs += [(len(reference) + i, len(alternate) + i) for i in range(min(ref, alt))]
        reference_joints |= set() if ref else {len(reference)}
        alternate_joints |= set() if alt else {len(alternate)}
        reference += "X" * ref
        alternate += "X" * alt
    pairs += [(len(reference) + i, len(alternate) + i) for i in range(HALF)]
    reference += ["."] * HALF
    alternate += ["."] * HALF

    def sees(marks: list[str], joints: set[int]) -> list[bool]:
        return [
            "X" in marks[max(i - HALF, 0) : i + HALF + 1] or any(i - HALF < joint <= i + HALF for joint in joints)
            for i in range(len(marks))
        ]

    alignment = align(allele, HALF)
    reference_sees, alternate_sees = sees(reference, reference_joints), sees(alternate, alternate_joints)
    assert alignment.reference_sees.tolist() == reference_sees
    assert alignment.alternate_sees.tolist() == alternate_sees
    aligned = list(zip(alignment.reference_pairs.tolist(), alignment.alternate_pairs.tolist(), strict=True))
    assert aligned == [(i, j) for i, j in pairs if alternate_sees[j]]
    assert all(reference_sees[i] for i, _ in aligned)


def test_alleles_of_one_shape_share_an_alignment():
    one = align((Variant("c", 10, "A", "G"), Variant("c", 20, "AT", "")), HALF)
    other = align((Variant("d", 70, "T", "C"), Variant("d", 80, "GG", "")), HALF)
    assert one is other
