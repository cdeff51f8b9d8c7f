"""The table of experiments, and what stays hidden in co-binding, against the published matrices themselves."""

from __future__ import annotations

import gzip
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.experiments import COLUMNS, PROTOCOLS, Experiment, read_experiments, select_family
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP

HEADER = "\t".join(COLUMNS)
HUR = "8\t8_PARCLIP_ELAVL1_hg19\tELAVL1\tHuR,HuA\tPAR-CLIP\t.\tELAVL1"
PROTEINS = [
    *("AGO1-4", "AGO2", "EIF4A3", "ELAVL1", "EWSR1", "FUS", "HNRNPC", "HNRNPL", "HNRNPLL", "IGF2BP1-3", "MOV10"),
    *("NSUN2", "PUM2", "QKI", "SRSF1", "TAF15", "TARDBP", "TIA1", "TIAL1", "U2AF2"),
]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "experiments.tsv"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_the_package_knows_31_experiments_of_20_names() -> None:
    experiments = read_experiments()
    assert [each.number for each in experiments] == list(range(1, 32))
    assert sorted({each.protein for each in experiments}) == PROTEINS
    assert [protocol for protocol in PROTOCOLS if all(each.protocol != protocol for each in experiments)] == []
    for each in experiments:
        assert each.experiment.startswith(f"{each.number}_")
        assert "".join(each.protocol.upper().split("-"))[:5] in each.experiment.upper().replace("-", "")


def test_they_are_the_channels_of_the_bundled_models() -> None:
    from ideep_scan.models.bundle_header import read_header

    known = {item.experiment for item in read_experiments()}
    for model in list_entries(IDEEP):
        assert set(read_header(model.path).spec.experiments) == known


def test_model_names_can_be_files_and_tell_experiments_apart() -> None:
    experiments = read_experiments()
    names = [item.model_name(recommended) for item in experiments for recommended in (True, False)]
    assert all(set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_exp") for name in names)
    assert len({item.model_name(False) for item in experiments}) == 31
    assert (experiments[8].model_name(True), experiments[8].model_name(False)) == ("ELAVL1", "ELAVL1_exp09")
    assert experiments[0].model_name(False) == "AGO1-4_exp01"


@pytest.mark.parametrize(
    ("number", "hidden"),
    [(1, range(1, 6)), (2, range(1, 6)), (9, range(8, 12)), (20, (18, 19, 20)), (29, (28, 29)), (12, (12,))],
)
def test_what_is_hidden_from_a_model(number: int, hidden: tuple[int, ...]) -> None:
    experiment = read_experiments()[number - 1]
    assert [item.number for item in select_family(experiment)] == list(hidden)


def test_families_part_the_experiments_and_keep_proteins_whole() -> None:
    experiments = read_experiments()
    for item in experiments:
        assert item in select_family(item)
        assert {other for other in experiments if other.protein == item.protein} <= set(select_family(item))
        assert all(select_family(other) == select_family(item) for other in select_family(item))
    assert select_family(experiments[0], experiments[1:3]) == experiments[1:3]
    assert select_family(experiments[0], ()) == ()


def test_the_published_matrices_hide_the_same(shared: Path) -> None:
    """A header of the published co-binding matrix names the experiments that are *not* hidden from its model."""
    experiments = read_experiments()
    for item in experiments:
        for split in ("training_sample_0", "test_sample_0"):
            matrix = shared / "data/clip31" / item.experiment / "5000" / split / "matrix_Cobinding.tab.gz"
            with gzip.open(matrix, "rt") as lines:
                columns = next(lines).rstrip("\n").split("\t")
            blocks = [(name, len(list(same))) for name, same in groupby(columns)]
            read = {name for name, _ in blocks}
            assert {width for _, width in blocks} == {101}
            assert read == {
                other.experiment.partition("_")[2] for other in experiments if other not in select_family(item)
            }
    assert {path.name for path in (shared / "data/clip31").iterdir()} == {item.experiment for item in experiments}


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    mine = "9\tmine\tX1\t.\tiCLIP\tHeLa, 2 replicates\tX"
    path = written(tmp_path, "# comment", "", HEADER, HUR, "", mine)
    assert read_experiments(path) == (
        Experiment(8, "8_PARCLIP_ELAVL1_hg19", "ELAVL1", ("HuR", "HuA"), "PAR-CLIP", "", "ELAVL1"),
        Experiment(9, "mine", "X1", (), "iCLIP", "HeLa, 2 replicates", "X"),
    )


_words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(_words, st.lists(_words, max_size=3), st.sampled_from(PROTOCOLS), _words), min_size=1, max_size=5
    )
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[str], str, str]]) -> None:
    made = [
        Experiment(number, f"{number}_{protein}", f"{protein}{number}", tuple(aliases), protocol, note, protein)
        for number, (protein, aliases, protocol, note) in enumerate(rows, 1)
    ]
    lines = (
        (
            item.number,
            item.experiment,
            item.protein,
            ",".join(item.aliases) or ".",
            item.protocol,
            item.note,
            item.family,
        )
        for item in made
    )
    path = written(tmp_path_factory.mktemp("table"), HEADER, *("\t".join(map(str, line)) for line in lines))
    assert list(read_experiments(path)) == made


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((HUR,), r"line 1: .*header must be number experiment protein"),
        ((HEADER, HUR.rpartition("\t")[0]), r"line 2: a row has 7 columns"),
        ((HEADER, HUR + "\tmore"), r"line 2: a row has 7 columns"),
        ((HEADER, HUR.replace("\t.\t", "\t\t")), r"line 2: a row has 7 columns.*'\.' for none"),
        ((HEADER, "eight" + HUR[1:]), r"line 2: the number must be a whole number, not 'eight'"),
        ((HEADER, HUR.replace("PAR-CLIP", "eCLIP")), r"line 2: unknown protocol 'eCLIP'; known are PAR-CLIP"),
        ((HEADER, HUR, HUR), r"line 3: experiment 8, .* is given twice"),
        ((HEADER, HUR, "9" + HUR[1:]), r"line 3: experiment 9, 8_PARCLIP_ELAVL1_hg19, is given twice"),
        ((HEADER, HUR, HUR.replace("8", "9").replace(",HuA", "")), r"line 3: ELAVL1 has other aliases "),
        ((HEADER,), "has no experiments"),
        ((), "is empty"),
    ],
)
def test_a_wrong_table(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_experiments(written(tmp_path, *lines))
    assert "\n" not in str(caught.value)


def test_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_experiments(tmp_path / "none.tsv")
