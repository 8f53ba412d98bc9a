"""A TURN client for tests of our relay, over UDP, TCP or TLS: one allocation, what it may reach, and what comes in."""

import ipaddress
import secrets
import socket
from types import TracebackType
from typing import Self

from incamera.cli.relay_socket import RelaySocket
from incamera.cli.stun import Answer, Attribute, Method, emit_request, long_term_key, parse_answer, xor_address
from incamera.cli.turn_url import parse_turn_url

_COOKIE = bytes.fromhex("2112A442")
_OVER_UDP = b"\x11\x00\x00\x00"
_SEND, _DATA, _DATA_AS_ANSWER, _DATA_ATTRIBUTE = b"\x00\x16", b"\x00\x17", b"\x01\x07", 0x0013


class TurnClient:
    """Blocking, so to be used on a thread. Each request returns the error code of its answer, 0 for a success."""

    def __init__(self, url: str, username: str, credential: str) -> None:
        self._exchange = RelaySocket(parse_turn_url(url))
        self._username, self._credential = username, credential
        self._signed: list[tuple[Attribute, bytes]] = []
        self._key: bytes | None = None
        self.relayed: tuple[str, int] = ("", 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._exchange.__exit__(kind, error, traceback)

    def allocate(self) -> int:
        asked = (Attribute.REQUESTED_TRANSPORT, _OVER_UDP)
        challenge, _ = self._ask(Method.ALLOCATE, asked)
        realm, nonce = challenge.attributes[Attribute.REALM], challenge.attributes[Attribute.NONCE]
        self._key = long_term_key(self._username, realm.decode(), self._credential)
        self._signed = [(Attribute.USERNAME, self._username.encode()), (Attribute.REALM, realm), (Attribute.NONCE, nonce)]
        answer, transaction_id = self._ask(Method.ALLOCATE, asked)
        if not answer.error:
            assert answer.is_signed_by(self._key)
            self.relayed = _address(answer.attributes[Attribute.XOR_RELAYED_ADDRESS], transaction_id)
        return answer.error

    def refresh(self) -> int:
        return self._ask(Method.REFRESH)[0].error

    def release(self) -> int:
        return self._ask(Method.REFRESH, (Attribute.LIFETIME, bytes(4)))[0].error

    def permit(self, peer: tuple[str, int]) -> int:
        transaction_id = secrets.token_bytes(12)
        asked = (Attribute.XOR_PEER_ADDRESS, _xored(peer, transaction_id))
        return self._ask(Method.CREATE_PERMISSION, asked, transaction_id=transaction_id)[0].error

    def send(self, peer: tuple[str, int], data: bytes) -> None:
        """A Send indication; nothing answers it."""
        transaction_id = secrets.token_bytes(12)
        body = _attribute(Attribute.XOR_PEER_ADDRESS, _xored(peer, transaction_id)) + _attribute(_DATA_ATTRIBUTE, data)
        self._raw.send(_SEND + len(body).to_bytes(2, "big") + _COOKIE + transaction_id + body)

    def receive(self, within_s: float) -> bytes | None:
        """The data of the next Data indication over UDP; None when nothing comes."""
        self._raw.settimeout(within_s)
        try:
            message = self._raw.recv(2_048)
        except TimeoutError:
            return None
        assert message[:2] == _DATA
        # An indication has the form of an answer but for its class.
        return parse_answer(_DATA_AS_ANSWER + message[2:], message[8:20]).attributes[_DATA_ATTRIBUTE]

    @property
    def _raw(self) -> socket.socket:
        return self._exchange._socket

    def _ask(self, method: Method, *asked: tuple[Attribute, bytes], transaction_id: bytes | None = None) -> tuple[Answer, bytes]:
        transaction_id = transaction_id or secrets.token_bytes(12)
        request = emit_request(method, transaction_id, [*asked, *self._signed], self._key)
        return parse_answer(self._exchange.ask(request), transaction_id), transaction_id


def _xored(peer: tuple[str, int], transaction_id: bytes) -> bytes:
    return xor_address(ipaddress.ip_address(peer[0]), peer[1], transaction_id)


def _address(value: bytes, transaction_id: bytes) -> tuple[str, int]:
    packed = bytes(one ^ other for one, other in zip(value[4:], _COOKIE + transaction_id, strict=False))
    return str(ipaddress.ip_address(packed)), int.from_bytes(value[2:4], "big") ^ int.from_bytes(_COOKIE[:2], "big")


def _attribute(kind: int, value: bytes) -> bytes:
    return int(kind).to_bytes(2, "big") + len(value).to_bytes(2, "big") + value + bytes(-len(value) % 4)
