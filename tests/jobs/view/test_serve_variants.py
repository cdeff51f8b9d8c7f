"""The page of a run with variants beside it: what is served, and each reason that nothing is."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import runs
from toy_runs import read_files

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.serve_variants import serve_variants


@pytest.fixture(scope="module")
def vcf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The variants of the example, scored."""
    folder = tmp_path_factory.mktemp("vcf")
    runs.annotate(runs.copy_example(folder / "example"), folder / "example" / "variants.vcf", out=folder / "out.vcf.gz")
    return folder / "out.vcf.gz"


@contextmanager
def serving(out: Path, vcf: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    with ExitStack() as stack:
        server, address, notes = serve_variants(out, vcf, stack)
        with server:
            yield address, notes


def get(address: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as reply:
        return bytes(reply.read())


def test_page_and_track_are_served_and_the_run_stays_as_it_is(complete_run: Path, vcf: Path) -> None:
    before = read_files(complete_run)
    with serving(complete_run, vcf) as (address, notes):
        page = get(address).decode()
        assert '<section id="variants">' in page
        assert "data-about" in page
        assert '<script src="run_variants.js">' in page
        assert "ex12" in page
        assert get(f"{address}variants/variants.bb", Range="bytes=0-3") == b"\xeb\xf2\x89\x87"
        assert b"Predicted effects of variants" in get(f"{address}descriptions/variants.html")
        assert b"variants/variants.bb" in get(f"{address}hub.txt")
        assert get(f"{address}manifest.json") == before["manifest.json"]
        for name in ("variants", "variants/", "out.vcf.gz", "variants/..", "%2e%2e/out.vcf.gz"):
            with pytest.raises(OSError, match=r"40[034]"):
                get(f"{address}{name}")
        assert notes == ()
    assert read_files(complete_run) == before


def test_the_temporary_folder_goes_with_the_server(complete_run: Path, vcf: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(complete_run, vcf):
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none", "no such file"),
        ("example/variants.vcf", "has no effects on binding sites .*run `ideep-scan variants`"),
        ("example/genes.gtf", "is GTF; give VCF"),
    ],
)
def test_a_file_that_is_not_scored_is_one_line(complete_run: Path, vcf: Path, name: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught, serving(complete_run, vcf.parent / name):
        pass
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_a_run_is_one_line(vcf: Path, tmp_path: Path) -> None:
    (tmp_path / "hub.txt").write_text("hub x")
    with pytest.raises(InputError, match="--variants needs the folder of one run"), serving(tmp_path, vcf):
        pass
    with pytest.raises(InputError, match="is this the output folder of a finished run"), serving(tmp_path / "no", vcf):
        pass
