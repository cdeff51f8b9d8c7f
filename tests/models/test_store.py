"""Which bundle a name means."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import bundle, network

from ideep_scan.errors import InputError
from ideep_scan.formats.experiments import Experiment, read_experiments
from ideep_scan.models.bundle import save_bundle
from ideep_scan.models.store import Entry, choose_entries, find_entries, list_entries, read_entries
from ideep_scan.models.store_names import IDEEP, SHARED, STORES


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / IDEEP
    folder.mkdir()
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
    entries = list_entries(IDEEP, place.parent)
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
    assert names(find_entries([asked], list_entries(IDEEP, place.parent))) == [meant]


def test_all_and_all_experiments(place):
    entries = list_entries(IDEEP, place.parent)
    assert names(find_entries(["all"], entries)) == ["ELAVL1", "HNRNPC", "TARDBP"]
    assert names(find_entries(["ALL"], entries)) == ["ELAVL1", "HNRNPC", "TARDBP"]
    assert names(find_entries(["all-experiments"], entries)) == ["ELAVL1", "ELAVL1_exp08", "HNRNPC", "TARDBP"]


def test_each_once_in_the_order_asked_for(place):
    entries = list_entries(IDEEP, place.parent)
    assert names(find_entries(["TDP-43", "HuR", "TARDBP", "all"], entries)) == ["TARDBP", "ELAVL1", "HNRNPC"]
    assert find_entries([], entries) == []


def test_a_path(place):
    path = str(place / "ELAVL1_exp08.safetensors")
    assert names(find_entries([path, "TARDBP"], list_entries(IDEEP, place.parent))) == ["ELAVL1_exp08", "TARDBP"]
    assert names(find_entries([path], [])) == ["ELAVL1_exp08"]
    with pytest.raises(InputError, match="no such bundle"):
        find_entries([str(place / "none.safetensors")], list_entries(IDEEP, place.parent))


@pytest.mark.parametrize(("asked", "near"), [("ELAVL2", "ELAVL1"), ("HRU", "HuR"), ("TARDPB", "TARDBP")])
def test_an_unknown_name_is_answered_with_the_nearest(place, asked, near):
    with pytest.raises(InputError, match=f"no model for '{asked}': did you mean .*{near}") as caught:
        find_entries([asked], list_entries(IDEEP, place.parent))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("asked", ["QQQQQQQQ", "", "-"])
def test_a_name_like_none_is_answered_with_the_proteins(place, asked):
    with pytest.raises(InputError, match="known are ELAVL1, HNRNPC, TARDBP \\("):
        find_entries([asked], list_entries(IDEEP, place.parent))


def test_one_bad_file_is_named(tmp_path):
    (tmp_path / IDEEP).mkdir()
    (tmp_path / IDEEP / "bad.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"bad\.safetensors"):
        list_entries(IDEEP, tmp_path)
    with pytest.raises(InputError, match="no such bundle"):
        read_entries(tmp_path / "none.safetensors")


def test_a_bundle_that_was_replaced_is_read_again(tmp_path):
    path = tmp_path / "a.safetensors"
    for aliases in (("HuR",), ("HUA",)):
        bundle("A", network(hidden={}), aliases=aliases, modalities=("sequence",)).save(path)
        assert [entry.aliases for entry in read_entries(path)] == [aliases]
        assert read_entries(path) is read_entries(path)
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"a\.safetensors"):
        read_entries(path)


def test_an_empty_store(tmp_path):
    for store in STORES:
        assert list_entries(store, tmp_path) == []
    with pytest.raises(InputError, match="no model for 'ELAVL1'"):
        find_entries(["ELAVL1"], [])


@pytest.mark.parametrize("store", STORES)
def test_the_packages_own_models_can_be_told_apart(store):
    entries = list_entries(store)
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
            find_entries(["HuR", str(tmp_path / f"{name}_x.safetensors")], list_entries(IDEEP, place.parent))


def test_two_paths_of_one_bundle_mean_it_once(place, tmp_path):
    (tmp_path / "link.safetensors").symlink_to(place / "ELAVL1.safetensors")
    paths = [str(place / "ELAVL1.safetensors"), str(place / ".." / place.name / "ELAVL1.safetensors")]
    asked = [*paths, str(tmp_path / "link.safetensors"), "HuR"]
    assert names(find_entries(asked, list_entries(IDEEP, place.parent))) == ["ELAVL1"]


@pytest.fixture(scope="module")
def stores(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of both stores; the shared network has LIN28B, has one row for ELAVL1, and lacks the others."""
    folder = tmp_path_factory.mktemp("both")
    (folder / IDEEP).symlink_to(place)
    net = network(hidden={}, outputs=3)
    models = [
        bundle(name, net, row=row, within_row=within, card={"recommended": True}, modalities=("sequence",))
        for name, row, within in (("LIN28B", 1, 2), ("ELAVL1", 0, None))
    ]
    absent = {"TARDBP": "fewer than 5 times chance", "NONO": "too few windows"}
    save_bundle(folder / "shared.safetensors", models, absent)
    return folder


def test_a_name_means_a_model_of_its_store(stores):
    shared, ideep = (choose_entries(["ELAVL1"], store, stores) for store in (SHARED, IDEEP))
    assert (shared[0].path.name, ideep[0].path.name) == ("shared.safetensors", "ELAVL1.safetensors")
    assert names(choose_entries(["all"], SHARED, stores)) == ["ELAVL1", "LIN28B"]
    assert [entry.within for entry in choose_entries(["all"], SHARED, stores)] == [False, True]
    assert names(choose_entries(["all"], IDEEP, stores)) == ["ELAVL1", "HNRNPC", "TARDBP"]


@pytest.mark.parametrize(
    ("asked", "store", "answer"),
    [
        ("TDP-43", SHARED, r"'TDP-43': --model shared lacks it \(fewer than 5 times chance\); --model ideep has it$"),
        ("hnrnp c", SHARED, "'hnrnp c': --model shared lacks it; --model ideep has it$"),
        ("ELAVL1_exp08", SHARED, "'ELAVL1_exp08': --model shared lacks it; --model ideep has it$"),
        ("lin28b", IDEEP, "'lin28b': --model ideep lacks it; --model shared has it$"),
        ("nono", SHARED, "'nono': too few windows$"),
        ("NONO", IDEEP, "'NONO': did you mean|'NONO': known are"),
        ("ELAVL7", SHARED, "'ELAVL7': did you mean ELAVL1"),
    ],
)
def test_a_name_of_the_other_store_is_refused_with_a_hint(asked, store, answer, stores):
    with pytest.raises(InputError, match=f"no model for {answer}") as caught:
        choose_entries([asked], store, stores)
    assert "\n" not in str(caught.value)


def test_a_path_works_under_both_stores_and_means_all_models_of_its_bundle(stores):
    for store in STORES:
        path = str(stores / IDEEP / "ELAVL1_exp08.safetensors")
        assert names(choose_entries([path], store, stores)) == ["ELAVL1_exp08"]
        assert names(choose_entries([str(stores / "shared.safetensors")], store, stores)) == ["LIN28B", "ELAVL1"]


def test_an_unknown_store_is_refused():
    with pytest.raises(InputError, match="--model both is not known: use shared or ideep"):
        choose_entries(["ELAVL1"], "both")
