"""Every message of a client and every body of a request, with each field wrong in each way that its form allows; generated from the form itself."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from incamera.errors import RemoteError
from incamera.protocol import bodies, messages
from incamera.protocol.codec import parse_body, parse_client_message
from incamera.protocol.fields import PROTOCOL_VERSION

DEEP = json.loads("[" * 200 + "]" * 200)
ANYTHING: list[Any] = [None, True, False, 0, -1, 1.5, 2**53, 2**64, 1e308, "", "x", "\x00", "\ud800", [], [[]], {}, {"type": "join"}, DEEP]
REQUESTS = [*messages.ClientMessage.__args__, *bodies.REQUESTS]


def sample(form: inspect.Type) -> Any:
    """A value of this form."""
    match form:
        case inspect.StrType(min_length=least):
            return "A" * max(least or 0, 1)
        case inspect.IntType(ge=least):
            return least or 0
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.Metadata(type=inner):
            return sample(inner)
        case inspect.NoneType():
            return None
        case inspect.ListType(item_type=item):
            return [sample(item)]
        case inspect.UnionType(types=types):
            return sample(types[0])
        case inspect.StructType(fields=fields, tag=tag):
            made = {field.encode_name: sample(field.type) for field in fields}
            if "version" in made:
                made["version"] = PROTOCOL_VERSION
            return made if tag is None else {"type": tag, **made}
        case _:
            raise AssertionError(form)


def wrong(form: inspect.Type) -> Iterator[Any]:
    """Values that are not of this form."""
    match form:
        case inspect.Metadata(type=inner):
            yield from wrong(inner)
            return
        case _:
            pass
    yield from (value for value in ANYTHING if not fits(form, value))
    match form:
        case inspect.StrType(min_length=least, max_length=most):
            good = "A" * (most or 1)
            tries = (good + "A", good[:-1] + "\n", good[:-1] + "=", good[:-1] + "é", "A" * 1_000_000)
            yield from (value for value in tries if not fits(form, value))
            if least:
                yield good[: least - 1]
        case inspect.IntType(ge=least, le=most):
            yield from ((most or 0) + 1, (least or 0) - 1, str(least or 0), 1e400)
        case inspect.ListType(item_type=item, max_length=most):
            yield from ([value] for value in wrong(item))
            yield [sample(item)] * ((most or 0) + 1)
        case inspect.StructType():
            yield from (sample(form) | {field.encode_name: value} for field in form.fields for value in wrong(field.type))
        case inspect.UnionType(types=types):
            yield from (value for one in types for value in wrong(one) if not fits(form, value))
        case _:
            pass


def fits(form: inspect.Type, value: Any) -> bool:
    match form:
        case inspect.Metadata(type=inner):
            return fits(inner, value)
        case inspect.StrType(min_length=least, max_length=most, pattern=pattern):
            text = isinstance(value, str) and (least or 0) <= len(value) <= (most or 1 << 30)
            return text and (pattern is None or re.search(pattern, value) is not None)
        case inspect.IntType(ge=least, le=most):
            return isinstance(value, int) and not isinstance(value, bool) and (least or 0) <= value <= (most or 1 << 63)
        case inspect.LiteralType(values=values):
            return value in values
        case inspect.NoneType():
            return value is None
        case inspect.UnionType(types=types):
            return any(fits(one, value) for one in types)
        case inspect.ListType(item_type=item, max_length=most):
            return isinstance(value, list) and len(value) <= (most or 1 << 30) and all(fits(item, one) for one in value)
        case inspect.StructType(fields=fields):
            return isinstance(value, dict) and {field.encode_name for field in fields} == set(value)
        case _:
            return False


def faults(form: inspect.StructType) -> Iterator[tuple[str, Any]]:
    """A good message with one thing wrong, everywhere."""
    good = sample(form)
    yield "a field more", {**good, "extra": 1}
    yield "a deep field more", {**good, "extra": DEEP}
    for field in form.fields:
        name = field.encode_name
        if field.required:
            yield f"{name} missing", {key: value for key, value in good.items() if key != name}
        kinds = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
        for value in wrong(field.type):
            yield f"{name} is {value!r:.40}", {**good, name: value}
        for kind in kinds:
            if isinstance(kind, inspect.StructType):
                yield from ((f"{name}: {what}", {**good, name: inner}) for what, inner in faults(kind))


def text_of(value: Any) -> bytes:
    return json.dumps(value).replace("Infinity", "1e999").encode()


def refusal_of(parse: Callable[[bytes], object], data: bytes) -> str:
    try:
        return f"taken: {parse(data)!r:.100}"
    except RemoteError as error:
        return error.code


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda one: one.__name__)
def test_whatever_is_wrong_is_refused_by_a_code(request_type: type[msgspec.Struct]) -> None:
    form = inspect.type_info(request_type)
    assert isinstance(form, inspect.StructType)

    def parse(data: bytes) -> object:
        return parse_client_message(data) if form.tag is not None else parse_body(data, request_type)

    assert isinstance(parse(text_of(sample(form))), request_type)
    tried = 0
    for what, value in faults(form):
        assert refusal_of(parse, text_of(value)) in {"remote.malformed", "remote.too-large"}, what
        tried += 1
    assert tried >= 2


def test_every_form_is_tried() -> None:
    assert {one.__name__ for one in REQUESTS} >= {"Join", "Append", "Relay", "Ping", "Bye", "CreateRoomRequest", "GrantRequest"}


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"null", b"[]", b"7", b'"join"', b"[" * 100_000, b'{"a":' * 50_000, b'{"type":"join"}{}'])
def test_what_is_no_json_or_no_object_is_malformed(data: bytes) -> None:
    for parse in (parse_client_message, lambda one: parse_body(one, bodies.GrantRequest)):
        with pytest.raises(RemoteError) as raised:
            parse(data)
        assert raised.value.code == "remote.malformed"
