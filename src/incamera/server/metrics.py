"""Prometheus metrics. No label holds an id, an address or anything that a client chose."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_BATCH_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0)


_NOW = frozenset({"allocations", "streams", "relay_sockets", "shards", "gso_shards", "sfu_legs", "sfu_tracks", "sfu_slots"})
"""Those of the node's numbers that can go down."""


class _NodeNumbers(Collector):
    def __init__(self, counters: Callable[[], dict[str, int]]) -> None:
        self._counters = counters

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead of time: the node may not run yet."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """One metric per number."""
        for name, value in self._counters().items():
            family = GaugeMetricFamily if name in _NOW else CounterMetricFamily
            is_sfu = name.startswith("sfu_")
            words = name.removeprefix("sfu_").replace("_", " ")
            yield family(f"incamera_{name}" if is_sfu else f"incamera_relay_{name}", f"{'SFU' if is_sfu else 'Relay'}: {words}", value)


class Metrics:
    """One registry per server, so that several can live in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("incamera_http_requests", "HTTP answers by route and status", ["route", "status"], registry=self._registry)
        self.problems = Counter("incamera_problems", "Refusals and failures by code", ["code"], registry=self._registry)
        self.entries = Counter("incamera_entries", "Log entries written", registry=self._registry)
        self.relays = Counter("incamera_relays", "Messages relayed without being stored", registry=self._registry)
        self.batch_seconds = Histogram("incamera_batch_seconds", "Time to write one batch", registry=self._registry, buckets=_BATCH_SECONDS)
        self._sockets = Gauge("incamera_sockets", "Joined sockets", registry=self._registry)
        self._rooms = Gauge("incamera_active_rooms", "Rooms with a joined socket", registry=self._registry)

    def watch(self, sockets: Callable[[], float], rooms: Callable[[], float]) -> None:
        """Reads the gauges when they are asked for."""
        self._sockets.set_function(sockets)
        self._rooms.set_function(rooms)

    def watch_node(self, counters: Callable[[], dict[str, int]]) -> None:
        """Adds the numbers of our own relay and SFU, read when they are asked for."""
        self._registry.register(_NodeNumbers(counters))

    def socket_closed(self, code: str) -> None:
        """A socket was closed by the server."""
        self.problems.labels(code).inc()

    def render(self) -> bytes:
        """The text of `/metrics`."""
        return generate_latest(self._registry)
