"""Every metric, asked of the server's own registry."""

import asyncio
from collections.abc import Sequence

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from scripts.reference.markdown import code, table

from incamera.adapters.media_node import Listen, MediaNode, NodeSettings
from incamera.server.metrics import Metrics

_SUFFIX = {"counter": "_total"}


def block() -> str:
    """One table. Labels are those of a metric that has counted once."""
    metrics = Metrics()
    metrics.watch(lambda: 0.0, lambda: 0.0)
    metrics.requests.labels("/", "200").inc()
    metrics.socket_closed("denied.grant")
    families = text_string_to_metric_families(metrics.render().decode())
    rows = [
        (code(family.name + _SUFFIX.get(family.type, "")), family.type, ", ".join(sorted(labels(family.samples))), family.documentation)
        for family in families
        if not family.name.endswith("_created")
    ]
    return table(("metric", "kind", "labels", "counts"), rows)


def relay_block() -> str:
    """One table of what a relay counts that has just started."""
    bare, metrics = Metrics(), Metrics()
    numbers = asyncio.run(_numbers())
    metrics.watch_node(lambda: numbers)
    families = text_string_to_metric_families(metrics.render().decode())
    others = {family.name for family in text_string_to_metric_families(bare.render().decode())}
    rows = [(code(family.name + _SUFFIX.get(family.type, "")), family.type) for family in families if family.name not in others]
    return table(("metric", "kind"), rows)


async def _numbers() -> dict[str, int]:
    node = MediaNode(NodeSettings(listen=[Listen("udp", "127.0.0.1", 0)], secrets=[bytes(16)], relay_addresses=["127.0.0.1"], shards=1))
    await node.start(lambda _event: None)
    try:
        return node.counters()
    finally:
        await node.stop()


def labels(samples: Sequence[Sample]) -> set[str]:
    """Names of labels, without the one by which a histogram tells its buckets apart."""
    return {name for sample in samples for name in sample.labels} - {"le"}
