"""Bundles through a file and back; files that are none; features that do not fit."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import toy_calibration
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from toys import MODALITIES, SPEC, bundle, network, world

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.models.bundle import ModelBundle, compute_digest, load_bundle, load_models, save_bundle
from ideep_scan.models.bundle_header import read_header
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.walk import Walk


@pytest.fixture
def saved(tmp_path: Path) -> tuple[ModelBundle, Path]:
    made = bundle(
        "TOY1",
        network(own=(1,)),
        aliases=("Toy-1", "p17"),
        modalities=("sequence", "cobinding"),
        card={"recommended": True, "auc": {"FASTA": [0.8, 0.79, 0.81]}, "licence": "CC0"},
        calibration=toy_calibration(["sequence"]),
    )
    made.save(tmp_path / "toy.safetensors")
    return made, tmp_path / "toy.safetensors"


MISSING = object()


def header(path: Path) -> dict[str, Any]:
    """The JSON header of a bundle, unchecked."""
    with safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()["ideep_scan"])


def rewrite(path: Path, **changes: object) -> None:
    """Change header fields of a file; `MISSING` takes a field out."""
    kept = {name: value for name, value in {**header(path), **changes}.items() if value is not MISSING}
    save_file(load_file(path), path, metadata={"ideep_scan": json.dumps(kept)})


def test_through_a_file_and_back(saved):
    made, path = saved
    read = load_bundle(path)
    assert read.digest == made.digest
    assert read.spec == made.spec
    assert dataclasses.asdict(read.network.config) == dataclasses.asdict(made.network.config)
    for name in ("name", "protein", "aliases", "modalities", "card", "calibration"):
        assert getattr(read, name) == getattr(made, name), name
    assert not read.network.training
    tile = world().featurizer().tile(Walk("chr1", "-", ((0, 160),)), np.arange(50, 110))
    one, other = (Scorer(of, MODALITIES, torch.device("cpu")).score(tile) for of in (made, read))
    assert one.tobytes() == other.tobytes()
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_saved_bundle_can_be_saved_over(saved):
    _, path = saved
    other = bundle("OTHER", network(seed=5))
    other.save(path)
    assert load_bundle(path).name == "OTHER"
    assert load_bundle(path).digest == other.digest


def test_half_precision_through_a_file_and_back(saved):
    made, full = saved
    path = full.with_name("half.safetensors")
    made.save(path, half=True)
    read, rounded = load_bundle(path), made.rounded()
    assert {tensor.dtype for tensor in load_file(path).values()} == {torch.float16, torch.int64}
    assert path.stat().st_size - full.stat().st_size < -0.4 * sum(p.numel() * 4 for p in made.network.parameters())
    weights, exact, before = (of.network.state_dict() for of in (read, rounded, made))
    for name, tensor in weights.items():
        assert tensor.dtype == before[name].dtype
        assert torch.equal(tensor, before[name].to(torch.float16).to(tensor.dtype)), name
        assert torch.equal(tensor, exact[name]), name
    assert not torch.equal(weights["output.weight"], before["output.weight"]), "the rounding must show"
    assert read_header(path).digest == read.digest == rounded.digest != made.digest
    tile = world().featurizer().tile(Walk("chr1", "-", ((0, 160),)), np.arange(50, 110))
    one, other = (Scorer(of, MODALITIES, torch.device("cpu")).score(tile) for of in (rounded, read))
    assert one.tobytes() == other.tobytes()


def test_a_background_of_variants_through_a_file_and_back(saved):
    made, path = saved
    table = {"effects": 3, "log odds": [0.1, 0.123456789, 2.5], "effects above": [3, 2, 1]}
    variants = {"limits": "a toy", "kinds": {"sequence": {"snv": table}}}
    more = dataclasses.replace(made, calibration={**made.calibration, "variants": variants})
    more.save(path)
    read = load_bundle(path)
    assert read.calibration == more.calibration
    assert read.digest == more.digest != made.digest
    for name, tensor in made.network.state_dict().items():
        assert torch.equal(tensor, read.network.state_dict()[name])
    calibration = {**more.calibration, "variants": {**variants, "later": 5}, "later": 5}
    dataclasses.replace(made, calibration=calibration).save(path)
    assert load_bundle(path).calibration["variants"]["later"] == 5


def test_what_is_rounded_stays_as_it_is(saved, tmp_path):
    made, _ = saved
    once = made.rounded()
    assert once.rounded().digest == once.digest
    for half in (False, True):
        once.save(tmp_path / "again.safetensors", half=half)
        assert load_bundle(tmp_path / "again.safetensors").digest == once.digest


@pytest.mark.parametrize("value", [65520.0, -1e30, float("inf"), float("nan")])
def test_a_weight_that_half_precision_cannot_hold(saved, value):
    made, path = saved
    before = path.read_bytes()
    with torch.no_grad():
        made.network.output.bias.fill_(value)
    with pytest.raises(ValueError, match=r"TOY1: output\.bias does not fit in half precision"):
        made.save(path, half=True)
    assert path.read_bytes() == before


def test_the_digest_covers_everything(saved):
    made, _ = saved
    digests = {
        made.digest,
        bundle(net=network(own=(1,), seed=1)).digest,
        bundle(net=network(own=(2,))).digest,
        bundle(net=network(own=(1,)), spec=dataclasses.replace(SPEC, motifs=("M1", "M2", "M4"))).digest,
        bundle(net=network(hidden={"region": 3})).digest,
    }
    assert len(digests) == 5
    changes: list[dict[str, Any]] = [
        {"name": "X"},
        {"protein": "X"},
        {"aliases": ("X",)},
        {"modalities": ("sequence",)},
        {"card": {**made.card, "licence": "X"}},
        {"calibration": {}},
    ]
    digests = {dataclasses.replace(made, **change).digest for change in changes}
    assert len(digests | {made.digest}) == len(changes) + 1


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(InputError, match="not a model bundle") as caught:
        load_bundle(tmp_path / "none.safetensors")
    assert caught.value.path == tmp_path / "none.safetensors"


@pytest.mark.parametrize("content", [b">chr1\nACGT\n" * 50, b"\x00" * 4096, b"\xff" * 4096, b"PK\x03\x04" + b"x" * 99])
def test_a_file_of_another_kind(tmp_path, content):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a model bundle"):
        load_bundle(path)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_tensors_of_another_program(tmp_path, metadata):
    path = tmp_path / "x.safetensors"
    save_file({"weight": torch.zeros(3)}, path, metadata=metadata)
    with pytest.raises(InputError, match="not an ideep-scan model"):
        load_bundle(path)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"format": 1}', "{}"])
def test_a_header_that_cannot_be_read(saved, text):
    _, path = saved
    save_file(load_file(path), path, metadata={"ideep_scan": text})
    with pytest.raises(InputError):
        load_bundle(path)


def test_a_card_may_hold_more_and_less_than_is_known(saved):
    made, path = saved
    dataclasses.replace(made, card={"lab": {"town": ["é", 1, None]}}).save(path)
    assert load_bundle(path).card == {"lab": {"town": ["é", 1, None]}}


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1, "a": 2}', '{"a": 1e999}', "[" * 100_000, '{"a": "\\ud800"}'])
def test_json_that_readers_disagree_about(saved, text):
    _, path = saved
    whole = json.dumps({**header(path), "card": 12345}).replace("12345", text)
    save_file(load_file(path), path, metadata={"ideep_scan": whole})
    with pytest.raises(InputError, match="its header is damaged"):
        load_bundle(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e30])
@pytest.mark.parametrize("name", ["output.bias", "absent.region", "branches.sequence.finish.0.running_var"])
def test_weights_that_are_not_finite(saved, name, value):
    made, path = saved
    with torch.no_grad():
        made.network.state_dict()[name].view(-1)[0] = value
    made.save(path)
    with pytest.raises(InputError, match=f"its weights {name} are not finite"):
        load_bundle(path)


def test_a_negative_variance(saved):
    made, path = saved
    with torch.no_grad():
        made.network.state_dict()["branches.sequence.finish.0.running_var"][0] = -1
    made.save(path)
    with pytest.raises(InputError, match="out of range"):
        load_bundle(path)


SAVED = bundle("TOY1", network(hidden={}), modalities=("sequence",))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_byte_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "mutated.safetensors"
    SAVED.save(path)
    content = bytearray(path.read_bytes())
    length = int.from_bytes(content[:8], "little")
    place = data.draw(st.integers(0, 8 + length) | st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    refused, read = None, None
    try:
        read = load_bundle(path)
    except (InputError, SpecMismatch) as error:
        refused = error
    if read is None:
        assert str(refused).startswith(str(path))
    else:  # another spelling of the same JSON
        assert read.digest == SAVED.digest


def test_weights_that_do_not_fit_the_network(saved):
    _, path = saved
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    tensors = load_file(path)
    for changed in (
        {name: tensor for name, tensor in tensors.items() if name != "output.bias"},
        {**tensors, "output.bias": torch.zeros(2)},
        {**tensors, "more": torch.zeros(2)},
    ):
        save_file(changed, path, metadata=metadata)
        with pytest.raises(InputError, match=r"weights '|its weights output"):
            load_bundle(path)


def test_weights_that_were_damaged(saved):
    _, path = saved
    content = bytearray(path.read_bytes())
    content[-40] ^= 0x10
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        load_bundle(path)


def test_features_of_another_version(saved):
    _, path = saved
    rewrite(path, spec={**SPEC.to_dict(), "version": 2})
    with pytest.raises(SpecMismatch, match="version 2 of the features"):
        load_bundle(path)


def test_a_digest_that_does_not_fit_the_features(saved):
    _, path = saved
    rewrite(path, spec={**SPEC.to_dict(), "landmark_reach": 99})
    with pytest.raises(SpecMismatch, match=f"model TOY1 was trained on features {SPEC.digest}"):
        load_bundle(path)


def test_a_failed_save_leaves_what_was_there(saved, monkeypatch):
    made, path = saved
    before = path.read_bytes()

    def fails(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("ideep_scan.models.bundle.serialised", fails)
    with pytest.raises(OSError, match="no space"):
        made.save(path)
    assert path.read_bytes() == before


@pytest.fixture
def shared(tmp_path: Path) -> tuple[list[ModelBundle], Path]:
    """Three models of one network, through a file."""
    net = network(outputs=5)
    rows = {"A": (4, None), "B": (0, 1), "C": (2, 3)}
    calibration = toy_calibration(["sequence"])
    models = [
        bundle(name, net, aliases=(f"{name}-1",), row=row, within_row=within, calibration=calibration)
        for name, (row, within) in rows.items()
    ]
    save_bundle(tmp_path / "shared.safetensors", models, {"D": "too few windows"})
    return models, tmp_path / "shared.safetensors"


def test_models_of_one_network_through_a_file_and_back(shared):
    models, path = shared
    read = load_models(path)
    assert [model.name for model in read] == ["A", "B", "C"]
    assert {id(model.network) for model in read} == {id(read[0].network)}
    assert read_header(path).absent == {"D": "too few windows"}
    tile = world().featurizer().tile(Walk("chr1", "-", ((0, 160),)), np.arange(50, 110))
    for before, after in zip(models, read, strict=True):
        fields = [field.name for field in dataclasses.fields(before) if field.name != "network"]
        assert [getattr(after, name) for name in fields] == [getattr(before, name) for name in fields]
        assert after.digest == before.digest
        one, other = (Scorer(of, MODALITIES, torch.device("cpu")).score(tile) for of in (before, after))
        assert one.tobytes() == other.tobytes()
    assert len({model.digest for model in read}) == 3
    assert load_bundle(path, "B").within_row == 1
    with pytest.raises(InputError, match="has 3 models: name one of them, like A, B, C"):
        load_bundle(path)
    with pytest.raises(InputError, match="has 3 models"):
        load_bundle(path, "D")


def test_one_model_of_a_shared_network_in_a_file_of_its_own(shared, tmp_path):
    models, _ = shared
    for half in (False, True):
        models[1].save(tmp_path / "B.safetensors", half=half)
        read = load_bundle(tmp_path / "B.safetensors")
        assert (read.name, read.row, read.within_row) == ("B", 0, 1)
        assert read.digest == (models[1].rounded() if half else models[1]).digest


def test_the_digest_of_a_file_covers_all_models_and_reasons(shared):
    models, path = shared
    moved = [dataclasses.replace(models[0], row=3), *models[1:]]
    digests = {compute_digest(some, absent) for some in (models, moved, models[:2]) for absent in ({}, {"D": "few"})}
    assert len(digests) == 6
    rewrite(path, absent={"D": "another reason"})
    with pytest.raises(InputError, match="does not match its digest"):
        load_models(path)


def test_models_of_several_networks_are_not_saved_together(shared, tmp_path):
    models, _ = shared
    with pytest.raises(ValueError, match="do not share one network"):
        save_bundle(tmp_path / "no.safetensors", [*models, bundle("X")])
    assert not (tmp_path / "no.safetensors").exists()


def test_a_bundle_of_an_earlier_format_is_read(saved):
    made, path = saved
    config = header(path)["network"]
    del config["outputs"]
    rewrite(path, format=2, network=config)
    assert load_bundle(path).digest == made.digest
