"""The manifest: round trip, and a one-line error for each kind of damage."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from track_hubs.description_pages import render_group_page, render_run_page
from track_hubs.igv import render_session
from track_hubs.manifest import VERSION, Assembly, HubError, Manifest, Model, Track, from_json, to_json
from track_hubs.run_page.index_page import render_page
from track_hubs.ucsc import render_hub

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
    st.dictionaries(TEXT, st.integers(1, 2**31), min_size=1, max_size=3),
    st.none() | PATHS,
    st.none() | TEXT,
    st.none() | PATHS,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
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
    motif_name=TEXT,
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


ASSEMBLY = {"id": "a", "title": "", "fasta": None, "sizes": {}}
OUTSIDE = [
    "..",
    "a/..",
    "../a",
    "/a",
    "//a",
    "a//b",
    "a/",
    "a\0b",
    "a\nb",
    "a\\b",
    "x" * 256,
    "é" * 128,
    "x/" * 600 + "x",
]


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
        (text_with(surprise=1), "unknown field 'surprise'"),
        (text_with(kind="wig"), r"tracks\[0\].kind is 'wig' instead of one of bigWig, bigBed, bed, table"),
        (text_with(strand="x"), "strand is 'x' instead of one of"),
        (text_with(color=[1, 2]), r"color has 2 values instead of 3"),
        (text_with(color=[1, 2, 256]), "color is 256 instead of 0 to 255"),
        (text_with(color=[1, 2, True]), r"color\[2\] is True instead of a whole number"),
        (text_with(label=5), "label is 5 instead of text"),
        (text_with(group=None), "group is None instead of text"),
        (text_with(count="5"), "count is '5' instead of"),
        (text_with(count=-1), "count is -1 instead of"),
        (text_with(bed_fields=99), "bed_fields is 99 instead of"),
        (text_with(extra_names=["a", 1]), r"extra_names\[1\] is 1 instead of text"),
        (text_with(choices={"a": [1]}), r"choices.'a'\[0\] is 1 instead of text"),
        (text_with(ranges={"a": [1, 1]}), "ranges.'a' is 1.0 to 1.0, not in ascending order"),
        (text_with(receipts=[]), "receipts is .* instead of an object"),
        (text_with(title=["x"]), "title is .* instead of text"),
        (text_with(assembly=None), "assembly is None instead of an object"),
        (text_with(assembly={**ASSEMBLY, "note": ["x"]}), "assembly.note is .* instead of text"),
        (text_with(assembly={**ASSEMBLY, "sizes": {"c": None}}), "assembly.sizes.'c' is None"),
        (text_with(assembly={**ASSEMBLY, "sizes": {"c": -1}}), "assembly.sizes.'c' is -1"),
        (text_with(assembly={**ASSEMBLY, "two_bit": "a.2bit"}), "assembly.sizes is empty"),
        (text_with(models={"g": 1}), "models.'g' is 1 instead of an object"),
        (text_with(models={"g": {"protein": "P", "card": 5}}), "card is 5 instead of an object"),
        (text_with(models={"g": {"protein": "P", "roc": [[0, 2]]}}), "roc is 2.0 instead of 0 to 1"),
        (text_with(files={"a": {"size": "1", "digest": "x"}}), "size is '1' instead of"),
        (text_with(files={"../a": {"size": 1, "digest": "x"}}), "inside the run's folder"),
        (text_with(version=True), "no version"),
        (text_with(title="A").replace('"A"', r'"\ud800"'), "surrogate"),
        (text_with(title="A").replace('"A"', "NaN"), "NaN"),
        (text_with(title="A").replace('"A"', '"A", "title": "B"'), "'title' twice"),
        (text_with(title="A").replace('"A"', "9" * 5000), "digits"),
        (text_with(receipts={"a": 1}).replace('"a": 1', '"a":' + "[" * 100 + "]" * 100), "nested deeper"),
        (text_with(role="further"), "series '' must be letters"),
        (text_with(role="further", series="a b"), "series 'a b' must be letters"),
        (text_with(series=3), "series is 3 instead of text"),
        (text_with(limits=[0, 1, 2]), "limits has 3 values instead of 2"),
        (text_with(limits=["0", "1"]), r"limits\[0\] is '0' instead of a number"),
        (text_with(limits=[1, 1]), "are not in ascending order"),
        (text_with(limits=None), "incomplete or damaged"),
        (text_with(ranges={"expectedPrecision": [1, 0]}), "incomplete or damaged"),
        (text_with(ranges={"expectedPrecision": ["a", 1]}), "incomplete or damaged"),
        (text_with(ranges=[0, 1]), "incomplete or damaged"),
        (text_with(path="/etc/passwd"), "inside the run's folder"),
        (text_with(path="a/../../b"), "inside the run's folder"),
        (text_with(path=""), "inside the run's folder"),
        (text_with(path=7), r"tracks\[0\].path is 7 instead of text"),
        *((text_with(path=path), "inside the run's folder") for path in OUTSIDE),
        (text_with(description="../x.html"), "inside the run's folder"),
        (
            text_with(assembly={"id": "a", "title": "", "fasta": None, "sizes": {"c": 1}, "two_bit": "/a"}),
            "inside the run's",
        ),
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


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.lists(st.integers(), max_size=2)
RUN = json.loads(
    to_json(
        Manifest(
            "t",
            Assembly("hg19", "h", "genome/a.fa", {"chr1": 100}, "genome/genes.bed.gz", "n", "genome/a.2bit"),
            (
                Track("a.bw", "bigWig", "score", "g", "l", "ll", (1, 2, 3), "+", count=5),
                Track("a.bb", "bigBed", "sites", "g", "l", "ll", (1, 2, 3), None, 9, 3, 7, extra_names=("rawScore",)),
            ),
            {"tool": "x"},
            models={
                "g": Model("P", "iCLIP", ("sequence",), {"licence": "x"}, ((0.5, 0.5, 0, 0),), "M", ((0, 0), (1, 1)))
            },
        )
    )
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_field_of_any_other_value_is_refused_or_shown(data: st.DataObject) -> None:
    """What is read can be shown: hub, session, page and descriptions are made of it."""
    changed = json.loads(json.dumps(RUN))
    place = changed
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    try:
        manifest = from_json(json.dumps(changed))
    except HubError as error:
        assert str(error).isprintable()  # noqa: PT017
        return
    texts = [render_hub(manifest), render_session(manifest), render_run_page(manifest), render_page(manifest, [], [])]
    texts += [render_group_page(manifest, group) for group in manifest.groups]
    assert all(text.encode() for text in texts)
