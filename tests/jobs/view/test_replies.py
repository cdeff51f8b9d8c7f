"""Replies of routes: JSON that a page reads, and errors in one line."""

from __future__ import annotations

import json

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.replies import reply_error, reply_json


def test_a_reply_holds_what_was_given() -> None:
    content = {"text": "5\u2032\u21923\u2032", "rows": [1, None, 0.5]}
    reply = reply_json(content)
    assert (reply.content_type, reply.status) == ("application/json", 200)
    assert json.loads(reply.body) == content


def test_a_name_that_is_no_unicode_is_shown_with_question_marks() -> None:
    assert json.loads(reply_json({"text": "a\udcff.bw"}).body) == {"text": "a?.bw"}


def test_a_number_that_json_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        reply_json(float("nan"))


def test_an_error_has_one_line() -> None:
    reply = reply_error(InputError("is damaged\nat the end"), 400)
    assert (json.loads(reply.body), reply.status) == ({"error": "is damaged at the end"}, 400)
