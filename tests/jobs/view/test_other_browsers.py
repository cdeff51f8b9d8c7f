"""A run in IGV desktop, UCSC and JBrowse 2: what they are given, and what is refused."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.other_browsers import find_ucsc_address, open_in_igv, write_jbrowse_configuration
from track_hubs.hub_builder import build_hub


@contextmanager
def listening(answers: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """A program that answers lines as IGV does, by the first word of each; its port, and the lines."""
    lines: list[str] = []

    class Answering(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                text = line.decode().rstrip("\n")
                lines.append(text)
                word, _, rest = text.partition(" ")
                self.wfile.write(f"{answers.get(word, 'OK').format(rest=rest)}\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], lines
        server.shutdown()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    example = runs.copy_example(folder / "example")
    runs.scan(example, folder / "a run", regions="exA:16001-18000")
    return folder / "a run"


def raised(function: Callable[..., object], *arguments: object) -> str:
    """The message of the error that a function raises."""
    with pytest.raises(InputError) as caught:
        function(*arguments)
    return str(caught.value)


def test_igv_is_asked_who_it_is_and_opens_the_session(out: Path) -> None:
    with listening({"echo": "{rest}"}) as (port, lines):
        session = open_in_igv(out, port)
    assert lines == ["echo ideep-scan", f'load "{session.resolve()}"']


def test_igv_that_reports_an_error_is_quoted(out: Path) -> None:
    igv = listening({"echo": "{rest}", "load": "ERROR no such genome"})
    with igv as (port, _), pytest.raises(InputError, match=r"IGV did not open .*: ERROR no such genome"):
        open_in_igv(out, port)


def test_another_program_on_the_port_gets_no_session(out: Path) -> None:
    with listening({"echo": "220 mail.example.org"}) as (port, lines):
        message = raised(open_in_igv, out, port)
    assert f"the program on port {port} is not IGV" in message
    assert lines == ["echo ideep-scan"]


def test_without_igv_it_says_how_to_switch_the_port_on(out: Path) -> None:
    with listening({}) as (port, _):
        pass
    with pytest.raises(InputError, match=rf"no IGV answers on port {port} .*Enable port"):
        open_in_igv(out, port)


def test_ucsc_opens_the_hub_at_the_strongest_site(out: Path, tmp_path: Path) -> None:
    build_hub([out], tmp_path / "hub", assembly="hg19")
    address = find_ucsc_address(tmp_path / "hub", "https://example.org/my hub")
    query = parse_qs(urlsplit(address).query)
    assert query["db"] == ["hg19"]
    assert query["hubUrl"] == ["https://example.org/my%20hub/hub.txt"]
    assert ":" in query["position"][0]


@pytest.mark.parametrize("url", ["example.org/x", "ftp://example.org", "https://example.org/?x=1"])
def test_an_address_that_is_none_is_refused_by_the_name_of_its_option(out: Path, url: str) -> None:
    with pytest.raises(InputError, match="--ucsc"):
        find_ucsc_address(out, url)


def test_ucsc_that_does_not_host_the_genome(out: Path) -> None:
    with pytest.raises(InputError, match="UCSC does not host"):
        find_ucsc_address(out, "https://example.org/x")


def test_a_jbrowse_configuration_beside_the_run_names_its_files(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "somewhere" / "config.json"
    write_jbrowse_configuration(out, path)
    configuration = json.loads(path.read_text())
    located = configuration["assemblies"][0]["sequence"]["adapter"]["fastaLocation"]["uri"]
    assert (path.parent / unquote(located)).resolve().is_file()
    assert ":" in configuration["defaultSession"]["views"][0]["init"]["loc"]


def test_an_existing_configuration_stays(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        write_jbrowse_configuration(out, path)
    assert path.read_text() == "mine"


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    assert "holds no igv_session.xml" in raised(open_in_igv, tmp_path, 1)
    assert "holds no hub.txt" in raised(find_ucsc_address, tmp_path, "https://example.org")
    assert "holds no manifest.json" in raised(write_jbrowse_configuration, tmp_path, tmp_path / "config.json")
