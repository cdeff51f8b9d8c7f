"""`ideep-scan view --live`: as a program of its own on the embedded example, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from runs import Command

PROGRAM = Path(sys.executable).with_name("ideep-scan")


def get(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=60) as reply:
        return reply.read()


def test_it_serves_page_and_scores_until_ctrl_c(example: Path, tmp_path: Path) -> None:
    arguments = [
        "--live",
        "--model",
        "ideep",
        "--rbp",
        "HuR",
        "--rbp",
        "HNRNPC",
        example / "example.fa.gz",
        "--gtf",
        example / "genes.gtf",
    ]
    process = subprocess.Popen(
        [str(PROGRAM), "view", *map(str, arguments), "--locus", "exA:50,001-52,000", "--no-browser", "--threads", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "XDG_CACHE_HOME": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        base = address.removesuffix("live.html")
        assert base.endswith("/")
        assert b'src="live.js"' in get(address)
        assert b"class LivePage" in get(f"{base}live.js")
        about = json.loads(get(f"{base}live/about"))
        assert about["title"] == "Live: ELAVL1, HNRNPC"
        assert about["view"] == {"chrom": "exA", "start": 50_000, "end": 52_000}
        answer = json.loads(get(f"{base}live/scores?chrom=exA&start=50000&end=50100"))
        assert {track["model"] for track in answer["tracks"]} <= {"ELAVL1", "HNRNPC"}
        with pytest.raises(OSError, match="404"):
            get(f"{base}example.fa.gz")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "note: cobinding is not used" in said


def test_it_ends_at_once_while_it_scores(example: Path, tmp_path: Path) -> None:
    """Python's own way out aborts the process if a thread is inside torch. Signals come twice from a hasty user."""
    arguments = [
        "--live",
        "--model",
        "ideep",
        "--rbp",
        "HuR",
        example / "example.fa.gz",
        "--modalities",
        "sequence,structure",
    ]
    process = subprocess.Popen(
        [str(PROGRAM), "view", *map(str, arguments), "--no-browser", "--threads", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "XDG_CACHE_HOME": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        host, port = process.stdout.readline().strip().removesuffix("/live.html").removeprefix("http://").split(":")
        clients = [socket.create_connection((host, int(port))) for _ in range(4)]
        for number, client in enumerate(clients):
            query = f"chrom=exA&start={number}0000&end={number}9000&step=10"
            client.sendall(f"GET /live/scores?{query} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        get(f"http://{host}:{port}/live/about")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[1]
    finally:
        process.kill()
        process.communicate()
    for client in clients:
        client.close()
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "terminate" not in said


def test_a_port_that_is_taken_is_told_before_the_genome_is_read(
    example: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ideep_scan.jobs.live.server.open_live", lambda *_: pytest.fail("the genome was opened"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = command("view", "--live", example / "example.fa.gz", "--rbp", "HuR", "--port", port)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"port {port} is in use" in said.err


def test_wrong_input_is_told_in_one_line(example: Path, tmp_path: Path, command: Command) -> None:
    genome, genes = example / "example.fa.gz", example / "genes.gtf"
    for arguments, says in (
        ((genome,), "no protein is named"),
        ((genome, "--rbp", "ELAVL9"), "did you mean"),
        ((tmp_path / "none.fa", "--rbp", "HuR"), "none.fa"),
        ((tmp_path, "--rbp", "HuR"), "folder"),
        ((genome, "--rbp", "HuR", "--gtf", tmp_path / "none.gtf"), "none.gtf"),
        ((genome, "--rbp", "HuR", "--gtf", genes, "--locus", "chr1:1-2000"), "no contig chr1"),
        ((genome, "--rbp", "HuR", "--gtf", genes, "--locus", "exA:1-2000000"), "past the end of exA"),
        ((genome, "--rbp", "HuR", "--gtf", genes, "--locus", "NOGENE"), "no gene 'NOGENE'"),
        ((genome, "--rbp", "HuR", "--modalities", "sequence,region"), "region"),
        ((genome, "--rbp", "HuR", "--device", "abacus"), "--device abacus"),
        ((genome, "--rbp", "HuR", "--threads", "-1"), "--threads -1"),
    ):
        said = command("view", "--live", *arguments)
        assert (said.code, said.err.count("\n"), said.out) == (2, 1, ""), arguments
        assert says in said.err


@pytest.mark.parametrize("option", ["--rbp", "--gtf", "--locus", "--modalities"])
def test_options_of_a_live_view_do_not_go_with_a_run(option: str, tmp_path: Path, command: Command) -> None:
    said = command("view", tmp_path, option, "x")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"{option} goes with --live" in said.err
