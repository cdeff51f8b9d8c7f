"""Functions of workers that need no open run; `test_opened_run.py` tests the others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from toy_cluster import PLAN, list_toy_shards

from ideep_scan.jobs.cluster import worker
from ideep_scan.jobs.cluster.messages import Admission, Order, Report
from ideep_scan.jobs.scan.run_plan import describe_program
from ideep_scan.jobs.scan_settings import ScanSettings


def test_the_description_is_that_of_the_plan() -> None:
    assert worker.describe() == describe_program()
    assert json.loads(json.dumps(worker.describe())) == worker.describe()


def test_missing_files_are_named(tmp_path: Path) -> None:
    fasta, gtf = tmp_path / "x.fa", tmp_path / "a.gtf"
    order = Order(ScanSettings(("ELAVL1",), fasta, gtf=gtf), PLAN.values, "digest", 8192, "probe")
    assert worker.open_run(order, {}) == Admission(missing=(str(fasta), str(gtf)))
    gtf.touch()
    assert worker.open_run(order, {}) == Admission(missing=(str(fasta),))


def test_a_run_that_is_not_open() -> None:
    shard = list_toy_shards()[0]
    assert worker.score_shard("digest", shard) == Report()
    assert worker.send_shard("digest", shard) == Report()
    worker.close_runs()


def test_files_are_written_in_parts(tmp_path: Path) -> None:
    place = SimpleNamespace(local_directory=str(tmp_path))
    path = Path(worker.receive_part("ab/x.fa", 0, b"ACGT", dask_worker=place))
    assert path == tmp_path / "ideep-scan" / "ab" / "x.fa"
    worker.receive_part("ab/x.fa", 4, b"NN", dask_worker=place)
    assert path.read_bytes() == b"ACGTNN"
    worker.receive_part("ab/x.fa", 0, b"A", dask_worker=place)
    assert path.read_bytes() == b"A"


def test_a_scheduler_loads_no_numerics() -> None:
    code = (
        "import sys, ideep_scan.jobs.cluster.worker, ideep_scan.jobs.cluster.messages; "
        "print(sorted({'torch', 'numba', 'pandas', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
