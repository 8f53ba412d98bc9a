"""A turnserver.conf that relays calls and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from incamera.cli.special_ranges import ranges


@dataclass(frozen=True, slots=True)
class RelayWish:
    """What the operator decides; `secrets` are shared with incamera, the newest first."""

    realm: str
    secrets: Sequence[str] = field(repr=False)
    cert: Path | None = None
    key: Path | None = None
    external_ip: str | None = None


_HEAD = """\
# coturn for incamera: /etc/turnserver.conf, readable by coturn's own user
# only (chmod 0640), since it holds the shared secret.
#
# WARNING: coturn before 4.9 has known gaps in its peer filter: an IPv4
# address written as IPv6 (such as ::ffff:127.0.0.1) passes denied-peer-ip
# (CVE-2026-27624). Use 4.9 or newer, or give coturn a network namespace or a
# firewall from which nothing private can be reached. See yours with:
# turnserver --version
"""

_AUTH = """\
# Credentials expire and name no account: incamera signs "expiry:participant"
# with this secret, coturn checks the signature. To change it, put the new
# secret first here and in INCAMERA_TURN_SECRET; drop the old one a day later.
use-auth-secret
{secrets}
realm={realm}
# A nonce is good for ten minutes, so that an overheard request can not be
# sent again for long.
stale-nonce=600
"""

_LISTEN = """\
# Where people reach it. UDP first; TCP and TLS are for networks that let
# nothing else out.
listening-port=3478
tls-listening-port=5349
min-port=49152
max-port=65535
# Behind NAT: the public address, and the private one after a slash. When that
# public or private address lies in a range below, allow exactly it with
# allowed-peer-ip=ADDRESS: two people on this relay meet at the relay's own
# address.
{external}
"""

_TLS = """\
# TLS and DTLS from 1.2 on. coturn 4.7 and newer knows no older ones and may
# call the two lines unknown; that is harmless.
no-tlsv1
no-tlsv1_1
cipher-list="ECDHE+AESGCM:ECDHE+CHACHA20"
{certificate}
"""

_BOUNDS = """\
# One participant needs a few allocations (one for each of its networks and
# each way to get here), and one call a few Mbit/s. max-bps is bytes per
# second and session, each direction: 10 Mbit/s.
user-quota=24
total-quota=1200
max-bps=1250000
max-allocate-lifetime=3600
"""

_QUIET = """\
# No doors but the relay itself: no telnet console, no TCP connections on
# behalf of strangers (RFC 6062), no lists kept in a database.
no-cli
no-tcp-relay
no-dynamic-ip-list
no-dynamic-realms
# Small answers to strangers, so that a forged sender gets no amplified flood,
# and no version for scanners.
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
no-software-attribute
# Tells STUN from other packets on the same port.
fingerprint
# coturn's log names the addresses of people. Nothing is kept; to look for a
# fault, set log-file=stdout for a while.
log-file=/dev/null
simple-log
no-stdout-log
"""

_PEERS = """\
# A relay sends for strangers. These ranges are this computer, its neighbours
# and what no peer has: without the list, anyone who joined a call could reach
# the network behind the relay.
no-multicast-peers
"""


def coturn_config(wish: RelayWish) -> str:
    """The whole file."""
    certificate = f"cert={wish.cert}\npkey={wish.key}" if wish.cert and wish.key else "# cert=/path/to/fullchain.pem\n# pkey=/path/to/key.pem"
    sections = (
        _HEAD,
        _AUTH.format(secrets="\n".join(f"static-auth-secret={secret}" for secret in wish.secrets), realm=wish.realm),
        _LISTEN.format(external=f"external-ip={wish.external_ip}" if wish.external_ip else "# external-ip=PUBLIC/PRIVATE"),
        _TLS.format(certificate=certificate),
        _BOUNDS,
        _QUIET,
        _PEERS + "\n".join(f"# {what}\ndenied-peer-ip={first}-{last}" for first, last, what in ranges()) + "\n",
    )
    return "\n".join(sections)
