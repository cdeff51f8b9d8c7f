"""Which bundle a name means."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import bundle, network

from ideep_scan.errors import InputError
from ideep_scan.models.store import Entry, entries, entry, find


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
    found = entries(place)
    assert names(found) == ["ELAVL1", "ELAVL1_exp08", "HNRNPC", "TARDBP"]
    first = found[0]
    assert (first.protein, first.aliases, first.modalities) == ("ELAVL1", ("HuR", "HUA"), ("sequence",))
    assert first.path == place / "ELAVL1.safetensors"
    assert [model.recommended for model in found] == [True, False, True, True]


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
    assert names(find([asked], entries(place))) == [meant]


def test_all_and_all_experiments(place):
    known = entries(place)
    assert names(find(["all"], known)) == ["ELAVL1", "HNRNPC", "TARDBP"]
    assert names(find(["ALL"], known)) == ["ELAVL1", "HNRNPC", "TARDBP"]
    assert names(find(["all-experiments"], known)) == ["ELAVL1", "ELAVL1_exp08", "HNRNPC", "TARDBP"]


def test_each_once_in_the_order_asked_for(place):
    known = entries(place)
    assert names(find(["TDP-43", "HuR", "TARDBP", "all"], known)) == ["TARDBP", "ELAVL1", "HNRNPC"]
    assert find([], known) == []


def test_a_path(place):
    path = str(place / "ELAVL1_exp08.safetensors")
    assert names(find([path, "TARDBP"], entries(place))) == ["ELAVL1_exp08", "TARDBP"]
    assert names(find([path], [])) == ["ELAVL1_exp08"]
    with pytest.raises(InputError, match="no such bundle"):
        find([str(place / "none.safetensors")], entries(place))


@pytest.mark.parametrize(("asked", "near"), [("ELAVL2", "ELAVL1"), ("HRU", "HuR"), ("TARDPB", "TARDBP")])
def test_an_unknown_name_is_answered_with_the_nearest(place, asked, near):
    with pytest.raises(InputError, match=f"no model for '{asked}': did you mean .*{near}") as caught:
        find([asked], entries(place))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("asked", ["QQQQQQQQ", "", "-"])
def test_a_name_like_none_is_answered_with_all(place, asked):
    with pytest.raises(InputError, match="known are ELAVL1, ELAVL1_exp08, HNRNPC, TARDBP"):
        find([asked], entries(place))


def test_one_bad_file_is_named(tmp_path):
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"bad\.safetensors"):
        entries(tmp_path)
    with pytest.raises(InputError, match="no such bundle"):
        entry(tmp_path / "none.safetensors")


def test_an_empty_store(tmp_path):
    assert entries(tmp_path) == []
    with pytest.raises(InputError, match="no model for 'ELAVL1'"):
        find(["ELAVL1"], [])


def test_the_packages_own_bundles_can_be_told_apart():
    found = entries()
    assert len(set(names(found))) == len(found)
    for model in found:
        assert names(find([model.name], found)) == [model.name]
