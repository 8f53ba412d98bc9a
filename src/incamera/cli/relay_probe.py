"""Asks a relay what a call would ask: a STUN binding, an allocation with real credentials; and what only an attacker would ask."""

import ipaddress
import secrets
from collections.abc import Sequence

from incamera.cli.relay_socket import RelaySocket
from incamera.cli.stun import Answer, Attribute, Method, emit_request, long_term_key, parse_answer, xor_address
from incamera.cli.turn_url import RelayAddress
from incamera.control.turn_credentials import TurnCredential
from incamera.errors import UnavailableError

_OVER_UDP = b"\x11\x00\x00\x00"
# What a relay must never reach for a stranger: the relay's own computer, and clouds' metadata.
_FORBIDDEN_PEERS = ("127.0.0.1", "169.254.169.254", "0.0.0.0")  # noqa: S104 - to be refused


def probe_binding(relay: RelayAddress) -> None:
    """Raises: UnavailableError unavailable.relay, RemoteError."""
    with RelaySocket(relay) as exchange:
        answer = _ask(exchange, Method.BINDING, [])
    if answer.error:
        raise UnavailableError("unavailable.relay", f"It refused a STUN binding with error {answer.error}.")


def probe_allocation(relay: RelayAddress, credential: TurnCredential) -> list[str]:
    """Allocates, and lets go. Returns those forbidden peers that the relay would have sent to; none when it knows us and serves nobody out of a room.

    Raises: UnavailableError unavailable.relay, RemoteError.
    """
    with RelaySocket(relay) as exchange:
        asked: list[tuple[Attribute, bytes]] = [(Attribute.REQUESTED_TRANSPORT, _OVER_UDP)]
        challenge = _ask(exchange, Method.ALLOCATE, asked)
        if not challenge.error:
            raise UnavailableError("unavailable.relay", "It relays for anybody, without credentials. Turn on its use-auth-secret.")
        realm, nonce = (challenge.attributes.get(kind, b"") for kind in (Attribute.REALM, Attribute.NONCE))
        if challenge.error != 401 or not realm or not nonce:
            raise UnavailableError("unavailable.relay", f"It refused an allocation with error {challenge.error}.")
        key = long_term_key(credential.username, realm.decode("utf-8", "replace"), credential.credential)
        signed = [(Attribute.USERNAME, credential.username.encode()), (Attribute.REALM, realm), (Attribute.NONCE, nonce)]
        answer = _ask(exchange, Method.ALLOCATE, asked + signed, key)
        if answer.error == 403 and answer.is_signed_by(key):
            return []
        if answer.error in (401, 403):
            raise UnavailableError(
                "unavailable.relay", "It does not take our credentials. Give it the secret of turn_secret, and compare both clocks."
            )
        if answer.error or Attribute.XOR_RELAYED_ADDRESS not in answer.attributes:
            raise UnavailableError("unavailable.relay", f"It refused an allocation with error {answer.error}.")
        if not answer.is_signed_by(key):
            raise UnavailableError("unavailable.relay", "It does not prove that it knows the secret. Something else may answer in its place.")
        reached = [peer for peer in _FORBIDDEN_PEERS if _would_send_to(exchange, peer, signed, key)]
        _ask(exchange, Method.REFRESH, [(Attribute.LIFETIME, bytes(4)), *signed], key)
        return reached


def _would_send_to(exchange: RelaySocket, peer: str, signed: Sequence[tuple[Attribute, bytes]], key: bytes) -> bool:
    transaction_id = secrets.token_bytes(12)
    address = xor_address(ipaddress.ip_address(peer), 9, transaction_id)
    request = emit_request(Method.CREATE_PERMISSION, transaction_id, [(Attribute.XOR_PEER_ADDRESS, address), *signed], key)
    return parse_answer(exchange.ask(request), transaction_id).error == 0


def _ask(exchange: RelaySocket, method: Method, attributes: Sequence[tuple[Attribute, bytes]], key: bytes | None = None) -> Answer:
    transaction_id = secrets.token_bytes(12)
    return parse_answer(exchange.ask(emit_request(method, transaction_id, attributes, key)), transaction_id)
