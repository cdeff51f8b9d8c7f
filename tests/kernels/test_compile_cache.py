"""Kernels are compiled wherever the program runs: caches that cannot be written or are damaged change nothing."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from numba import config
from numba.core.caching import CacheImpl, IndexDataCacheFile, UserProvidedCacheLocator

from ideep_scan.kernels import compile_cache as module
from ideep_scan.kernels.compile_cache import import_compiled, make_private_folder

SOURCE = """
from ideep_scan.kernels.compile_cache import compiled

@compiled()
def double(value):
    return 2 * value
"""
FOREIGN = """
from numba import njit

@njit
def double(value):
    return 2 * value
"""
CLOSURES = """
from ideep_scan.kernels.compile_cache import compiled

def multiply(factor):
    @compiled()
    def product(value):
        return factor * value
    return product

double = multiply(2)
double.triple = multiply(3)
"""
Loaded = Callable[[], Callable[[int], int]]


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """Imports a kernel as a new process would; only folders that are named can hold its cache."""
    (tmp_path / "toy_kernel.py").write_text(SOURCE)
    monkeypatch.setattr(CacheImpl, "_locator_classes", [UserProvidedCacheLocator])
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "cache"))

    def load() -> Callable[[int], int]:
        spec = importlib.util.spec_from_file_location("toy_kernel", tmp_path / "toy_kernel.py")
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "toy_kernel", loaded)
        spec.loader.exec_module(loaded)
        return loaded.double

    return load


def compiled_anew(function: Callable[[int], int]) -> bool:
    assert function(21) == 42
    return bool(function.stats.cache_misses)  # type: ignore[attr-defined]


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_compiling_is_said_once(
    kernel: Loaded, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.compilations, "_announced", False)
    kernel()(1)
    kernel()(1.5)
    assert [record.message for record in caplog.records] == [
        "kernels are compiled, once; this takes a quarter of a minute"
    ]


def test_a_kernel_is_kept(kernel: Loaded, tmp_path: Path) -> None:
    before = module.compilations.seconds
    assert compiled_anew(kernel())
    assert module.compilations.seconds > before
    assert [path.suffix for path in kept(tmp_path / "cache")] == [".nbc", ".nbi"]
    assert not compiled_anew(kernel())


def test_a_kernel_of_another_package_is_kept_on_request(kernel: Loaded, tmp_path: Path) -> None:
    (tmp_path / "toy_kernel.py").write_text(FOREIGN)
    for first in (True, False):
        double = kernel()
        module.keep_compiled(double)
        assert compiled_anew(double) == first
    assert [path.suffix for path in kept(tmp_path / "cache")] == [".nbc", ".nbi"]


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"junk", None])
def test_a_damaged_cache_is_made_again(suffix: str, content: bytes | None, kernel: Loaded, tmp_path: Path) -> None:
    compiled_anew(kernel())
    (path,) = (path for path in kept(tmp_path / "cache") if path.suffix == suffix)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert compiled_anew(kernel())
    assert not compiled_anew(kernel()), "the cache is whole again"


def test_a_cache_that_cannot_be_written_after_all_is_no_error(kernel: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    function = kernel()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.KernelFile, "save", full)
    assert compiled_anew(function)


def test_where_nothing_is_writable_a_private_temporary_folder_is_used(
    kernel: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(tmp_path))
    assert compiled_anew(kernel())
    assert len(kept(tmp_path / f"ideep-scan-kernels-{os.geteuid()}")) == 2
    assert module.compilations.folder is not None
    assert not compiled_anew(kernel())


def test_without_any_folder_every_run_compiles(kernel: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
    for _ in range(2):
        assert compiled_anew(kernel())


def test_a_folder_that_others_may_write_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_private_folder(tmp_path)
    assert folder is not None
    assert make_private_folder(tmp_path) == folder, "found again"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o770)
    assert make_private_folder(tmp_path) is None
    folder.chmod(0o700)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert make_private_folder(tmp_path) is None
    folder.unlink()
    folder.write_text("")
    assert make_private_folder(tmp_path) is None
    folder.unlink()
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    (tmp_path / f"ideep-scan-kernels-{uid + 1}").mkdir(0o700)
    assert make_private_folder(tmp_path) is None, "of another owner"


def test_the_code_of_another_process_is_never_taken(kernel: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = kernel(), kernel()
    save_data = IndexDataCacheFile._save_data

    def save_late(file: IndexDataCacheFile, name: str, data: object) -> None:
        monkeypatch.setattr(IndexDataCacheFile, "_save_data", save_data)
        assert second(1.5) == 3.0  # another process compiles for another type meanwhile
        save_data(file, name, data)

    with monkeypatch.context() as context:
        context.setattr(IndexDataCacheFile, "_load_index", lambda _: {})  # both have read the index before
        monkeypatch.setattr(IndexDataCacheFile, "_save_data", save_late)
        assert first(21) == 42
    again = kernel()
    assert (again(1.5), again(21), again(0.5)) == (3.0, 42, 1.0)


def test_closures_of_one_function_have_their_own_code(kernel: Loaded, tmp_path: Path) -> None:
    (tmp_path / "toy_kernel.py").write_text(CLOSURES)
    for _ in range(2):
        double = kernel()
        assert (double(21), double.triple(21)) == (42, 63)  # type: ignore[attr-defined]
    assert not double.stats.cache_misses  # type: ignore[attr-defined]
    names = [path.name for path in kept(tmp_path / "cache") if path.suffix == ".nbc"]
    assert len(set(names)) == 2


def test_a_change_of_any_kernel_makes_the_cache_stale(
    kernel: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compiled_anew(kernel())
    assert not compiled_anew(kernel())
    monkeypatch.setattr(module, "_stamp_sources", lambda: (("onehot.py", 1, 1),))
    assert compiled_anew(kernel())
    assert not compiled_anew(kernel())


def test_a_library_is_imported_where_numba_keeps_nothing_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "toy_library.py").write_text(SOURCE.replace("@compiled()", "@njit(cache=True)").replace(
        "from ideep_scan.kernels.compile_cache import compiled", "from numba import njit"
    ))  # fmt: skip
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(CacheImpl, "_locator_classes", [UserProvidedCacheLocator])
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setattr(module, "make_private_folder", lambda _: None)
    with pytest.raises(ImportError, match="NUMBA_CACHE_DIR"):
        import_compiled("toy_library")
    monkeypatch.setattr(module, "make_private_folder", lambda _: tmp_path / "private")
    assert import_compiled("toy_library").double(21) == 42
    assert list((tmp_path / "private").rglob("*.nbi"))
    assert config.CACHE_DIR == ""
