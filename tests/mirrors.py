"""A server on this machine that has a small genome, sends ranges, and can misbehave.

No test stands here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

FASTA, GTF = "toy.fa.gz", "toy.gtf.gz"


@dataclass
class Mirror:
    """Files by their names, and what the server does with them.

    `cut` is the number of bytes after which it ends a connection, by name.
    `asked` lists name and range of all requests.
    """

    files: dict[str, bytes]
    cut: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    has_ranges: bool = True
    url: str = ""

    def sum_up(self) -> None:
        """Write the list of MD5 sums."""
        rows = [f"{hashlib.md5(data).hexdigest()}  {name}\n" for name, data in self.files.items() if name != "MD5SUMS"]
        self.files["MD5SUMS"] = "".join(rows).encode()


class Handler(BaseHTTPRequestHandler):
    mirror: Mirror

    def do_GET(self) -> None:
        name, mirror = self.path.rpartition("/")[2], self.mirror
        mirror.asked.append((name, self.headers.get("Range", "")))
        data = mirror.files.get(name)
        if data is None:
            self.send_error(404)
            return
        start = int(self.headers.get("Range", "bytes=0-")[6:].rstrip("-")) if mirror.has_ranges else 0
        if start >= len(data) > 0:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = mirror.cut.pop(name, len(data))
        self.wfile.write(data[start:end])

    def log_message(self, *_: object) -> None:
        pass
