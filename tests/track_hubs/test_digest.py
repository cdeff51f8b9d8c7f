"""Digest of a stream, against hashlib on all of its bytes."""

from __future__ import annotations

import hashlib
import io

from hypothesis import given
from hypothesis import strategies as st

from track_hubs.digest import digest_stream

BLOCK = 1 << 22


class OneByteStream(io.BytesIO):
    """A stream that returns fewer bytes than requested, as a pipe does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(1)


def digest_of(content: bytes) -> str:
    return "blake2b:" + hashlib.blake2b(content, digest_size=32).hexdigest()


@given(st.binary(max_size=50), st.integers(0, 60))
def test_the_digest_is_that_of_the_bytes_from_the_position_on(content: bytes, start: int) -> None:
    stream = io.BytesIO(content)
    stream.seek(start)
    assert digest_stream(stream) == digest_of(content[start:])
    assert digest_stream(OneByteStream(content)) == digest_of(content)


def test_a_content_of_several_blocks() -> None:
    content = bytes(range(256)) * (BLOCK // 256) + b"more"
    assert digest_stream(io.BytesIO(content)) == digest_of(content)


def test_an_abandoned_digest_is_empty_and_reads_no_further() -> None:
    stream = io.BytesIO(bytes(2 * BLOCK + 1))
    answers = iter([False, True])
    assert digest_stream(stream, lambda: next(answers)) == ""
    assert stream.tell() == 2 * BLOCK


def test_a_digest_of_no_bytes_is_never_abandoned() -> None:
    assert digest_stream(io.BytesIO(), lambda: True) == digest_of(b"")
