"""Digests of files."""

from __future__ import annotations

import hashlib
import os

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.digest import digest


def test_digest_is_blake2b_of_the_bytes(tmp_path):
    content = os.urandom((1 << 22) + 17)
    (tmp_path / "x").write_bytes(content)
    assert digest(tmp_path / "x") == "blake2b:" + hashlib.blake2b(content, digest_size=32).hexdigest()


def test_what_is_not_a_file_is_refused(tmp_path):
    (tmp_path / "empty").touch()
    for name, reason in (("no", "no such file"), (".", "is a folder"), ("empty", "is empty")):
        with pytest.raises(InputError, match=reason):
            digest(tmp_path / name)


def test_an_error_of_the_disk_is_one_line_with_the_file(tmp_path, monkeypatch):
    (tmp_path / "x").write_text("content")

    def fail(stream):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("ideep_scan.formats.digest.digest_stream", fail)
    with pytest.raises(InputError, match=r"x: cannot be read \(Input/output error\)"):
        digest(tmp_path / "x")
