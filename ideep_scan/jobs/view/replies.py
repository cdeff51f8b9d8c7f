"""Replies of the routes of a run's page."""

from __future__ import annotations

import json

from track_hubs.server.http_server import Reply


def reply_json(content: object, status: int = 200) -> Reply:
    """Make a reply of JSON."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Reply("application/json", text.encode("utf-8", "replace"), status)


def reply_error(error: Exception, status: int = 200) -> Reply:
    """Make a reply that tells an error in one line."""
    return reply_json({"error": " ".join(str(error).splitlines())}, status)
