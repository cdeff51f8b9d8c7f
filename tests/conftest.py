"""Fixtures for the whole suite: the real data, if the machine has them; caches, flushes and threads of the tests."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A shell that starts the tests in the background ignores these signals; the programs under test must receive them.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)
settings.register_profile("any machine", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data (hg19, CLIP experiments, annotation); the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("real data (../shared) is not on this machine")
    return folder


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the user's cache as it is: the tests have a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("IDEEP_SCAN_MODELS", str(folder / "models"))
        yield folder


@pytest.fixture(autouse=True, scope="session")
def files_without_flushes() -> Iterator[None]:
    """Leave out flushes to the disk: temporary folders need not survive a power failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)  # it refuses a closed file as well
        yield


@pytest.fixture(autouse=True, scope="module")
def torch_on_one_thread() -> Iterator[None]:
    """Run torch on one thread, if a test module has loaded it.

    The sums of toy networks are so small that threads mostly wait for each other.
    On a busy machine they took up to 15 times longer than one thread.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
