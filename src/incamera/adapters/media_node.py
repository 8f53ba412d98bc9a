"""The media node: a TURN relay and an SFU inside this process, on threads of their own that never take the GIL.

Settings and commands go in, events and numbers come out; no packet ever passes through Python.

    node = MediaNode(NodeSettings(listen=[Listen("udp", "127.0.0.1", 3478)], secrets=[secret], relay_addresses=["127.0.0.1"]))
    await node.start(on_event)
    node.admit("participant", room=7)        # from now on its credentials work, for this room only
    node.evict("participant", until_s=…)     # its allocations end within a tick
    answer = await node.sfu_offer(7, "participant", leg_id, offer)
    await node.stop()
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from incamera._native import node as _node
from incamera.errors import IntegrityError, LocalError, RemoteError, UnavailableError

Transport = Literal["udp", "tcp", "tls"]
Reason = Literal["released", "expired", "evicted", "closed"]
SfuReason = Literal["closed", "replaced", "lost", "failed", "panicked"]
_START_ERRORS = {"port-taken": "local.port-taken", "settings": "local.settings"}


class Listen(NamedTuple):
    """One address to listen on, on every thread. Port 0 takes a free one."""

    transport: Transport
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """What the operator decides. Nothing here turns a defence off; bounds are in crates/node and crates/turn, `limits`."""

    listen: list[Listen]
    # One to four, newest first, of 16 bytes or more.
    secrets: list[bytes] = field(repr=False)
    # At most one per family: what clients and peers see. Behind NAT it is not an address of this machine.
    relay_addresses: list[str]
    # With public peers, the addresses to bind instead of those, at most one per family.
    relay_bind_addresses: list[str] = field(default_factory=list)
    # First and last port of relayed addresses. Nothing is bound there unless peers are public.
    relay_ports: tuple[int, int] = (49_152, 65_535)
    # False: a client reaches allocations of its room, and nothing else. True: public addresses too.
    public_peers: bool = False
    # Never peers. This machine's own addresses need not be named.
    own_addresses: list[str] = field(default_factory=list)
    # Never peers, each from first to last; a range need not be a prefix.
    denied_ranges: list[tuple[str, str]] = field(default_factory=list)
    realm: str = "incamera"
    tls_certificates_pem: bytes | None = None
    tls_private_key_pem: bytes | None = field(default=None, repr=False)
    # Threads; 0 for one per core that this process may use.
    shards: int = 0
    pin: bool = True
    gso: bool = True
    gro: bool = True
    lifetime_default_s: int = 600
    lifetime_max_s: int = 3_600
    allocations_max: int = 4_096
    allocations_per_user_max: int = 12
    bytes_per_second_per_user: int = 4_000_000
    challenges_per_second: int = 20
    # Where the SFU listens, udp and tcp; empty for no SFU.
    sfu_listen: list[Listen] = field(default_factory=list)
    # What clients see of it, at most one per family: the addresses of its candidates. Behind NAT they are not addresses of this machine.
    sfu_addresses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Allocated:
    """A user allocated."""

    user: str
    room: int | None
    transport: Transport


@dataclass(frozen=True, slots=True)
class Ended:
    """An allocation ended; bytes are payload that was passed on."""

    user: str
    room: int | None
    transport: Transport
    reason: Reason
    bytes_from_client: int
    bytes_to_client: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A thread's table of users was full: this one can not allocate there."""

    user: str


@dataclass(frozen=True, slots=True)
class Panicked:
    """Handling one packet failed by a mistake of ours; what it belonged to was ended, everything else goes on."""

    shard: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A thread ended though nobody asked it to. The node should be started anew."""

    shard: int


@dataclass(frozen=True, slots=True)
class SfuConnected:
    """A leg's DTLS is up: what it sends is forwarded from now on."""

    participant: str
    leg_id: str


@dataclass(frozen=True, slots=True)
class SfuSlots:
    """What each slot of a leg carries from now on, as (mid, publisher, context); a slot that is not named carries nothing."""

    participant: str
    leg_id: str
    slots: list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class SfuEnded:
    """A leg is gone. closed: by us, or the client said goodbye; replaced: by a newer leg; lost: silent for too long; failed: no DTLS came of it."""

    participant: str
    leg_id: str
    reason: SfuReason


class Wish(NamedTuple):
    """What one receive slot shall carry."""

    mid: str
    publisher: str
    # 0 microphone, 1 camera, 2 screen, 3 screen audio (spec/9).
    context: int
    # Pixels; the largest layer that is not higher is chosen. 0: no opinion.
    height_max: int


NodeEvent = Allocated | Ended | Refused | Panicked | Stopped | SfuConnected | SfuSlots | SfuEnded


class MediaNode:
    """One node. Made and used on the thread of one event loop."""

    def __init__(self, settings: NodeSettings) -> None:
        """Raises: LocalError local.settings for what is no address or no transport."""
        try:
            self._node = _node.Node(settings)
        except (ValueError, TypeError, OverflowError) as error:
            raise LocalError("local.settings", f"The relay: {error}.") from error
        self._watched: int | None = None

    async def start(self, on_event: Callable[[NodeEvent], None]) -> None:
        """Binds and starts the threads; `on_event` is called on the event loop.

        Raises: LocalError local.port-taken or local.settings; UnavailableError unavailable.relay when the machine has no resources for it.
        """
        try:
            await asyncio.to_thread(self._node.start)
        except _node.StartRefused as refused:
            kind, why = refused.args
            if kind in _START_ERRORS:
                raise LocalError(_START_ERRORS[kind], f"The relay: {why}.") from refused
            raise UnavailableError("unavailable.relay", f"The relay: {why}.") from refused
        self._watched = self._node.fileno()
        asyncio.get_running_loop().add_reader(self._watched, self._tell, on_event)

    async def stop(self) -> None:
        """Ends the threads and closes every socket. Harmless when it does not run."""
        if self._watched is not None:
            asyncio.get_running_loop().remove_reader(self._watched)
            self._watched = None
        await asyncio.to_thread(self._node.stop)

    def admit(self, user: str, room: int | None) -> None:
        """Lets a user (the username's part behind the expiry) allocate, and reach what is in `room`; without a room it reaches no allocation.

        Raises: UnavailableError unavailable.relay when too many commands wait, or the node does not run.
        """
        self._command(lambda: self._node.admit(user, room))

    def evict(self, user: str, until_s: int) -> None:
        """Ends a user's allocations. `until_s` (since 1970) is when the last credential it was given runs out. Raises: as `admit`."""
        self._command(lambda: self._node.evict(user, until_s))

    def set_secrets(self, secrets: list[bytes]) -> None:
        """Replaces the secrets, newest first. Raises: as `admit`; LocalError local.settings for none, too many or short ones."""
        self._command(lambda: self._node.set_secrets(secrets))

    def set_certificate(self, certificates_pem: bytes, private_key_pem: bytes) -> None:
        """Shows another certificate to new TLS connections. Raises: LocalError local.settings."""
        try:
            self._node.set_identity(certificates_pem, private_key_pem)
        except _node.StartRefused as refused:
            raise LocalError("local.settings", f"The relay: {refused.args[1]}.") from refused

    async def sfu_offer(self, room: int, participant: str, leg_id: str, sdp: str) -> str:
        """Opens a participant's leg and returns the SFU's answer; an older leg of the participant is ended. Trust: the client wrote `sdp`.

        Raises: RemoteError remote.malformed or integrity.sdp for the offer; UnavailableError unavailable.sfu: there is none, it is full or late.
        """
        try:
            return await asyncio.to_thread(self._node.sfu_offer, room, participant, leg_id, sdp)
        except _node.OfferRefused as refused:
            raise _offer_error(*refused.args) from refused
        except RuntimeError as error:
            raise UnavailableError("unavailable.sfu") from error

    def sfu_subscribe(self, room: int, participant: str, leg_id: str, wishes: list[Wish]) -> None:
        """Says what a leg wants in its slots, all of them: a slot that is not named becomes empty. A wish that cannot be is forgotten without a word.

        Raises: UnavailableError unavailable.sfu when there is none, or too many commands wait; RemoteError remote.malformed for too many wishes.
        """
        self._sfu_command(lambda: self._node.sfu_subscribe(room, participant, leg_id, wishes))

    def sfu_close(self, room: int, participant: str) -> None:
        """Ends the leg of a participant, if there is one. Raises: as `sfu_subscribe`."""
        self._sfu_command(lambda: self._node.sfu_close(room, participant))

    def sfu_listening(self) -> list[Listen]:
        """The SFU's listeners, with the ports that were taken for port 0. Raises: UnavailableError unavailable.sfu when it does not run."""
        try:
            return [Listen(_transport(transport), host, port) for transport, host, port in self._node.sfu_listening()]
        except RuntimeError as error:
            raise UnavailableError("unavailable.sfu") from error

    def counters(self) -> dict[str, int]:
        """Numbers since the start, by name; none of them says who. Raises: UnavailableError unavailable.relay when it does not run."""
        try:
            return self._node.counters()
        except RuntimeError as error:
            raise UnavailableError("unavailable.relay") from error

    def listening(self) -> list[Listen]:
        """The listeners, with the ports that were taken for port 0. Raises: UnavailableError unavailable.relay when it does not run."""
        try:
            return [Listen(_transport(transport), host, port) for transport, host, port in self._node.listening()]
        except RuntimeError as error:
            raise UnavailableError("unavailable.relay") from error

    def _command(self, command: Callable[[], None]) -> None:
        try:
            command()
        except _node.CommandRefused as refused:
            kind, why = refused.args
            if kind == "busy":
                raise UnavailableError("unavailable.relay", f"The relay: {why}.") from refused
            raise LocalError("local.settings", f"The relay: {why}.") from refused
        except RuntimeError as error:
            raise UnavailableError("unavailable.relay") from error

    def _sfu_command(self, command: Callable[[], None]) -> None:
        try:
            command()
        except _node.OfferRefused as refused:
            raise _offer_error(*refused.args) from refused
        except RuntimeError as error:
            raise UnavailableError("unavailable.sfu") from error

    def _tell(self, on_event: Callable[[NodeEvent], None]) -> None:
        for event in self._node.events():
            on_event(_typed(event))


def _offer_error(kind: str, why: str) -> RemoteError | IntegrityError | UnavailableError:
    match kind:
        case "malformed":
            return RemoteError("remote.malformed", f"The SFU: {why}.")
        case "integrity":
            return IntegrityError("integrity.sdp", f"The SFU: {why}.")
        case _:
            return UnavailableError("unavailable.sfu", f"The SFU: {why}.")


def _transport(name: str | None) -> Transport:
    match name:
        case "udp" | "tcp" | "tls":
            return name
        case _:
            raise ValueError(f"{name} is no transport")


def _typed(event: _node.NodeEvent) -> NodeEvent:
    match event.kind:
        case "allocated":
            return Allocated(event.user or "", event.room, _transport(event.transport))
        case "ended":
            reason: Reason
            match event.reason:
                case "released" | "expired" | "evicted" | "closed":
                    reason = event.reason
                case _:
                    raise ValueError(f"{event.reason} is no reason")
            return Ended(event.user or "", event.room, _transport(event.transport), reason, event.bytes_from_client, event.bytes_to_client)
        case "refused":
            return Refused(event.user or "")
        case "panicked":
            return Panicked(event.shard or 0)
        case "stopped":
            return Stopped(event.shard or 0)
        case "sfu-connected":
            return SfuConnected(event.user or "", event.leg_id or "")
        case "sfu-slots":
            return SfuSlots(event.user or "", event.leg_id or "", event.slots or [])
        case "sfu-ended":
            return SfuEnded(event.user or "", event.leg_id or "", _sfu_reason(event.reason))
        case _:
            raise ValueError(f"{event.kind} is no event")


def _sfu_reason(name: str | None) -> SfuReason:
    match name:
        case "closed" | "replaced" | "lost" | "failed" | "panicked":
            return name
        case _:
            raise ValueError(f"{name} is no reason")
