#!/usr/bin/env python3
"""Simulate a scan on a cluster of up to 1,000 workers: Markdown tables, and a picture.

    scripts/simulate_cluster.py [--gtf refseq_hg19.bed12.gz] [--rate 8738] [--picture cluster.png]

The shards are those of hg38: of all its positions, or of the transcribed stretches of an annotation.
An annotation of hg19 is close enough: most genes moved by less than a shard between the two assemblies.
Events are simulated as `jobs.cluster.cluster_scan` acts: two shards per worker at a time, slow ones a second time.
Rates and costs are the measured ones of docs/cluster.md.
"""

from __future__ import annotations

import argparse
import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import numpy as np

from ideep_scan.formats.annotation.reader import read_annotation
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.shards import Shard, list_shards
from track_hubs.assemblies import read_lengths

_FLIGHTS, _SLOW = 2, 2.0  # as in `jobs.cluster.cluster_scan`
_WORKERS = (1, 10, 100, 300, 1000)


@dataclass(frozen=True)
class Costs:
    """Rates and costs, in seconds.

    Attributes
    ----------
    rate : float
        Positions per second of a worker.
    spread : float
        Standard deviation of the logarithm of the time of a shard.
    opening : float
        Until a worker has opened the run.
    client : float
        Work of the client for a shard: calls, verification.
    assembly : float
        Work of the client for a shard: tracks and sites.
    scheduler : float
        Work of the scheduler for a task.
    slow_share : float
        Share of the workers that have a quarter of the rate.
    losses : float
        Losses of a worker per hour.
    replacement : float
        Until a lost worker is replaced.
    overtakes : bool
        Whether slow shards are scored a second time.
    """

    rate: float = 8_738.0
    spread: float = 0.05
    opening: float = 30.0
    client: float = 0.02
    assembly: float = 0.08
    scheduler: float = 0.0004
    slow_share: float = 0.0
    losses: float = 0.0
    replacement: float = 300.0
    overtakes: bool = True


@dataclass
class Outcome:
    """Result of a simulation, in seconds.

    Attributes
    ----------
    makespan : float
        Until the results are complete.
    scored : float
        Until the last shard is scored.
    work : float
        Work of all workers.
    wasted : float
        That of lost and overtaken shards.
    client : float
        Busy time of the client.
    scheduler : float
        Busy time of the scheduler.
    curve : list of float
        Times at which shards became finished.
    """

    makespan: float = 0.0
    scored: float = 0.0
    work: float = 0.0
    wasted: float = 0.0
    client: float = 0.0
    scheduler: float = 0.0
    curve: list[float] = field(default_factory=list)


class Simulation:
    """One run on a cluster.

    Parameters
    ----------
    sizes : sequence of int
        Positions of each shard.
    workers : int
        Number of workers.
    costs : Costs
        Rates and costs.
    """

    def __init__(self, sizes: Sequence[int], workers: int, costs: Costs):
        self._costs, self._random = costs, np.random.default_rng(workers)
        noise = self._random.lognormal(0.0, costs.spread, len(sizes))
        self._seconds = np.asarray(sizes) / costs.rate * noise
        self._speed = np.where(self._random.random(workers) < costs.slow_share, 0.25, 1.0)
        self._queues: list[list[int]] = [[] for _ in range(workers)]
        self._start = [0.0] * workers
        self._generation = [0] * workers
        self._waiting = list(range(len(sizes)))
        self._begun: dict[int, float] = {}
        self._copies: Counter[int] = Counter()
        self._finished = np.full(len(sizes), np.nan)
        self._left = len(sizes)
        self._median = float(np.median(self._seconds))
        self._events: list[tuple[float, int, str, int, int]] = []
        self._ties = count()
        self._free = {"client": 0.0, "scheduler": 0.0}
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Simulate all events."""
        for worker in range(len(self._queues)):
            self._post(self._costs.opening * self._random.uniform(0.8, 1.2), "join", worker)
        while self._left:
            now, _, kind, worker, generation = heapq.heappop(self._events)
            if generation == self._generation[worker]:
                getattr(self, f"_{kind}")(now, worker)
        outcome = self.outcome
        outcome.curve = sorted(self._finished.tolist())
        outcome.scored = outcome.curve[-1]
        end = 0.0
        for time in self._finished.tolist():  # the client assembles in order
            end = max(end, time) + self._costs.assembly
        outcome.makespan = end
        outcome.client += self._costs.assembly * len(self._finished)
        return outcome

    def _post(self, time: float, kind: str, worker: int) -> None:
        heapq.heappush(self._events, (time, next(self._ties), kind, worker, self._generation[worker]))

    def _serve(self, server: str, now: float, seconds: float) -> float:
        """Let a server that does one thing at a time work; return when it has done so."""
        self._free[server] = max(self._free[server], now) + seconds
        setattr(self.outcome, server, getattr(self.outcome, server) + seconds)
        return self._free[server]

    def _join(self, now: float, worker: int) -> None:
        """Let a worker begin."""
        if self._costs.losses:
            self._post(now + self._random.exponential(3600 / self._costs.losses), "lose", worker)
        self._fill(now, worker)

    def _fill(self, now: float, worker: int) -> None:
        """Give a worker shards until it has two."""
        queue = self._queues[worker]
        while len(queue) < _FLIGHTS and (shard := self._choose(now, worker)) is not None:
            self._copies[shard] += 1
            self._begun.setdefault(shard, now)
            queue.append(shard)
            if len(queue) == 1:
                self._begin(self._serve("scheduler", now, self._costs.scheduler), worker)
        if not queue and self._left:
            self._post(now + 1.0, "fill", worker)

    def _choose(self, now: float, worker: int) -> int | None:
        """Choose a shard as the client does."""
        if self._queues[worker] and len(self._waiting) <= len(self._queues):
            return None
        if self._waiting:
            return heapq.heappop(self._waiting)
        if self._queues[worker] or not self._costs.overtakes:
            return None
        limit = now - _SLOW * self._median
        slow = [shard for shard, start in self._begun.items() if start < limit and self._copies[shard] == 1]
        return min(slow, key=lambda shard: self._begun[shard], default=None)

    def _begin(self, now: float, worker: int) -> None:
        shard = self._queues[worker][0]
        self._start[worker] = now
        self._post(now + self._seconds[shard] / self._speed[worker], "end", worker)

    def _end(self, now: float, worker: int) -> None:
        """Take the result of a worker."""
        queue = self._queues[worker]
        shard, seconds = queue.pop(0), now - self._start[worker]
        self.outcome.work += seconds
        if np.isnan(self._finished[shard]):
            self._finished[shard] = now
            self._left -= 1
            self._begun.pop(shard)
            for other in range(len(self._queues)) if self._copies[shard] > 1 else ():
                self._cancel(now, other, shard)
        else:
            self.outcome.wasted += seconds
        if queue:
            self._begin(now, worker)
        self._post(self._serve("client", now, self._costs.client), "fill", worker)

    def _cancel(self, now: float, worker: int, shard: int) -> None:
        """Cancel the second copy of a shard."""
        queue = self._queues[worker]
        if shard not in queue:
            return
        if queue[0] == shard:
            self.outcome.wasted += now - self._start[worker]
            self.outcome.work += now - self._start[worker]
            self._generation[worker] += 1
            queue.pop(0)
            if queue:
                self._begin(now, worker)
            self._post(now, "fill", worker)
        else:
            queue.remove(shard)

    def _lose(self, now: float, worker: int) -> None:
        """Lose a worker with its shards, and replace it later."""
        self._generation[worker] += 1
        queue = self._queues[worker]
        if queue:
            self.outcome.wasted += now - self._start[worker]
            self.outcome.work += now - self._start[worker]
        for shard in queue:
            self._copies[shard] -= 1
            if np.isnan(self._finished[shard]) and not self._copies[shard]:
                self._begun.pop(shard, None)
                heapq.heappush(self._waiting, shard)
        queue.clear()
        self._post(now + self._costs.replacement + self._costs.opening, "join", worker)


def list_sizes(gtf: Path | None) -> list[int]:
    """List the positions of the shards of hg38, or of an annotation on it."""
    lengths = read_lengths("hg38")
    assert lengths is not None
    transcripts = None if gtf is None else read_annotation(gtf).transcripts
    shards: list[Shard] = list_shards(cut_chunks(plan_loci(lengths, transcripts)))
    return [shard.positions for shard in shards]


def print_workers(title: str, sizes: Sequence[int], costs: Costs) -> list[Outcome]:
    """Print a table of makespans by the number of workers; return the outcomes."""
    print(f"\n{title}: {len(sizes):,} shards, {sum(sizes):,} positions\n")
    print("| workers | scored after | complete after | busy workers | client busy | scheduler busy |")
    print("|---|---|---|---|---|---|")
    outcomes = []
    for workers in _WORKERS:
        outcome = Simulation(sizes, workers, costs).run()
        outcomes.append(outcome)
        busy = outcome.work / (workers * outcome.scored)
        print(
            f"| {workers:,} | {outcome.scored / 60:,.1f} min | {outcome.makespan / 60:,.1f} min | {busy:.0%} | "
            f"{outcome.client / outcome.makespan:.1%} | {outcome.scheduler / outcome.scored:.2%} |"
        )
    return outcomes


def print_troubles(sizes: Sequence[int], costs: Costs) -> dict[str, Outcome]:
    """Print a table of 1,000 workers with slow and lost ones; return the outcomes by their names."""
    cases = {
        "all alike": costs,
        "1 % at a quarter of the rate": replace(costs, slow_share=0.01),
        "the same, slow shards not scored twice": replace(costs, slow_share=0.01, overtakes=False),
        "each lost once in 10 h": replace(costs, losses=0.1),
        "each lost once per hour": replace(costs, losses=1.0),
    }
    print("\n| 1,000 workers | scored after | last shard after the median one | work that was lost |")
    print("|---|---|---|---|")
    outcomes = {}
    for name, case in cases.items():
        outcome = outcomes[name] = Simulation(sizes, 1000, case).run()
        tail = outcome.scored - outcome.curve[len(outcome.curve) // 2]
        print(f"| {name} | {outcome.scored / 60:.1f} min | {tail / 60:.1f} min | {outcome.wasted / outcome.work:.1%} |")
    return outcomes


def draw(outcomes: dict[str, Outcome], path: Path) -> None:
    """Draw the share of finished shards over time."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    for name, outcome in outcomes.items():
        shares = np.arange(1, len(outcome.curve) + 1) / len(outcome.curve) * 100
        axes.plot(np.asarray(outcome.curve) / 60, shares, label=name, linewidth=1.5)
    axes.set_xlabel("minutes since the start")
    axes.set_ylabel("finished shards (%)")
    axes.set_title("1,000 simulated workers")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120, metadata={"Software": None})


def main() -> None:
    """Simulate with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gtf", type=Path, help="annotation whose transcribed stretches are scored")
    parser.add_argument("--rate", type=float, default=Costs.rate, help="positions per second of a worker")
    parser.add_argument("--opening", type=float, default=Costs.opening, help="seconds until a worker is ready")
    parser.add_argument("--client", type=float, default=Costs.client, help="seconds of the client per shard")
    parser.add_argument("--assembly", type=float, default=Costs.assembly, help="seconds to assemble a shard")
    parser.add_argument("--scheduler", type=float, default=Costs.scheduler, help="seconds of the scheduler per task")
    parser.add_argument("--picture", type=Path, help="file of the picture")
    options = parser.parse_args()
    costs = Costs(
        rate=options.rate,
        opening=options.opening,
        client=options.client,
        assembly=options.assembly,
        scheduler=options.scheduler,
    )
    sizes = list_sizes(options.gtf)
    print_workers("hg38" if options.gtf is None else f"hg38, {options.gtf.name}", sizes, costs)
    outcomes = print_troubles(sizes, costs)
    if options.picture is not None:
        draw(outcomes, options.picture)


if __name__ == "__main__":
    main()
