"""Collections of learned motifs, written and read back."""

from __future__ import annotations

import math
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_collections import find_archive, read_collection, read_collections, write_collections
from ideep_scan.records.learned_motif import (
    Enrichment,
    Importance,
    KnownMatch,
    LearnedMotif,
    MotifCluster,
    MotifCollection,
)
from ideep_scan.records.pwm import Pwm

_TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
_WHOLE = st.integers(0, 10_000)
_SHORT = st.integers(-9999, 9999).map(lambda value: value / 1000)  # four digits, as the archive keeps
_ODD = st.one_of(_SHORT, st.just(math.nan))
_RATIOS = st.one_of(_SHORT.map(abs), st.just(math.inf), st.just(math.nan))


def _tables(kind: type, values: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    return st.integers(1, 4).flatmap(lambda width: arrays(kind, (width, 4), elements=values))


_MOTIFS = st.builds(
    LearnedMotif,
    pwm=st.builds(Pwm, _TEXTS, _TEXTS, _TEXTS, _tables(np.float64, _WHOLE.map(float))),
    origin=st.sampled_from(["filter", "pattern"]),
    sites=_WHOLE,
    information=_ODD,
    contributions=st.none() | _tables(np.float32, _SHORT.map(lambda value: float(np.float32(value)))),
    enrichment=st.none() | st.builds(Enrichment, _WHOLE, _WHOLE, _WHOLE, _WHOLE, _RATIOS, _SHORT, _SHORT),
    distances=arrays(np.int64, 5, elements=_WHOLE),
    matches=st.lists(
        st.builds(KnownMatch, _TEXTS, _TEXTS, _TEXTS, _SHORT, _SHORT, _SHORT, st.integers(-9, 9), _WHOLE), max_size=2
    ).map(tuple),
    importance=st.none() | st.builds(Importance, _SHORT, _SHORT, _SHORT, _ODD, _ODD, _ODD, _WHOLE),
)
_CLUSTERS = st.builds(
    MotifCluster,
    st.lists(_TEXTS, min_size=1, max_size=2).map(tuple),
    st.lists(_WHOLE, max_size=3).map(tuple),
    st.lists(_WHOLE, max_size=3).map(tuple),
)
_COLLECTIONS = st.builds(
    MotifCollection,
    model=st.sampled_from(["ELAVL1", "AGO1-4", "mine.v2"]),
    protein=_TEXTS,
    digest=_TEXTS,
    windows=_TEXTS,
    bound=_WHOLE,
    unbound=_WHOLE,
    filters=arrays(np.float32, (3, 4, 2), elements=_SHORT.map(lambda value: float(np.float32(value)))),
    silent=st.lists(_WHOLE, max_size=2).map(tuple),
    agreement=_ODD,
    motifs=st.lists(_MOTIFS, max_size=2).map(tuple),
    clusters=st.lists(_CLUSTERS, max_size=2).map(tuple),
)


def _plain(value: object) -> object:
    """Turn records into nested lists that compare equal if all fields do; NaN equals NaN."""
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.shape, value.tolist()]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "__slots__") and not isinstance(value, str | int | float):
        return [_plain(getattr(value, name)) for name in value.__slots__]
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def _example(model: str = "ELAVL1") -> MotifCollection:
    return MotifCollection(model, model, "d", "windows", 1, 0, np.ones((2, 4, 3), np.float32), (), math.nan, (), ())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(collection=_COLLECTIONS)
def test_reads_back_what_was_written(collection: MotifCollection, tmp_path: Path) -> None:
    path = tmp_path / "motifs.zip"
    write_collections(path, [collection])
    (result,) = read_collections(path)
    assert _plain(result) == _plain(collection)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(collection=_COLLECTIONS)
def test_leaders_are_the_measured_first_members_of_clusters(collection: MotifCollection, tmp_path: Path) -> None:
    path = tmp_path / "motifs.zip"
    write_collections(path, [collection])
    (result,) = read_collections(path, leaders=True)
    motifs = {motif.pwm.id: motif for motif in collection.motifs if motif.importance is not None}
    firsts = [cluster.members[0] for cluster in collection.clusters if cluster.members[0] in motifs]
    assert [cluster.members for cluster in result.clusters] == [(first,) for first in firsts]
    assert {motif.pwm.id for motif in result.motifs} == set(firsts)
    for motif in result.motifs:
        assert _plain(motif) == _plain(
            replace(motifs[motif.pwm.id], distances=np.zeros(0, np.int64), matches=(), contributions=None)
        )


@pytest.mark.parametrize("values", ["[]", "{}", '{"clusters":[{"members":[]}],"motifs":[]}', '{"clusters":3}'])
def test_malformed_motifs_are_one_line(values: str, tmp_path: Path) -> None:
    path = tmp_path / "motifs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("models/A.json", values)
    with pytest.raises(InputError, match="is damaged"):
        read_collections(path, leaders=True)


def test_numbers_have_four_digits(tmp_path: Path) -> None:
    path = tmp_path / "motifs.zip"
    write_collections(path, [replace(_example(), agreement=0.123456)])
    assert read_collections(path)[0].agreement == 0.1235


def test_reads_chosen_models_in_the_order_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "motifs.zip"
    write_collections(path, [_example("A"), _example("B"), _example("C")])
    assert [item.model for item in read_collections(path, ["C", "missing", "A"])] == ["C", "A"]


def test_equal_collections_give_equal_bytes_in_any_order_and_share_weights(tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    write_collections(first, [_example("A"), _example("B")])
    write_collections(second, [_example("B"), _example("A")])
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == [
            "filters/0.json",
            "models/A.json",
            "leaders/A.json",
            "models/B.json",
            "leaders/B.json",
        ]


@pytest.mark.parametrize("fault", ["cut", "noise", "member", "type", "weights"])
def test_a_damaged_archive_is_one_line_with_its_name(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "motifs.zip"
    write_collections(path, [_example()])
    whole = path.read_bytes()
    if fault == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif fault == "noise":
        path.write_bytes(whole[:60] + bytes(byte ^ 255 for byte in whole[60:80]) + whole[80:])
    else:
        members = {"member": "", "type": '{"model": 1}', "weights": "[[[1],[2,3]]]"}
        with zipfile.ZipFile(path) as archive:
            texts = {name: archive.read(name).decode() for name in archive.namelist()}
        name = "models/ELAVL1.json" if fault == "type" else "filters/0.json"
        with zipfile.ZipFile(path, "w") as archive:
            for member, text in texts.items():
                if not (fault == "member" and member == name):
                    archive.writestr(member, members[fault] if member == name else text)
    with pytest.raises(InputError, match=r"motifs\.zip: is damaged.*make it again") as raised:
        read_collections(path)
    assert "\n" not in str(raised.value)


def test_a_model_without_a_collection_has_none() -> None:
    assert read_collection("shared", "no such model") is None
    assert find_archive("shared").name == "shared.zip"
