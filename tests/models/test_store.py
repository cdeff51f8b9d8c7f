"""Which bundle a name means."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import bundle, network

from ideep_scan.errors import InputError
from ideep_scan.formats.experiments import Experiment, read_experiments
from ideep_scan.models.store import Entry, find_entries, list_entries, read_entry


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    net = network(hidden={})
    for name, protein, aliases, recommended in (
        ("ELAVL1", "ELAVL1", ("HuR", "HUA"), True),
        ("ELAVL1_exp08", "ELAVL1", ("HuR", "HUA"), False),
        ("TARDBP", "TARDBP", ("TDP-43", "TDP43"), True),
        ("HNRNPC", "HNRNPC", ("hnRNP C",), True),
    ):
        made = bundle(name, net, aliases=aliases, card={"recommended": recommended}, modalities=("sequence",))
        object.__setattr__(made, "protein", protein)
        made.save(folder / f"{name}.safetensors")
    (folder / "README.md").write_text("not a model")
    return folder


def names(found: list[Entry]) -> list[str]:
    return [model.name for model in found]


def test_entries_of_a_folder_by_name(place):
    entries = list_entries(place)
    assert names(entries) == ["ELAVL1", "ELAVL1_exp08", "HNRNPC", "TARDBP"]
    first = entries[0]
    assert (first.protein, first.aliases, first.modalities) == ("ELAVL1", ("HuR", "HUA"), ("sequence",))
    assert first.path == place / "ELAVL1.safetensors"
    assert [model.recommended for model in entries] == [True, False, True, True]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("ELAVL1", "ELAVL1"),
        ("elavl1", "ELAVL1"),
        ("HuR", "ELAVL1"),
        ("HUR", "ELAVL1"),
        ("hu-r", "ELAVL1"),
        ("TDP-43", "TARDBP"),
        ("tdp43", "TARDBP"),
        ("TDP 43", "TARDBP"),
        ("hnRNP C", "HNRNPC"),
        ("hnRNP-C", "HNRNPC"),
        ("hnrnpc", "HNRNPC"),
        ("ELAVL1_exp08", "ELAVL1_exp08"),
        ("elavl1_EXP08", "ELAVL1_exp08"),
        ("ELAVL1-exp08", "ELAVL1_exp08"),
    ],
)
def test_names_aliases_and_spellings(place, asked, meant):
    assert names(find_entries([asked], list_entries(place))) == [meant]


def test_all_and_all_experiments(place):
    entries = list_entries(place)
    assert names(find_entries(["all"], entries)) == ["ELAVL1", "HNRNPC", "TARDBP"]
    assert names(find_entries(["ALL"], entries)) == ["ELAVL1", "HNRNPC", "TARDBP"]
    assert names(find_entries(["all-experiments"], entries)) == ["ELAVL1", "ELAVL1_exp08", "HNRNPC", "TARDBP"]


def test_each_once_in_the_order_asked_for(place):
    entries = list_entries(place)
    assert names(find_entries(["TDP-43", "HuR", "TARDBP", "all"], entries)) == ["TARDBP", "ELAVL1", "HNRNPC"]
    assert find_entries([], entries) == []


def test_a_path(place):
    path = str(place / "ELAVL1_exp08.safetensors")
    assert names(find_entries([path, "TARDBP"], list_entries(place))) == ["ELAVL1_exp08", "TARDBP"]
    assert names(find_entries([path], [])) == ["ELAVL1_exp08"]
    with pytest.raises(InputError, match="no such bundle"):
        find_entries([str(place / "none.safetensors")], list_entries(place))


@pytest.mark.parametrize(("asked", "near"), [("ELAVL2", "ELAVL1"), ("HRU", "HuR"), ("TARDPB", "TARDBP")])
def test_an_unknown_name_is_answered_with_the_nearest(place, asked, near):
    with pytest.raises(InputError, match=f"no model for '{asked}': did you mean .*{near}") as caught:
        find_entries([asked], list_entries(place))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("asked", ["QQQQQQQQ", "", "-"])
def test_a_name_like_none_is_answered_with_the_proteins(place, asked):
    with pytest.raises(InputError, match="known are ELAVL1, HNRNPC, TARDBP \\("):
        find_entries([asked], list_entries(place))


def test_one_bad_file_is_named(tmp_path):
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"bad\.safetensors"):
        list_entries(tmp_path)
    with pytest.raises(InputError, match="no such bundle"):
        read_entry(tmp_path / "none.safetensors")


def test_a_bundle_that_was_replaced_is_read_again(tmp_path):
    path = tmp_path / "a.safetensors"
    for aliases in (("HuR",), ("HUA",)):
        bundle("A", network(hidden={}), aliases=aliases, modalities=("sequence",)).save(path)
        assert read_entry(path).aliases == aliases
        assert read_entry(path) is read_entry(path)
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"a\.safetensors"):
        read_entry(path)


def test_an_empty_store(tmp_path):
    assert list_entries(tmp_path) == []
    with pytest.raises(InputError, match="no model for 'ELAVL1'"):
        find_entries(["ELAVL1"], [])


def test_the_packages_own_bundles_can_be_told_apart():
    entries = list_entries()
    assert len(set(names(entries))) == len(entries)
    for model in entries:
        assert names(find_entries([model.name], entries)) == [model.name]


def zoo(recommended: dict[str, int]) -> list[Entry]:
    """Entries of all 31 experiments; `recommended`: protein -> number, where it is not the first."""
    first = {item.protein: item.number for item in reversed(read_experiments())} | recommended
    return [_entry(item, first[item.protein] == item.number) for item in read_experiments()]


def _entry(each: Experiment, recommended: bool) -> Entry:
    name = each.model_name(recommended)
    card = {"recommended": recommended, "number": each.number, "experiment": each.experiment}
    return Entry(Path(f"{name}.safetensors"), name, each.protein, each.aliases, ("sequence",), card)


@pytest.mark.parametrize("recommended", [{}, {"AGO2": 3, "ELAVL1": 10, "FUS": 14, "HNRNPL": 19, "U2AF2": 31}])
def test_every_name_in_the_table_means_one_model(recommended):
    """Fails where two proteins share an alias: `find_entries` refuses what is ambiguous."""
    known = zoo(recommended)
    chosen = {model.protein: model.name for model in known if model.recommended}
    for each, model in zip(read_experiments(), known, strict=True):
        for spelling in (each.protein, *each.aliases):
            for asked in (spelling, spelling.lower(), spelling.upper(), spelling.replace(" ", "-")):
                assert names(find_entries([asked], known)) == [chosen[each.protein]]
        for asked in (
            str(each.number),
            f"exp{each.number}",
            f"EXP{each.number:02d}",
            f"{each.protein}_exp{each.number:02d}",
            f"{each.protein.lower()}-exp{each.number}",
            each.experiment,
            model.name,
        ):
            assert names(find_entries([asked], known)) == [model.name]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("HuR", "ELAVL1"),
        ("TDP-43", "TARDBP"),
        ("TDP43", "TARDBP"),
        ("hnrnp l", "HNRNPL"),
        ("hnRNPL-like", "HNRNPLL"),
        ("AGO1", "AGO1-4"),
        ("ago1-4", "AGO1-4"),
        ("EIF2C2", "AGO2"),
        ("argonaute 2", "AGO2"),
        ("IGF2BP2", "IGF2BP1-3"),
        ("IMP1-3", "IGF2BP1-3"),
        ("SF2/ASF", "SRSF1"),
        ("U2AF65", "U2AF2"),
        ("eIF4AIII", "EIF4A3"),
        ("TIAR", "TIAL1"),
        (" 09 ", "ELAVL1_exp09"),
    ],
)
def test_names_as_people_say_them(asked, meant):
    assert names(find_entries([asked], zoo({}))) == [meant]


def test_all_is_one_model_of_each_protein():
    known = zoo({"ELAVL1": 10})
    assert len(find_entries(["all"], known)) == 20
    assert "ELAVL1_exp10" not in names(find_entries(["all-experiments"], known))
    assert len(find_entries(["all-experiments"], known)) == 31
    assert names(find_entries(["exp10", "HuR", "8"], known)) == ["ELAVL1", "ELAVL1_exp08"]


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("AGO", "AGO[1-4], AGO[1-4]"),
        ("U2AF", "U2AF2, U2AF65"),
        ("IGFBP1", "IGF2BP1"),
        ("ELAVL1_exp12", "ELAVL1_exp1"),
        ("8_PARCLIP_ELAVL1_hg38", "8_PARCLIP_ELAVL1_hg19"),
        ("1-4", "AGO1-4"),
        ("0", "AGO1-4, AGO2, EIF4A3"),
        ("32", "known are AGO1-4"),
        ("9" * 5000, "known are"),
    ],
)
def test_what_no_experiment_is_called(asked, near):
    with pytest.raises(InputError, match=f"no model for .*{near}"):
        find_entries([asked], zoo({}))


def test_a_name_that_two_models_have_is_refused():
    known = zoo({})
    other = Entry(Path("mine.safetensors"), "mine", "ELAVL2", ("HuR", "HuB"), ("sequence",), {"recommended": True})
    with pytest.raises(InputError, match="'hur' may mean each of ELAVL1, mine: give one of these names"):
        find_entries(["hur"], [*known, other])
    assert names(find_entries(["HuB", "ELAVL1"], [*known, other])) == ["mine", "ELAVL1"]


def test_a_model_of_several_experiments_answers_to_none_of_their_ids():
    pooled = Entry(Path("p"), "ELAVL1", "ELAVL1", (), (), {"recommended": True, "experiments": ["8_X", "9_X"]})
    assert pooled.number is None
    for asked in ("8", "exp08", "ELAVL1_exp08", "8_X"):
        with pytest.raises(InputError, match="no model for"):
            find_entries([asked], [pooled])


def test_two_bundles_of_one_name_are_refused(place, tmp_path):
    """Their results would be files of one name."""
    for name in ("ELAVL1", "elavl1"):
        bundle(name, network(hidden={}, seed=1), modalities=("sequence",)).save(tmp_path / f"{name}_x.safetensors")
        with pytest.raises(InputError, match=f"ELAVL1.safetensors and .*{name}_x.safetensors both name their model"):
            find_entries(["HuR", str(tmp_path / f"{name}_x.safetensors")], list_entries(place))


def test_two_paths_of_one_bundle_mean_it_once(place, tmp_path):
    (tmp_path / "link.safetensors").symlink_to(place / "ELAVL1.safetensors")
    paths = [str(place / "ELAVL1.safetensors"), str(place / ".." / place.name / "ELAVL1.safetensors")]
    assert names(find_entries([*paths, str(tmp_path / "link.safetensors"), "HuR"], list_entries(place))) == ["ELAVL1"]
