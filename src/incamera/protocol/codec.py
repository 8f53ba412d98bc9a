"""From bytes to messages and back. Everything that comes in is bounded before it is read and checked while it is read."""

import re
from typing import TypeVar

import msgspec

from incamera.errors import RemoteError
from incamera.protocol.fields import PROTOCOL_VERSION
from incamera.protocol.messages import ClientMessage, Join, ServerMessage

_client_message = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()

_PASSED_BOUND = re.compile(r"of length <= (\d+)")
_BODY_BOUND_MIN = 4_096

Body = TypeVar("Body", bound=msgspec.Struct)


def parse_client_message(text: str | bytes) -> ClientMessage:
    """One message of a client. Trust: anybody.

    Raises: RemoteError remote.malformed, remote.too-large, remote.version.
    """
    try:
        message: ClientMessage = _client_message.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise refusal(error) from None
    if isinstance(message, Join) and message.version != PROTOCOL_VERSION:
        raise RemoteError("remote.version")
    return message


def parse_body(data: bytes, body: type[Body]) -> Body:
    """The body of an HTTP request. Trust: anybody.

    Raises: RemoteError remote.malformed, remote.too-large.
    """
    try:
        return msgspec.json.decode(data, type=body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise refusal(error) from None


def refusal(error: Exception) -> RemoteError:
    """What to answer: msgspec names the field and the rule. An over-long body is too large, an over-long id is malformed."""
    if isinstance(error, msgspec.ValidationError):
        passed = _PASSED_BOUND.search(str(error))
        is_body = passed is not None and int(passed[1]) >= _BODY_BOUND_MIN
        return RemoteError("remote.too-large" if is_body else "remote.malformed", str(error)[:300])
    return RemoteError("remote.malformed", "It is not JSON.")


def emit(message: ServerMessage) -> str:
    """One message to a client."""
    return _encoder.encode(message).decode()


def emit_body(body: msgspec.Struct) -> bytes:
    """The body of an HTTP answer."""
    return _encoder.encode(body)
