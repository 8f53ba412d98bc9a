"""Addresses at which no peer of a call lives: what a relay must never reach for a stranger.

Source: IANA special-purpose address registries (RFC 6890 and its updates), multicast, and every IPv6 form that hides an IPv4 address.
"""

import ipaddress

IPV4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carriers' shared addresses",
    "127.0.0.0/8": "this computer",
    "169.254.0.0/16": "link-local, clouds' metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relays, given up",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarks",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, broadcast",
}
IPV6 = {
    "::/8": "unspecified, this computer, IPv4-mapped, IPv4-compatible",
    "64:ff9b::/96": "NAT64: an IPv4 address inside",
    "64:ff9b:1::/48": "NAT64: an IPv4 address inside",
    "100::/64": "discard",
    "100:0:0:1::/64": "dummy prefix",
    "2001::/23": "protocol assignments, Teredo",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4: an IPv4 address inside",
    "2620:4f:8000::/48": "AS112",
    "3fff::/20": "documentation",
    "5f00::/16": "segment routing",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local, given up",
    "ff00::/8": "multicast",
}


def ranges() -> list[tuple[str, str, str]]:
    """First address, last address, and what it is; each a whole prefix, since older coturn compares other IPv6 ranges wrongly."""
    named = [(ipaddress.ip_network(prefix), what) for prefix, what in (IPV4 | IPV6).items()]
    return [(str(network[0]), str(network[-1]), what) for network, what in named]
