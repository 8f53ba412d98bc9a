"""What members parse: everything that was made is read back, every altered byte is refused, and no bytes at all get past a parser but by a code."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incamera.e2ee.credential import LeafBinding, make_credential, verify_credential
from incamera.e2ee.device import DeviceKeys
from incamera.e2ee.envelope import ENVELOPE_BYTES_MAX, Kind, open_envelope, seal
from incamera.e2ee.heartbeat import open_heartbeat
from incamera.e2ee.labels import sha256
from incamera.e2ee.link import Invite, emit_link, parse_link
from incamera.e2ee.names import is_name, normalise_name
from incamera.e2ee.note import open_note
from incamera.e2ee.padding import BUCKET_BYTES, PAYLOAD_BYTES_MAX, pad, unpad
from incamera.e2ee.policy import Policy, sign_policy, verify_policy
from incamera.e2ee.sframe.header import emit_header, parse_header
from incamera.e2ee.signed_blob import open_blob, sign_blob
from incamera.errors import IncameraError, IntegrityError, LocalError, RemoteError

KEY, ROOM, GROUP, LEAF, ADMIT = (bytes([byte]) * size for byte, size in ((1, 32), (2, 16), (3, 32), (4, 32), (5, 32)))
DEVICE = DeviceKeys.from_seeds(b"d" * 32, b"c" * 32)
BINDING = LeafBinding(ROOM, GROUP, LEAF)
HOST_SEED = b"h" * 32
POLICY = sign_policy(Policy("AgICAgICAgICAgICAgICAg", "direct", 2, 1_800_000_000), HOST_SEED)
HOST_KEY_HASH = sha256(POLICY[-96:-64])
CREDENTIAL = make_credential(BINDING, "Alice", 1_800_000_000, DEVICE, ADMIT)
SEALED = seal(KEY, ROOM, Kind.COMMIT, 7, b"a commit", b"n" * 12)
BLOB = sign_blob("heartbeat", b'{"v":1}', DEVICE)

PARSERS: dict[str, Callable[[bytes], object]] = {
    "envelope": lambda data: open_envelope(KEY, ROOM, Kind.COMMIT, 7, data),
    "policy": lambda data: verify_policy(data, ROOM, HOST_KEY_HASH),
    "credential": lambda data: verify_credential(data, BINDING, ADMIT),
    "signed blob": lambda data: open_blob("heartbeat", data),
}
MADE = {"envelope": SEALED, "policy": POLICY, "credential": CREDENTIAL, "signed blob": BLOB}
OTHERS: dict[str, Callable[[bytes], object]] = {"heartbeat": open_heartbeat, "note": open_note, "padding": unpad, "SFrame header": parse_header}

octets = st.binary(max_size=300)
keys = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("what", MADE)
def test_what_was_made_is_taken(what: str) -> None:
    PARSERS[what](MADE[what])


@pytest.mark.parametrize("what", MADE)
def test_no_bit_can_be_changed_and_nothing_added_or_taken_away(what: str) -> None:
    made = MADE[what]
    altered = [made[:at] + bytes([made[at] ^ 1 << bit]) + made[at + 1 :] for at in range(len(made)) for bit in (0, 7)]
    for data in (*altered, made + b"\0", made[:-1], made[1:], b""):
        with pytest.raises(IntegrityError):
            PARSERS[what](data)


@pytest.mark.parametrize("what", [*PARSERS, *OTHERS])
@given(data=octets)
def test_no_bytes_get_past_a_parser_but_by_a_code(what: str, data: bytes) -> None:
    blame = "integrity"
    try:
        (PARSERS | OTHERS)[what](data)
    except IncameraError as error:
        blame = error.blame
    assert blame in ("integrity", "remote")


@given(plaintext=octets, kind=st.sampled_from(Kind), epoch=st.integers(0, 2**53 - 1), nonce=st.binary(min_size=12, max_size=12))
def test_an_envelope_opens_as_what_it_was_sealed_and_as_nothing_else(plaintext: bytes, kind: Kind, epoch: int, nonce: bytes) -> None:
    sealed = seal(KEY, ROOM, kind, epoch, plaintext, nonce)
    assert open_envelope(KEY, ROOM, kind, epoch, sealed) == plaintext
    other_kind = Kind(kind % len(Kind) + 1)
    for place in ((bytes(32), ROOM, kind, epoch), (KEY, bytes(16), kind, epoch), (KEY, ROOM, other_kind, epoch), (KEY, ROOM, kind, epoch + 1)):
        with pytest.raises(IntegrityError):
            open_envelope(*place, sealed)


def test_an_envelope_has_a_bound() -> None:
    largest = bytes(ENVELOPE_BYTES_MAX - 29)
    assert len(seal(KEY, ROOM, Kind.JOIN, 0, largest, bytes(12))) == ENVELOPE_BYTES_MAX
    for plaintext, nonce in ((largest + b"\0", bytes(12)), (b"", bytes(11))):
        with pytest.raises(ValueError, match="65,536"):
            seal(KEY, ROOM, Kind.JOIN, 0, plaintext, nonce)


@given(json=st.text(max_size=2_000).map(str.encode))
def test_padding_hides_the_size_in_steps_and_comes_off(json: bytes) -> None:
    padded = pad(json)
    assert unpad(padded) == json
    assert len(padded) % BUCKET_BYTES == 0
    assert len(padded) - len(json) < BUCKET_BYTES + 4
    for other in (padded + bytes(BUCKET_BYTES), padded[:-1], padded[:-1] + b"\1" if len(json) % BUCKET_BYTES < BUCKET_BYTES - 4 else b""):
        with pytest.raises(RemoteError):
            unpad(other)


def test_a_payload_has_a_bound() -> None:
    assert len(pad(b"x" * (PAYLOAD_BYTES_MAX - 4))) == PAYLOAD_BYTES_MAX
    with pytest.raises(ValueError, match="49,152"):
        pad(b"x" * (PAYLOAD_BYTES_MAX - 3))
    with pytest.raises(RemoteError, match=r"remote\.too-large"):
        unpad(bytes(PAYLOAD_BYTES_MAX + 256))


@given(room_id=st.binary(min_size=16, max_size=16), secret=keys, host=keys, seed=st.none() | keys)
def test_a_link_says_what_it_was_made_of(room_id: bytes, secret: bytes, host: bytes, seed: bytes | None) -> None:
    invite = Invite("https://calls.example.org", room_id, secret, host, seed)
    assert parse_link(emit_link(invite, for_host=seed is not None)) == invite
    assert "secret" not in repr(invite)
    assert "host_seed" not in repr(invite)


@given(st.one_of(st.text(max_size=300), st.text(max_size=200).map(lambda end: f"https://a.example/r/{'A' * 22}#v1.{end}")))
def test_no_text_is_a_link_but_a_link(text: str) -> None:
    code = again = ""
    try:
        invite = parse_link(text)
        again = emit_link(invite, for_host=invite.host_seed is not None)
    except LocalError as error:
        code = error.code
    assert code in ("local.link-malformed", "local.link-version") or again.endswith(text.partition("/r/")[2])


@given(kid=st.integers(0, 2**64 - 1), ctr=st.integers(0, 2**64 - 1), rest=st.binary(max_size=20))
def test_a_header_has_one_form_for_each_kid_and_counter(kid: int, ctr: int, rest: bytes) -> None:
    emitted = emit_header(kid, ctr)
    header = parse_header(emitted + rest)
    assert (header.kid, header.ctr, header.length) == (kid, ctr, len(emitted))


@given(data=st.binary(min_size=1, max_size=20))
def test_whatever_header_is_parsed_is_the_one_form(data: bytes) -> None:
    try:
        header = parse_header(data)
    except RemoteError:
        return
    assert emit_header(header.kid, header.ctr) == data[: header.length]


@given(st.text(max_size=80))
def test_a_name_that_is_shown_is_already_in_its_shown_form(typed: str) -> None:
    name = normalise_name(typed)
    if name is not None:
        assert is_name(name)
        assert normalise_name(name) == name
        assert 1 <= len(name) <= 64
        assert len(name.encode()) <= 128


@pytest.mark.parametrize("name", ["", " ", "a\u202eb", "a\u200bb", "a\nb", "a" * 65, "\U00010000" * 33, "ﬁ", " a"])
def test_a_name_that_would_deceive_is_no_name(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(ValueError, match="normalised"):
        make_credential(BINDING, name, 0, DEVICE, ADMIT)
