"""Own features of published windows: hidden experiments, co-binding sites, and windows of larger sets."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import toy_clip31
from toy_clip31 import NAMES, WIDTH, Toy

from ideep_scan.benchmark.data import find_experiments, read_published_split
from ideep_scan.benchmark.own_features import OwnFeatures, find_family
from ideep_scan.formats.clip31 import read_matrix, read_windows

TRAINING = Path(NAMES[0]) / "5000" / "training_sample_0"
TEST = Path(NAMES[0]) / "5000" / "test_sample_0"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return toy_clip31.write(tmp_path_factory.mktemp("toy"))


def test_own_features_are_of_the_same_windows_and_hide_the_own_experiment(toy: Toy) -> None:
    published = read_published_split(toy.data, NAMES[1])
    with ExitStack() as stack:
        own = OwnFeatures(toy.data, NAMES, fasta=toy.fasta, gtf=toy.gtf, stack=stack)
        split = own.split(NAMES[1], ("sequence", "region", "cobinding"))
        alone = own.split(NAMES[1], ("sequence",))
    assert alone.features.modalities == {"sequence"}
    for name in ("train", "validation", "test", "labels", "codes"):
        np.testing.assert_array_equal(getattr(split, name), getattr(published, name))
    np.testing.assert_array_equal(split.features.windows["sequence"], published.features.windows["sequence"])
    absent = split.features.centres["cobinding"]
    assert (absent == [0, 1, 0]).all()
    sites = split.features.windows["cobinding"]
    assert not sites[:, 1].any()
    assert sites.any()


def test_co_binding_sites_are_training_positives_with_15_nt_on_each_side(toy: Toy) -> None:
    """Position by position, against the windows of the other experiments as they stand in their files."""
    positive = []
    for other in (NAMES[0], NAMES[2]):
        table = read_windows(toy.data / other / "5000" / "training_sample_0" / "sequences.fa.gz")
        rows = zip((table.start + 50).tolist(), table.strand.tolist(), table.label.tolist(), strict=True)
        positive.append([(centre, strand) for centre, strand, label in rows if label])
    with ExitStack() as stack:
        split = OwnFeatures(toy.data, NAMES, fasta=toy.fasta, gtf=toy.gtf, stack=stack).split(NAMES[1], ("cobinding",))
    tables = [
        read_windows(toy.data / NAMES[1] / "5000" / f"{p}_sample_0" / "sequences.fa.gz") for p in ("training", "test")
    ]
    places = [(int(s), str(d)) for table in tables for s, d in zip(table.start, table.strand, strict=True)]
    for row, (start, strand) in enumerate(places):
        for channel, sites in zip((0, 2), positive, strict=True):
            line = [
                any(abs(at - centre) <= 15 and side == strand for centre, side in sites)
                for at in range(start, start + WIDTH)
            ]
            line = line if strand == "+" else line[::-1]
            np.testing.assert_array_equal(split.features.windows["cobinding"][row, channel], line)


def test_the_published_matrices_hide_the_same_experiments(shared: Path) -> None:
    data = shared / "data" / "clip31"
    folders = {subject.folder for subject in find_experiments(data)}
    for folder in ("10_PARCLIP_ELAVL1A_hg19", "1_PARCLIP_AGO1234_hg19", "28_ICLIP_TIA1_hg19"):
        names = read_matrix(data / folder / "5000" / "test_sample_0" / "matrix_Cobinding.tab.gz").names
        shown = {other for other in folders if other.partition("_")[2] in names}
        assert folders - shown == find_family(folder)


def write_larger(larger: Path, name: str, letters: str, centres: Sequence[int]) -> None:
    """A larger training set of windows on the plus strand, every second one of them a site."""
    folder = larger / name / "30000" / "training_sample_0"
    folder.mkdir(parents=True)
    records = [
        f"> chr1,+,{at - 50},{at + 50}; class:{number % 2}\n{letters[at - 50 : at + 51]}\n"
        for number, at in enumerate(centres)
    ]
    toy_clip31.pack(folder / "sequences.fa.gz", "".join(records))


def test_positives_of_the_larger_sets_are_co_binding_sites_too(toy: Toy, tmp_path: Path) -> None:
    letters = "".join(toy.fasta.read_text().splitlines()[1:])
    test = read_windows(toy.data / NAMES[1] / "5000" / "test_sample_0" / "sequences.fa.gz")
    row = int(np.flatnonzero(test.strand == "+")[0])
    site = int(test.start[row]) + 70
    for name in (NAMES[0], NAMES[2]):
        write_larger(tmp_path / "larger", name, letters, (site - 60, site) if name == NAMES[0] else (site,))
    with ExitStack() as stack:
        plain, denser = (
            OwnFeatures(toy.data, NAMES, fasta=toy.fasta, gtf=toy.gtf, stack=stack, larger=larger).split(
                NAMES[1], ("cobinding",)
            )
            for larger in (None, tmp_path / "larger")
        )
    before, after = (split.features.windows["cobinding"][split.test[row]] for split in (plain, denser))
    assert after[0, 55:86].all()
    np.testing.assert_array_equal(after[2], before[2])
    np.testing.assert_array_equal(after[0, :55], before[0, :55])
    np.testing.assert_array_equal(after[0, 86:], before[0, 86:])


def test_larger_sets_give_more_to_learn_from_but_nothing_near_the_test(toy: Toy, tmp_path: Path) -> None:
    letters = "".join(toy.fasta.read_text().splitlines()[1:])
    test, training = (read_windows(toy.data / part / "sequences.fa.gz") for part in (TEST, TRAINING))

    def free(centre: int) -> bool:
        return bool((np.abs(test.start + 50 - centre) > 2 * WIDTH).all())

    between_genes = [centre for centre in range(20_100, 20_900, 7) if free(centre)][:3]
    in_a_gene = next(centre for centre in range(8_000, 20_000) if free(centre))
    plus = np.flatnonzero(training.strand == "+")[0]
    beside_a_test_window = int(test.start[0]) + 50 + WIDTH // 2
    rows = [*between_genes, in_a_gene, int(training.start[plus]) + 50, beside_a_test_window]
    write_larger(tmp_path / "larger", NAMES[0], letters, rows)
    everyone = [subject.folder for subject in find_experiments(toy.data)]
    with ExitStack() as stack:
        own = OwnFeatures(toy.data, everyone, fasta=toy.fasta, gtf=toy.gtf, stack=stack, larger=tmp_path / "larger")
        plain = own.split(NAMES[0], ("sequence", "region"))
        split = own.split(NAMES[0], ("sequence", "region"), more=True)
    assert plain.more.size == 0
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(split, name), getattr(plain, name))
    first = len(plain.labels)
    np.testing.assert_array_equal(split.more, first + np.arange(3))
    assert split.labels[split.more].tolist() == [0, 1, 0]
    for name, array in plain.features.windows.items():
        np.testing.assert_array_equal(split.features.windows[name][:first], array)
    assert "".join("ACGTN"[code] for code in split.codes[first]) == letters[rows[0] - 50 : rows[0] + 51]
