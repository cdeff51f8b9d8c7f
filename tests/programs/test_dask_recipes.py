"""Recipes for Dask on clusters, with stand-ins for the batch system."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pipelines
import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

FOLDER = pipelines.PIPELINES / "dask"
SRUN = """#!/usr/bin/env bash
# Run two tasks at once, without the options of srun; end them as Slurm does at the end of a job.
while case $1 in --*) true ;; *) false ;; esac; do shift; done
trap 'kill -KILL $(jobs -p)' TERM
"$@" &
"$@" &
wait
"""
ARGUMENTS = ["--rbp", "ELAVL1", "example.fa.gz", "--gtf", "genes.gtf", "--regions", pipelines.REGION]


def put(folder: Path, name: str, text: str) -> None:
    """Write an executable script."""
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.fixture
def path(tmp_path: Path) -> str:
    """PATH with this program, Dask and the stand-ins; the folder has the example."""
    path = pipelines.put_program(tmp_path / "bin")
    dask = f"#!/bin/sh\nPYTHONPATH='{pipelines.ROOT}' exec '{sys.executable}' -m dask \"$@\"\n"
    put(tmp_path / "bin", "dask", dask)
    put(tmp_path / "bin", "srun", SRUN)
    for name in ("example.fa.gz", "genes.gtf"):
        (tmp_path / name).write_bytes((pipelines.EXAMPLE / name).read_bytes())
    return path


def test_a_job_of_slurm_is_a_cluster(path: str, tmp_path: Path) -> None:
    pipelines.run("ideep-scan", "genome", *ARGUMENTS, "-o", "plain", cwd=tmp_path, PATH=path)
    job = {"SLURM_JOB_ID": "5", "SLURM_CPUS_PER_TASK": "1", "TMPDIR": str(tmp_path)}
    pipelines.run(FOLDER / "slurm.sh", "genome", *ARGUMENTS, "-o", "out", cwd=tmp_path, PATH=path, **job)
    assert pipelines.contents(tmp_path / "out") == pipelines.contents(tmp_path / "plain")
    assert not (tmp_path / "dask-5.json").exists()


def test_a_job_of_slurm_at_its_time_limit(path: str, tmp_path: Path) -> None:
    waiting = "#!/bin/sh\nsleep 60 &\ntrap 'kill $!; exit 143' TERM\necho \"$@\"\nwait\n"
    put(tmp_path / "bin", "ideep-scan", waiting)
    job = {**os.environ, "PATH": path, "SLURM_JOB_ID": "6", "SLURM_CPUS_PER_TASK": "1"}
    command = [str(FOLDER / "slurm.sh"), "genome", "--resume"]
    with subprocess.Popen(command, env=job, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"genome --resume --dask {tmp_path}/dask-6.json\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143


def test_jobs_of_dask_jobqueue() -> None:
    pytest.importorskip("dask_jobqueue")
    code = "import jobqueue\nwith jobqueue.make_cluster() as cluster:\n    print(cluster.job_script())"
    script = pipelines.run(sys.executable, "-c", code, PYTHONPATH=str(FOLDER), INTERFACE="lo", SBATCH_PARTITION="short")
    assert "#SBATCH -p short\n" in script
    assert "#SBATCH --cpus-per-task=4\n" in script
    assert "export DASK_DISTRIBUTED__WORKER__DAEMON=False\n" in script
    (command,) = (line for line in script.splitlines() if "dask_worker" in line)
    dask_worker.main.make_context("worker", command.partition("dask_worker ")[2].split())


def test_a_worker_for_each_gpu(path: str, tmp_path: Path) -> None:
    put(tmp_path / "bin", "dask", '#!/bin/sh\necho "$CUDA_VISIBLE_DEVICES $@"\n')
    put(tmp_path / "bin", "nvidia-smi", "#!/bin/sh\nprintf '0\\n1\\n'\n")
    environment = {"PATH": path, "CUDA_VISIBLE_DEVICES": ""}
    for visible, gpus in (("", ["0", "1"]), ("3,5", ["3", "5"])):
        environment["CUDA_VISIBLE_DEVICES"] = visible
        started = pipelines.run(FOLDER / "gpus.sh", "tcp://host:8786", cwd=tmp_path, **environment).splitlines()
        assert sorted(line.split()[0] for line in started) == gpus
        for line in started:
            dask_worker.main.make_context("worker", line.split()[2:])


@pytest.fixture(scope="module")
def resources() -> dict[tuple[str, str], dict[str, Any]]:
    """Resources of Kubernetes by kind and name."""
    documents = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text())
    return {(document["kind"], document["metadata"]["name"]): document for document in documents}


def test_kubernetes_names_agree(resources: dict[tuple[str, str], dict[str, Any]]) -> None:
    pods = {
        name: document["spec"]["template"]
        for (_, name), document in resources.items()
        if "template" in document["spec"]
    }
    assert set(pods) == {"ideep-scan-dask-scheduler", "ideep-scan-dask-worker", "ideep-scan"}
    service = resources["Service", "ideep-scan-dask"]["spec"]
    assert service["selector"].items() <= pods["ideep-scan-dask-scheduler"]["metadata"]["labels"].items()
    policy = resources["NetworkPolicy", "ideep-scan-dask"]["spec"]
    for pod in pods.values():
        assert policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    for _, name in resources:
        template = pods.get(name)
        selector = next(document for key, document in resources.items() if key[1] == name)["spec"].get("selector", {})
        if template is not None and "matchLabels" in selector:
            assert selector["matchLabels"].items() <= template["metadata"]["labels"].items()
    containers = [container for pod in pods.values() for container in pod["spec"]["containers"]]
    assert len({container["image"] for container in containers}) == 1
    claims = [pod["spec"].get("volumes") for name, pod in pods.items() if name != "ideep-scan-dask-scheduler"]
    assert claims[0] == claims[1]


def test_kubernetes_commands_are_known(resources: dict[tuple[str, str], dict[str, Any]]) -> None:
    def container(kind: str, name: str) -> dict[str, Any]:
        (container,) = resources[kind, name]["spec"]["template"]["spec"]["containers"]
        return container

    scheduler = container("Deployment", "ideep-scan-dask-scheduler")
    worker = container("Deployment", "ideep-scan-dask-worker")
    client = container("Job", "ideep-scan")
    assert scheduler["command"] == ["dask", "scheduler"]
    assert worker["command"] == ["dask", "worker"]
    port = dask_scheduler.main.make_context("scheduler", list(scheduler["args"])).params["port"]
    dask_worker.main.make_context("worker", list(worker["args"]))
    address = f"tcp://ideep-scan-dask:{port}"
    assert worker["args"][0] == address
    assert client["args"][client["args"].index("--dask") + 1] == address
    assert worker["volumeMounts"] == client["volumeMounts"]


def test_shellcheck_has_no_findings() -> None:
    shellcheck = pipelines.find_tool("shellcheck")
    assert pipelines.run(shellcheck, "--severity=warning", "--shell=bash", *sorted(FOLDER.glob("*.sh"))) == ""
