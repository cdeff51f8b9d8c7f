"""The scripts for Slurm, with a stand-in for sbatch that runs the jobs of an array one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pipelines
import pytest

FOLDER = pipelines.PIPELINES / "slurm"
SCRIPTS = sorted(FOLDER.glob("*.sh"))
SBATCH = """#!/usr/bin/env bash
# Run each task now; print the number of the job, as sbatch --parsable does.
set -eu
echo "$@" >>"$SUBMITTED"
tasks=
while case $1 in --*) true ;; *) false ;; esac; do
    case $1 in
        --array=*) tasks=$(seq "$(echo "${1#*=}" | cut -d- -f1)" "$(echo "${1#*=}" | cut -d- -f2)") ;;
        --export=ALL,*) export "${1#--export=ALL,}" ;;
    esac
    shift
done
if [ -z "$tasks" ]; then
    SLURM_JOB_ID=8 "$@" >&2
else
    for task in $tasks; do SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=$task "$@" >&2; done
fi
echo "7;cluster"
"""


def put(folder: Path, name: str, text: str) -> None:
    """Write an executable script."""
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def is_bash(path: Path) -> bool:
    """Tell whether a script has no suffix: those of this project are run or sourced by bash."""
    return path.is_file() and not path.suffix


def test_shellcheck_has_no_findings() -> None:
    scripts = [*SCRIPTS, *(path for path in sorted((pipelines.ROOT / "scripts").iterdir()) if is_bash(path))]
    assert len(scripts) > 5
    assert (
        pipelines.run(
            pipelines.find_tool("shellcheck"), "--severity=warning", "--shell=bash", "--exclude=SC2154", *scripts
        )
        == ""
    )


def test_an_array_and_a_merge_are_equal_to_one_command(tmp_path: Path) -> None:
    path = pipelines.put_program(tmp_path / "bin")
    put(tmp_path / "bin", "sbatch", SBATCH)
    for name in ("example.fa.gz", "genes.gtf"):
        (tmp_path / name).write_bytes((pipelines.EXAMPLE / name).read_bytes())
    arguments = ["--rbp", "ELAVL1", "example.fa.gz", "--gtf", "genes.gtf", "--regions", pipelines.REGION]
    submitted = tmp_path / "submitted"
    pipelines.run(FOLDER / "submit.sh", "2", *arguments, "-o", "out", cwd=tmp_path, PATH=path, SUBMITTED=str(submitted))
    pipelines.run(FOLDER / "scan.sh", "genome", *arguments, "-o", "single", "--resume", cwd=tmp_path, PATH=path)
    array, merge = submitted.read_text().splitlines()
    assert "--array=1-2" in array
    assert "--dependency=afterok:7 " in merge
    together, single = pipelines.contents(tmp_path / "out"), pipelines.contents(tmp_path / "single")
    assert together.keys() == single.keys()
    assert [name for name in single if single[name] != together[name]] == []


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Environment of a job, with a program that waits for a signal and a stand-in for scontrol."""
    put(tmp_path, "ideep-scan", "#!/bin/sh\nsleep 60 &\ntrap 'kill $!; exit ${CODE:-143}' TERM\necho \"$@\"\nwait\n")
    put(tmp_path, "scontrol", '#!/bin/sh\necho "$@" >>"$REQUEUED"\n')
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "REQUEUED": str(tmp_path / "requeued"), "SLURM_JOB_ID": "11"}


def stop(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Start a job, send it the warning signal, and return its exit code and the arguments of its program."""
    command = [str(FOLDER / "scan.sh"), *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout is not None
        first = job.stdout.readline()
        job.send_signal(signal.SIGTERM)
        return job.wait(30), first.strip()


def test_a_job_at_its_time_limit_goes_back_into_the_queue(machine: dict[str, str]) -> None:
    assert stop(machine, "genome", "--resume") == (143, "genome --resume")
    assert Path(machine["REQUEUED"]).read_text() == "requeue 11\n"


def test_a_task_of_an_array_scores_its_part(machine: dict[str, str]) -> None:
    task = machine | {"SLURM_ARRAY_TASK_ID": "3", "PARTS": "40"}
    assert stop(task, "genome", "a b.fa") == (143, "genome a b.fa --shard 3/40")
    assert Path(machine["REQUEUED"]).read_text() == "requeue 11\n"


@pytest.mark.parametrize(
    ("command", "change"), [("genome", {"CODE": "2"}), ("genome", {"SLURM_RESTART_COUNT": "20"}), ("merge", {})]
)
def test_a_job_that_would_not_get_further_ends(machine: dict[str, str], command: str, change: dict[str, str]) -> None:
    code, _ = stop(machine | change, command)
    assert code == int(change.get("CODE", "143"))
    assert not Path(machine["REQUEUED"]).exists()


def test_the_signal_of_a_job_leaves_time_to_stop() -> None:
    text = (FOLDER / "scan.sh").read_text()
    assert "#SBATCH --signal=B:TERM@120\n" in text
    assert "#SBATCH --requeue\n" in text
