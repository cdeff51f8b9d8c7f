"""The manifest: what is written is what is read, and what cannot be read is said in one line."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from track_hubs.manifest import VERSION, Assembly, HubError, Manifest, Model, Track, from_json, to_json

TEXT = st.text(max_size=20)
PATHS = st.text(string.ascii_letters + " 'é<>\"&#%", min_size=1, max_size=9).map("tracks/{}".format)
TRACKS = st.builds(
    Track,
    path=PATHS,
    kind=st.sampled_from(["bigWig", "bigBed", "bed", "table"]),
    role=st.sampled_from(["score", "further", "sites", "motifs"]),
    group=TEXT,
    label=TEXT,
    long_label=TEXT,
    color=st.tuples(*[st.integers(0, 255)] * 3),
    strand=st.sampled_from(["+", "-", None]),
    bed_fields=st.integers(0, 12),
    extra_fields=st.integers(0, 12),
    count=st.none() | st.integers(0, 10**10),
    description=st.none() | PATHS,
    series=st.sampled_from(["neglog10p", "b_2"]),
    limits=st.tuples(st.floats(-10, 0), st.floats(0.5, 10)),
    extra_names=st.lists(TEXT, max_size=2).map(tuple),
    choices=st.dictionaries(TEXT, st.lists(TEXT, max_size=2).map(tuple), max_size=2),
    run=TEXT,
)
ASSEMBLIES = st.builds(
    Assembly,
    TEXT,
    TEXT,
    st.none() | PATHS,
    st.dictionaries(TEXT, st.integers(1, 2**31), max_size=3),
    st.none() | PATHS,
    st.none() | TEXT,
    st.none() | PATHS,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
SHARES = st.floats(0, 1)
MODELS = st.builds(
    Model,
    protein=TEXT,
    assay=TEXT,
    reads=st.lists(TEXT, max_size=2).map(tuple),
    card=st.dictionaries(TEXT, JSON, max_size=3),
    motif=st.lists(st.tuples(SHARES, SHARES, SHARES, SHARES), max_size=2).map(tuple),
    motif_id=TEXT,
    roc=st.lists(st.tuples(SHARES, SHARES), max_size=2).map(tuple),
    roc_about=TEXT,
)
MANIFESTS = st.builds(
    Manifest,
    TEXT,
    ASSEMBLIES,
    st.lists(TRACKS, max_size=4).map(tuple),
    st.dictionaries(TEXT, JSON, max_size=3),
    TEXT,
    st.dictionaries(TEXT, MODELS, max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(MANIFESTS)
def test_what_is_written_is_what_is_read(manifest: Manifest) -> None:
    assert from_json(to_json(manifest)) == manifest


def test_an_older_manifest_is_read() -> None:
    """Version 1 knew no models, no names of fields, no 2bit and no runs."""
    data = json.loads(text_with())
    data["version"] = 1
    for missing in ("extra_names", "choices", "run"):
        del data["tracks"][0][missing]
    del data["assembly"]["two_bit"], data["models"]
    assert to_json(from_json(json.dumps(data))) == to_json(from_json(text_with()))


def text_with(**changes: object) -> str:
    track = Track("a.bw", "bigWig", "score", "g", "l", "ll", (1, 2, 3))
    data = json.loads(to_json(Manifest("t", Assembly("hg19", "h", None, {}), (track,))))
    for key, value in changes.items():
        (data["tracks"][0] if key in data["tracks"][0] else data)[key] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not the manifest"),
        ("{}", "no version"),
        (text_with(version=VERSION + 1), "update the program"),
        (json.dumps({"version": 1, "title": "x"}), "incomplete or damaged"),
        (text_with(tracks=[{"path": "a"}]), "incomplete or damaged"),
        (text_with(tracks=None), "incomplete or damaged"),
        (text_with(surprise=1), "incomplete or damaged"),
        (text_with(kind="wig"), "unknown kind"),
        (text_with(color=[1, 2]), "three numbers"),
        (text_with(color=[1, 2, 256]), "three numbers"),
        (text_with(role="further"), "series '' is not letters"),
        (text_with(role="further", series="a b"), "series 'a b' is not letters"),
        (text_with(series=3), "series 3 is not letters"),
        (text_with(limits=[0, 1, 2]), "two numbers"),
        (text_with(limits=["0", "1"]), "two numbers"),
        (text_with(limits=[1, 1]), "the lower one first"),
        (text_with(limits=None), "incomplete or damaged"),
        (text_with(path="/etc/passwd"), "inside the run's folder"),
        (text_with(path="a/../../b"), "inside the run's folder"),
        (text_with(path=""), "inside the run's folder"),
        (text_with(path=7), "inside the run's folder"),
        (text_with(assembly={"id": "a", "title": "", "fasta": None, "sizes": {}, "two_bit": "/a"}), "inside the run's"),
        (text_with(models={"g": {"protein": "P", "motif": [[1, 2]]}}), "incomplete or damaged"),
        (text_with(models={"g": {"protein": "P", "roc": [["a", "b"]]}}), "incomplete or damaged"),
        (text_with(models={"g": {"assay": "iCLIP"}}), "incomplete or damaged"),
        (text_with(models=[]), "incomplete or damaged"),
        (text_with(choices=[]), "incomplete or damaged"),
    ],
)
def test_a_manifest_that_cannot_be_used(text: str, says: str) -> None:
    with pytest.raises(HubError, match=says) as caught:
        from_json(text)
    assert "\n" not in str(caught.value)
