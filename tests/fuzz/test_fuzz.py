"""A short campaign against every reader of foreign files and text: no traceback, no hang, no memory without bound."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from fuzz.campaign import Outcome, fuzz
from fuzz.targets import TARGETS

SECONDS = int(os.environ.get("IDEEP_SCAN_FUZZ_SECONDS", "20"))
SEED = 20170215

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (it has wheels for x86-64 Linux)"
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """All campaigns, two at a time."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(fuzz, name, SECONDS, SEED, folder) for name in TARGETS}


@pytest.mark.parametrize("name", TARGETS)
def test_readers_meet_every_input_with_an_answer_or_one_line(outcomes: dict[str, Future[Outcome]], name: str) -> None:
    outcome = outcomes[name].result()
    assert outcome.executions > 0, outcome.end
    assert [(find.name, find.read_bytes()[:300]) for find in outcome.finds] == []
