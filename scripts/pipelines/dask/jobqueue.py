#!/usr/bin/env python3
"""Run ideep-scan on workers that are jobs of Slurm, by dask-jobqueue (pip install dask-jobqueue).

    jobqueue.py genome --rbp all hg38.fa --gtf genes.gtf -o OUT --resume

Workers join when Slurm starts their jobs. The scheduler runs in this process, and must be reachable from the nodes.
Other batch systems have classes of their own: PBSCluster, SGECluster, LSFCluster, HTCondorCluster.
"""

from __future__ import annotations

import os
import subprocess
import sys

from dask_jobqueue import SLURMCluster

JOBS = int(os.environ.get("JOBS", "50"))  # at most; jobs without work end


def make_cluster() -> SLURMCluster:
    """Make the cluster: a worker of 4 threads per job."""
    return SLURMCluster(
        cores=4,
        processes=1,
        memory="6GB",
        walltime="04:00:00",
        queue=os.environ.get("SBATCH_PARTITION"),
        interface=os.environ.get("INTERFACE"),  # such as ib0, if the nodes do not reach the first one
        local_directory=os.environ.get("TMPDIR", "/tmp"),
        worker_extra_args=["--lifetime", "230m", "--lifetime-stagger", "5m", "--no-dashboard"],
        job_script_prologue=["export DASK_DISTRIBUTED__WORKER__DAEMON=False"],
        scheduler_options={"dashboard_address": ":0"},
    )


def main() -> int:
    """Run the command on the cluster; return its exit code."""
    with make_cluster() as cluster:
        cluster.scale(jobs=JOBS)
        return subprocess.run(
            ["ideep-scan", *sys.argv[1:], "--dask", cluster.scheduler_address], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
