"""Settings that every job with models shares: threads, and tracks as NAME=FILE."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.jobs.model_settings import MAX_THREADS, ModelSettings, check_threads, parse_evidence

NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
FILE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(st.dictionaries(NAME, FILE, max_size=4))
def test_tracks_are_read_as_they_were_written(tracks):
    parsed = parse_evidence([f"{name}={file}" for name, file in tracks.items()])
    assert parsed == {name: Path(file) for name, file in tracks.items()}
    assert list(parsed) == list(tracks)


WITHOUT = [
    "",
    "conservation",
    "=a.bw",
    "a=",
    "a b=x.bw",
    "-a=x.bw",
    ".a=x.bw",
    "é=x.bw",
    "a" * 65 + "=x.bw",
    "a/b=x.bw",
]


@pytest.mark.parametrize("text", WITHOUT)
def test_a_track_without_name_or_file_is_refused(text):
    with pytest.raises(InputError, match=r"give NAME=FILE, like conservation=phyloP\.bw"):
        parse_evidence(["good=x.bw", text])


def test_a_name_that_is_given_twice_is_refused():
    with pytest.raises(InputError, match="--evidence a is given twice"):
        parse_evidence(["a=x.bw", "b=y.bw", "a=z.bw"])


@pytest.mark.parametrize("threads", [0, 1, MAX_THREADS])
def test_threads_up_to_the_limit_pass(threads):
    check_threads(threads)


@pytest.mark.parametrize("threads", [-1, MAX_THREADS + 1, 10**30])
def test_threads_beyond_the_limit_are_refused(threads):
    with pytest.raises(InputError, match=rf"--threads {threads}: give 0 \(all cores\) or more"):
        check_threads(threads)


def test_both_are_checked():
    ModelSettings(("ELAVL1",), evidence=("a=x.bw",), threads=2).check()
    with pytest.raises(InputError, match="--threads"):
        ModelSettings(("ELAVL1",), threads=-1).check()
    with pytest.raises(InputError, match="--evidence"):
        ModelSettings(("ELAVL1",), evidence=("a",)).check()
