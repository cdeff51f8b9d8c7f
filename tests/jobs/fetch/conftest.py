"""A mirror of a small genome on this machine."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import runs
from mirrors import FASTA, GTF, Handler, Mirror

from ideep_scan.jobs.fetch.settings import CATALOGUE


@pytest.fixture
def mirror(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A mirror that serves the embedded example as the assembly `toy`."""
    fasta = gzip.compress(gzip.decompress((runs.PACKAGED / "example.fa.gz").read_bytes()))
    mirror = Mirror({FASTA: fasta, GTF: gzip.compress((example / "genes.gtf").read_bytes())})
    mirror.sum_up()
    handler = type("OwnHandler", (Handler,), {"mirror": mirror})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    mirror.url = f"http://127.0.0.1:{server.server_port}"
    table = tmp_path / "genomes.tsv"
    columns = ("assembly", "genome", "genome_sums", "annotation", "annotation_sums", "title")
    row = ("toy", f"{mirror.url}/a/{FASTA}", "MD5SUMS", f"{mirror.url}/b/{GTF}", "MD5SUMS", "toy genes")
    table.write_text("# a mirror\n" + "\t".join(columns) + "\n" + "\t".join(row) + "\n")
    monkeypatch.setenv(CATALOGUE, str(table))
    yield mirror
    server.shutdown()
    server.server_close()
    thread.join()
