"""A run imports Dask only for a cluster; tests/jobs/cluster tests runs on one."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs import scan_settings
from ideep_scan.jobs.scan.scoring_place import connect_cluster
from ideep_scan.jobs.scan_settings import ScanSettings

CODE = """
import sys
from pathlib import Path
from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings

fasta, out = map(Path, sys.argv[1:])
run(ScanSettings(("ELAVL1",), fasta, regions=("exA:17,001-17,100",), out=out, device="cpu", threads=1), SilentMonitor())
print(sorted({"dask", "distributed"} & set(sys.modules)))
"""


def test_a_run_without_a_cluster_does_not_import_dask(example: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, str(example / "example.fa.gz"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"


def test_no_cluster() -> None:
    with ExitStack() as stack:
        assert connect_cluster(ScanSettings(("ELAVL1",), Path("x.fa")), stack) is None


def test_without_dask_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_settings, "find_spec", lambda name: None)
    with pytest.raises(InputError) as raised:
        ScanSettings(("ELAVL1",), Path("x.fa"), dask="local").check()
    assert str(raised.value) == "--dask needs Dask: pip install 'ideep-scan[dask]'"


@pytest.mark.parametrize(
    "value", ["local", "local:4", "tcp://host:8786", "tls://host:1", "host:8786", "s.json", "./s.json"]
)
def test_values(value: str) -> None:
    ScanSettings(("ELAVL1",), Path("x.fa"), dask=value).check()


@pytest.mark.parametrize("value", ["host", "http://host:8786", "tcp://host", "local:0", "local:x", "s.txt"])
def test_other_values_are_refused(value: str) -> None:
    with pytest.raises(InputError, match="give the address of a scheduler"):
        ScanSettings(("ELAVL1",), Path("x.fa"), dask=value).check()


def test_parts_and_a_cluster_exclude_each_other() -> None:
    with pytest.raises(InputError, match="--shard and --dask"):
        ScanSettings(("ELAVL1",), Path("x.fa"), dask="local", shard="1/2").check()
