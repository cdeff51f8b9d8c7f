"""Headers of bundles as untrusted JSON: each field that cannot be used is refused before memory is taken."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import toy_calibration
from toys import SPEC, bundle, network

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.models.bundle_header import FORMAT, Header, build_header, is_name

MADE = bundle("TOY1", network(own=(1,)), aliases=("Toy-1",), calibration=toy_calibration(["sequence"]))
FIELDS: dict[str, Any] = json.loads(
    json.dumps(
        {
            "format": FORMAT,
            "digest": MADE.digest,
            "spec_digest": SPEC.digest,
            "spec": SPEC.to_dict(),
            "network": dataclasses.asdict(MADE.network.config),
            **{name: getattr(MADE, name) for name in ("name", "protein", "aliases", "modalities", "calibration")},
            "card": {"recommended": True, "licence": "CC0"},
        }
    )
)
DAMAGED = "its header is damaged"


def change(**fields: Any) -> Header:
    """Build the header with other fields."""
    return build_header({**FIELDS, **fields})


def change_network(**fields: Any) -> Header:
    """Build the header with other fields of its network."""
    return change(network={**FIELDS["network"], **fields})


def test_a_header_has_the_fields_of_its_json():
    header = change()
    (model,) = header.models
    assert (header.spec, header.network, header.absent) == (SPEC, MADE.network.config, {})
    assert (model.name, model.aliases, model.row, model.within_row) == ("TOY1", ("Toy-1",), 0, None)
    assert (model.modalities, model.card) == (("sequence", "region"), {"recommended": True, "licence": "CC0"})


@pytest.mark.parametrize("value", [1, 4, 2.5, True, "2", None])
def test_another_format_is_refused_by_its_number(value):
    with pytest.raises(InputError, match=r"bundle format .* is not the 2 or 3 that this program reads"):
        change(format=value)


@pytest.mark.parametrize("value", [None, [], 5, "text", {}])
def test_json_that_is_not_a_header_is_refused(value):
    with pytest.raises(InputError, match="bundle format"):
        build_header(value)


def test_features_of_another_version_are_another_error():
    with pytest.raises(SpecMismatch, match="version 2 of the features"):
        change(spec={**SPEC.to_dict(), "version": 2})


REQUIRED = ["digest", "spec_digest", "network", "name", "card", "modalities", "aliases", "protein", "calibration"]


@pytest.mark.parametrize("field", REQUIRED)
def test_a_missing_field_is_named(field):
    with pytest.raises(InputError, match=f"{DAMAGED} .*{field}"):
        build_header({name: value for name, value in FIELDS.items() if name != field})


WRONG: list[Any] = [None, 5, [5], {"x": {}}, "", "a\nb"]
PAIRS = [(field, value) for field in REQUIRED for value in WRONG if (field, value) != ("card", {"x": {}})]


@pytest.mark.parametrize(("field", "value"), PAIRS)
def test_a_field_of_another_type_is_refused(field, value):
    with pytest.raises(InputError) as caught:
        change(**{field: value})
    assert str(caught.value).isprintable()


NETWORK: list[tuple[str, Any]] = [
    ("hidden", {"region": 10**9}),
    ("hidden", {"sequence": 7}),
    ("hidden", {"zzz": 7}),
    ("filters", 10**9),
    ("filters", 0),
    ("filters", True),
    ("filter_width", 102),
    ("pool", 0),
    ("pool", 93),
    ("sequence_hidden", -1),
    ("shared", 1025),
    ("channels", 10**9),
    ("dilations", [1] * 100_000),
    ("dilations", [0]),
    ("dropout", 1.0),
    ("dropout", -0.5),
    ("own_experiments", [99_999]),
    ("own_experiments", [-1]),
    ("own_experiments", [1, 1]),
    ("window", 103),
    ("window_shapes", {}),
    ("centre_sizes", {"region": 96}),
    ("surprise", 1),
]


@pytest.mark.parametrize(("field", "value"), NETWORK, ids=lambda value: str(value)[:20])
def test_a_network_that_cannot_be_is_refused(field, value):
    with pytest.raises(InputError, match=DAMAGED):
        change_network(**{field: value})


def test_a_residual_branch_that_leaves_nothing_of_the_window_is_refused():
    assert change_network(channels=4, dilations=[1]).network.channels == 4
    with pytest.raises(InputError, match="dilations leave nothing"):
        change_network(channels=4, dilations=[8, 8])


@pytest.mark.parametrize("modalities", [[], ["region"], ["sequence", "sequence"], ["sequence", "evidence"]])
def test_modalities_are_the_sequence_and_branches_of_the_network(modalities):
    with pytest.raises(InputError, match="are not sequence plus branches of the network"):
        change(modalities=modalities)


@pytest.mark.parametrize("field", ["digest", "spec_digest"])
@pytest.mark.parametrize("value", ["0" * 31, "0" * 33, "G" * 32, "0" * 31 + "\n"])
def test_a_digest_is_32_hexadecimal_digits(field, value):
    with pytest.raises(InputError, match=f"{DAMAGED} .{field} .* is not 32 hexadecimal digits"):
        change(**{field: value})


@pytest.mark.parametrize("aliases", [[""], ["a" * 65], ["a"] * 101])
def test_aliases_are_few_and_short(aliases):
    with pytest.raises(InputError, match="aliases are more than 100"):
        change(aliases=aliases)


NAMES = ["../x", "a/b", "/tmp/x", "..", ".", ".x", "-x", "", "a" * 65, "con", "NUL.x", "com1", "a.", "a b", "é", "a\n"]


@pytest.mark.parametrize("field", ["name", "protein"])
@pytest.mark.parametrize("name", [*NAMES, "<script>", "a\\b", "a\0b", 5])
def test_what_is_not_a_plain_name_is_refused(field, name):
    with pytest.raises(InputError, match=f"{DAMAGED} .*{field}") as caught:
        change(**{field: name})
    assert str(caught.value).isprintable()
    assert not isinstance(name, str) or not is_name(name)


@given(st.text(max_size=8))
def test_a_name_is_safe_in_a_path_and_a_page(text):
    if is_name(text):
        assert text.isascii()
        assert not set(text) & set("/\\<>&'\"\n\t :*?|")
        assert text[0].isalnum()
        assert text[-1] != "."


@pytest.mark.parametrize("name", ["ELAVL1", "ELAVL1_exp08", "9G8", "a.b-c", "A" * 64, "CONE", "com"])
def test_gene_symbols_and_experiments_are_names(name):
    assert is_name(name)
    assert change(name=name, protein=name).models[0].name == name


CARDS: list[dict[str, Any]] = [
    {"recommended": "yes"},
    {"number": 0},
    {"number": 3},
    {"number": 3, "experiment": 5},
    {"citation": "one"},
    {"counts": {"windows": 1.5}},
    {"gain": {"region": {"value": 1.0, "low": 0.0, "high": 2.0}}},
    {"gain": {"region": {"value": "1", "low": 0.0, "high": 2.0, "beside": "sequence"}}},
    {"published test windows": {"FASTA": {"AUC": 0.9}}},
    {"within transcripts": {"FASTA": {"value": 1}}},
    {"bare windows": {}},
    {"top region": {"region": "CDS"}},
    {"strongest motif": {"id": 5}},
    {"note": "\x1b[2J"},
    {"note": "a\u2028b"},
    {"note": "x" * 5000},
    {"x\ny": 1},
]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: ascii(card)[:40])
def test_a_card_that_cannot_be_shown_is_refused(card):
    with pytest.raises(InputError, match=rf"{DAMAGED} .*card|{DAMAGED} .(a|the) text"):
        change(card=card)


def test_a_card_may_hold_more_and_less_than_is_known():
    card = {"lab": {"town": ["é", 1, None]}}
    assert change(card=card).models[0].card == card


MODEL = {name: FIELDS[name] for name in ("name", "protein", "aliases", "modalities", "card", "calibration")}
SHARED: dict[str, Any] = {
    **{name: value for name, value in FIELDS.items() if name not in MODEL},
    "network": {**FIELDS["network"], "outputs": 3},
    "models": [{**MODEL, "name": "A", "row": 2, "within_row": 0}, {**MODEL, "name": "B", "row": 1, "within_row": None}],
    "absent": {"C": "too few windows"},
}


def test_a_header_of_several_models():
    header = build_header(SHARED)
    assert [(model.name, model.row, model.within_row) for model in header.models] == [("A", 2, 0), ("B", 1, None)]
    assert header.absent == {"C": "too few windows"}


@pytest.mark.parametrize(
    ("models", "fault"),
    [
        ([], "models are none"),
        ([{**MODEL, "name": "A"}, {**MODEL, "name": "a"}], "two have one name"),
        ([{**MODEL, "row": 3}], "rows of TOY1 are not 0 to 2"),
        ([{**MODEL, "row": -1}], "rows of TOY1 are not 0 to 2"),
        ([{**MODEL, "within_row": 3}], "rows of TOY1 are not 0 to 2"),
        ([{**MODEL, "row": 1.0}], "row is 1.0"),
        ([{**MODEL, "more": 1}], "unknown field 'more'"),
        ([{**MODEL, "name": "../x"}], "name '../x'"),
        ([{**MODEL, "card": {"made": "a\nb"}}], "line break"),
        (None, "models is None"),
    ],
)
def test_models_that_do_not_fit_their_network_are_refused(models, fault):
    with pytest.raises(InputError, match=f"{DAMAGED} .*{fault}"):
        build_header({**SHARED, "models": models})


@pytest.mark.parametrize("outputs", [0, -1, 1025])
def test_a_network_has_1_to_1024_outputs(outputs):
    with pytest.raises(InputError, match="outputs"):
        change_network(outputs=outputs)
