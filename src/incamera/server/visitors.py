"""Who asks: the client's address, kept in memory only, for rates only."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers

from incamera.control.buckets import Bucket, full, take
from incamera.control.limits import ADDRESSES_REMEMBERED_MAX, Rate
from incamera.errors import RemoteError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Visitors:
    """Token buckets by purpose and address (IPv6 by /64). Bounds: 16,384 buckets; the least recently used goes first."""

    def __init__(self, trusted_proxies: tuple[str, ...], monotonic: Callable[[], float]) -> None:
        self._proxies = [ipaddress.ip_network(proxy) for proxy in trusted_proxies]
        self._monotonic = monotonic
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def spend(self, purpose: str, per_minute: int, address: str) -> None:
        """Raises: RemoteError remote.too-fast."""
        rate = Rate(per_minute / 60, per_minute)
        now = self._monotonic()
        key = (purpose, address)
        self._buckets[key], allowed = take(self._buckets.get(key) or full(rate, now), rate, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > ADDRESSES_REMEMBERED_MAX:
            self._buckets.popitem(last=False)
        if not allowed:
            raise RemoteError("remote.too-fast")

    def address(self, peer: str, headers: Headers) -> str:
        """The client's address: the peer's own, or, behind trusted proxies, the last X-Forwarded-For hop that is not one of them."""
        at = _parse(peer)
        hops = ",".join(headers.getlist("x-forwarded-for")).split(",")[-32:]
        while at is not None and self._is_proxy(at) and hops:
            at = _parse(hops.pop()) or at
        return _network(at)

    def _is_proxy(self, address: Address) -> bool:
        return any(address.version == proxy.version and address in proxy for proxy in self._proxies)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def _network(address: Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
