"""Routes whose modules are imported after the page was served, because they take seconds to import."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from threading import Lock

from ideep_scan.process import ThreadPool
from track_hubs.server.http_server import Route
from track_hubs.server.resources import Answer, Stream

_DELAY = 0.3  # seconds from the first answer to the import, in which the page gets that answer


class LateRoutes:
    """Routes that are made at their first request, or soon after another route has answered.

    Parameters
    ----------
    paths : collection of str
        Their paths.
    make : callable
        Imports the modules and returns the route of each path.
    """

    def __init__(self, paths: Collection[str], make: Callable[[], Mapping[str, Route]]):
        self._paths = paths
        self._make = make
        self._made: Mapping[str, Route] | None = None
        self._lock = Lock()
        self._pool: ThreadPool | None = None

    def routes(self) -> dict[str, Route]:
        """Return the routes by their paths."""
        return {path: partial(self._answer, path) for path in self._paths}

    def load(self) -> Mapping[str, Route]:
        """Make the routes, if nobody has."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def load_after(self, route: Route) -> Route:
        """Return a route that answers as another one, and then makes these in a thread."""

        def answer(query: dict[str, str]) -> Answer | Stream:
            reply = route(query)
            if self._pool is None:
                self._pool = ThreadPool(1, "routes")
                self._pool.submit(self._load_soon)
            return reply

        return answer

    def _load_soon(self) -> None:
        time.sleep(_DELAY)
        self.load()

    def _answer(self, path: str, query: dict[str, str]) -> Answer | Stream:
        return self.load()[path](query)
