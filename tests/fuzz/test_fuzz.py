"""A short campaign against every reader of foreign files and text: no traceback, no hang, no memory without bound."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from fuzz.campaign import fuzz
from fuzz.targets import TARGETS

SECONDS = int(os.environ.get("IDEEP_SCAN_FUZZ_SECONDS", "2"))
SEED = 20170215

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed (it has wheels for x86-64 Linux)"
)


@pytest.mark.parametrize("name", TARGETS)
def test_readers_meet_every_input_with_an_answer_or_one_line(name: str, tmp_path: Path) -> None:
    outcome = fuzz(name, SECONDS, SEED, tmp_path)
    assert outcome.executions > 0, outcome.end
    assert [(find.name, find.read_bytes()[:300]) for find in outcome.finds] == []
