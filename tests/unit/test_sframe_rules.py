"""Media keys and frames: counters that never come back, windows, the life of epochs, and nothing without a key."""

import pytest

from incamera.e2ee.sframe.clear_bytes import Codec
from incamera.e2ee.sframe.frame import FRAME_BYTES_MAX, FrameRefusedError, Tile, open_frame, seal_frame
from incamera.e2ee.sframe.key_schedule import derive_base_key, derive_kid_keys
from incamera.e2ee.sframe.keyring import EPOCH_LAG_MAX, OLD_EPOCH_MS, Keyring
from incamera.e2ee.sframe.kid import Context, make_kid, split_kid
from incamera.e2ee.sframe.replay_window import WINDOW, ReplayWindow

PSK = b"p" * 32
CAMERA = Tile(1, Context.CAMERA)
KEY_FRAME, DELTA = bytes([0x10]) + bytes(range(40)), bytes([0x11]) + bytes(range(40))


def secret(epoch: int) -> bytes:
    return bytes([epoch % 251]) * 32


def ring(*epochs: int, leaf_index: int = 1) -> Keyring:
    keyring = Keyring()
    for epoch in epochs:
        keyring.add_epoch(epoch, secret(epoch), PSK, 0.0)
    if epochs:
        keyring.send_under(epochs[-1], leaf_index)
    return keyring


def refusal(keyring: Keyring, tile: Tile, wire: bytes, codec: Codec = Codec.VP8, now_ms: float = 0.0) -> str:
    with pytest.raises(FrameRefusedError) as raised:
        open_frame(keyring, tile, codec, wire, now_ms)
    return raised.value.reason


@pytest.mark.parametrize("frame", [KEY_FRAME, DELTA])
def test_a_frame_opens_once_on_its_own_tile_and_nowhere_else(frame: bytes) -> None:
    alice, bob = ring(0), ring(0, leaf_index=2)
    wire = seal_frame(alice, Context.CAMERA, Codec.VP8, frame)
    assert refusal(bob, Tile(2, Context.CAMERA), wire) == "wrong-leaf"
    assert refusal(bob, Tile(1, Context.SCREEN), wire) == "wrong-context"
    assert open_frame(bob, CAMERA, Codec.VP8, wire, 0.0) == frame
    assert refusal(bob, CAMERA, wire) == "replay"


def test_what_must_stay_readable_stays_so_and_is_authenticated() -> None:
    wire = seal_frame(ring(0), Context.CAMERA, Codec.VP8, KEY_FRAME)
    assert wire[:10] == KEY_FRAME[:10]
    assert KEY_FRAME[10:30] not in wire
    assert refusal(ring(0), CAMERA, wire[:5] + bytes([wire[5] ^ 1]) + wire[6:]) == "tag"
    opus = seal_frame(ring(0), Context.MICROPHONE, Codec.OPUS, b"sound" * 20)
    assert b"sound" not in opus
    assert refusal(ring(0), Tile(1, Context.MICROPHONE), opus, Codec.VP9) == "tag"


def test_an_altered_frame_is_refused_and_does_not_move_the_window() -> None:
    alice, bob = ring(0), ring(0)
    frames = [seal_frame(alice, Context.CAMERA, Codec.VP8, DELTA) for _ in range(3)]
    for at in range(len(frames[2])):
        altered = frames[2][:at] + bytes([frames[2][at] ^ 4]) + frames[2][at + 1 :]
        assert refusal(bob, CAMERA, altered) in ("tag", "short", "unknown-kid", "wrong-leaf", "wrong-context", "no-key")
    for wire in frames:
        assert open_frame(bob, CAMERA, Codec.VP8, wire, 0.0) == DELTA


@pytest.mark.parametrize(
    "wire", [b"", b"\x11", bytes([0x11]) + bytes(16), DELTA, KEY_FRAME, bytes([0x10]) * 9, bytes([0x11]) + bytes(FRAME_BYTES_MAX)]
)
def test_what_was_never_sealed_is_never_shown(wire: bytes) -> None:
    assert refusal(ring(0), CAMERA, wire) in ("empty", "short", "wrong-leaf", "wrong-context", "tag", "no-key", "unknown-kid")


def test_without_a_key_nothing_is_sealed() -> None:
    for keyring in (Keyring(), ring()):
        with pytest.raises(FrameRefusedError, match="no-key"):
            seal_frame(keyring, Context.CAMERA, Codec.VP8, DELTA)
    cleared = ring(0)
    wire = seal_frame(cleared, Context.CAMERA, Codec.VP8, DELTA)
    cleared.clear()
    with pytest.raises(FrameRefusedError, match="no-key"):
        seal_frame(cleared, Context.CAMERA, Codec.VP8, DELTA)
    assert refusal(cleared, CAMERA, wire) == "no-key"


@pytest.mark.parametrize(("frame", "reason"), [(b"", "empty"), (bytes([0x10]) * 9, "codec")])
def test_a_frame_that_its_codec_can_not_make_is_not_sent(frame: bytes, reason: str) -> None:
    with pytest.raises(FrameRefusedError, match=reason):
        seal_frame(ring(0), Context.CAMERA, Codec.VP8, frame)


def test_counters_go_on_for_ever_within_an_epoch_and_each_stream_has_its_own() -> None:
    keyring = ring(0, 1)
    first = [keyring.next_send_key(Context.CAMERA) for _ in range(3)]
    keyring.send_under(0, 1)
    assert keyring.next_send_key(Context.CAMERA) is not None
    keyring.send_under(1, 1)
    again, microphone = keyring.next_send_key(Context.CAMERA), keyring.next_send_key(Context.MICROPHONE)
    assert [one.ctr for one in (*first, again, microphone) if one] == [0, 1, 2, 3, 0]
    assert keyring.sent_counters() == {make_kid(Context.CAMERA, 1, 1): 4, make_kid(Context.MICROPHONE, 1, 1): 1}


def test_an_epoch_never_begins_again() -> None:
    keyring = ring(3)
    for epoch in (3, 2):
        with pytest.raises(ValueError, match="forward"):
            keyring.add_epoch(epoch, secret(epoch), PSK, 0.0)
    with pytest.raises(ValueError, match="no key"):
        keyring.send_under(9, 1)


def test_the_old_epoch_can_be_heard_for_five_seconds_more() -> None:
    alice, bob = ring(0), ring(0)
    wires = [seal_frame(alice, Context.CAMERA, Codec.VP8, DELTA) for _ in range(2)]
    bob.add_epoch(1, secret(1), PSK, 1_000.0)
    assert open_frame(bob, CAMERA, Codec.VP8, wires[0], 1_000.0 + OLD_EPOCH_MS - 1) == DELTA
    assert refusal(bob, CAMERA, wires[1], now_ms=1_000.0 + OLD_EPOCH_MS) == "no-key"
    assert OLD_EPOCH_MS == 5_000


def test_eight_epochs_later_an_epoch_is_gone_for_good_though_its_bits_come_back() -> None:
    alice, bob = ring(0), ring(0)
    old = seal_frame(alice, Context.CAMERA, Codec.VP8, DELTA)
    for epoch in range(1, 17):
        bob.add_epoch(epoch, secret(epoch), PSK, 0.0)
        assert len(bob._epochs) <= EPOCH_LAG_MAX
    assert refusal(bob, CAMERA, old) == "tag", "epoch 16 has the same four bits and another key"


def test_media_keys_need_the_group_and_the_link_both() -> None:
    base = derive_base_key(b"e" * 32, PSK)
    assert len({base, derive_base_key(b"f" * 32, PSK), derive_base_key(b"e" * 32, b"q" * 32)}) == 3
    assert len({derive_kid_keys(base, kid).key for kid in range(200)}) == 200
    assert repr(derive_kid_keys(base, 1)) == "KidKeys()"


def test_a_kid_names_stream_leaf_and_epoch() -> None:
    for context in range(16):
        for leaf_index in (0, 1, 127):
            parts = split_kid(make_kid(context, leaf_index, 35))
            assert parts is not None
            assert (parts.context, parts.leaf_index, parts.epoch_bits) == (context, leaf_index, 3)
    assert split_kid(16 << 11) is None
    for context, leaf_index, epoch in ((16, 0, 0), (0, 128, 0), (-1, 0, 0), (0, 0, -1)):
        with pytest.raises(ValueError, match="4 bits"):
            make_kid(context, leaf_index, epoch)


def test_a_window_takes_each_counter_once_and_none_that_is_too_old() -> None:
    window = ReplayWindow()
    for ctr in (0, 5, 3, 5_000, 5_000 - WINDOW + 1):
        assert window.is_fresh(ctr)
        window.accept(ctr)
        assert not window.is_fresh(ctr)
    assert not window.is_fresh(5_000 - WINDOW)
    assert not window.is_fresh(4)
    assert window.is_fresh(4_999)
    assert (WINDOW, window.highest) == (1_024, 5_000)
