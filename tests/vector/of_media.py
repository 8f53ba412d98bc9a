"""Cases of spec/9-media.md and RFC 9605."""

from incamera.e2ee.sframe.cipher import seal_payload
from incamera.e2ee.sframe.clear_bytes import Codec
from incamera.e2ee.sframe.frame import seal_frame
from incamera.e2ee.sframe.header import emit_header
from incamera.e2ee.sframe.key_schedule import derive_base_key, derive_kid_keys
from incamera.e2ee.sframe.keyring import Keyring
from incamera.e2ee.sframe.kid import make_kid
from incamera.e2ee.sframe.replay_window import ReplayWindow
from tests.vector.material import Case, Made, flipped, take

EXPORTER, PSK = take("exporter", 32), take("psk", 32)
BASE_KEY = derive_base_key(EXPORTER, PSK)
BOUNDS = (
    0,
    7,
    8,
    0xFF,
    0x100,
    0xFFFF,
    0x1_0000,
    0xFF_FFFF,
    0x100_0000,
    2**32 - 1,
    2**32,
    2**40 - 1,
    2**40,
    2**53 - 1,
    2**53,
    2**56 - 1,
    2**56,
    2**64 - 1,
)
EPOCH, LEAF = 21, 5
VP8_KEY = b"\x10\x02\x00\x9d\x01\x2a\x80\x02\xe0\x01" + take("vp8 key", 60)
VP8_DELTA = b"\x31" + take("vp8 delta", 40)
OPUS = b"\x78" + take("opus", 79)


def headers() -> Made:
    """Every length of both numbers, and headers that are short or not minimal."""
    numbers = [(kid, ctr) for kid in BOUNDS for ctr in (0, 7, 8, 2**64 - 1)] + [(kid, ctr) for ctr in BOUNDS for kid in (0, 7, 0x101)]
    refused = {
        "empty": "",
        "KID missing": "80",
        "CTR missing": "08",
        "KID short": "90ff",
        "CTR short": "0fffffffffffffff",
        "KID below 8 in a byte": "8007",
        "CTR below 8 in a byte": "0807",
        "KID with a leading zero": "9000ff",
        "CTR with a leading zero": "0900ff",
    }
    good: list[Case] = [{"kid": str(kid), "ctr": str(ctr), "header": emit_header(kid, ctr)} for kid, ctr in dict.fromkeys(numbers)]
    return good, [{"header": header, "why": why} for why, header in refused.items()]


def payloads() -> Made:
    """Suite 5 below the level of frames, with KIDs and counters at their bounds."""
    inputs = [(0, 0, b""), (1, 7, b"x"), (2_133, 8, take("p", 33)), (32_767, 2**32, take("q", 300)), (2**64 - 1, 2**64 - 1, b"last")]
    cases: list[Case] = []
    for kid, ctr, plaintext in inputs:
        keys = derive_kid_keys(BASE_KEY, kid)
        sealed = seal_payload(keys, kid, ctr, b"\x01", plaintext)
        case: Case = {"base_key": BASE_KEY, "kid": str(kid), "ctr": str(ctr), "metadata": b"\x01", "plaintext": plaintext}
        cases.append(case | {"key": keys.key, "salt": keys.salt, "sealed": sealed})
    last = cases[2]
    wrong: dict[str, Case] = {
        "with a wrong tag": {"sealed": flipped(last["sealed"], -1)},
        "cut": {"sealed": last["sealed"][:-1]},
        "with a trailing byte": {"sealed": last["sealed"] + b"\x00"},
        "with a wrong KID": {"sealed": flipped(last["sealed"], 23)},
        "with a wrong CTR": {"sealed": flipped(last["sealed"], 31)},
        "shorter than a tag": {"sealed": last["sealed"][:18]},
        "with other metadata": {"metadata": b"\x02"},
        "under another base key": {"base_key": derive_base_key(EXPORTER, bytes(32))},
    }
    opening = {name: last[name] for name in ("base_key", "metadata", "sealed")}
    return cases, [opening | change | {"why": why} for why, change in wrong.items()]


def windows() -> Made:
    """Counters in the order of their arrival, all authenticated: which ones are taken."""
    sequences = [
        [0, 1, 2, 3],
        [5, 5, 4, 4, 5],
        [1_023, 0, 0, 1_024, 1, 0, 2_047, 1_024, 1_023],
        [0, 100_000, 98_977, 98_976, 99_000, 99_000],
        [2**53 - 1, 2**53 - 2, 2**53 - 1, 0],
    ]
    return [{"ctrs": ctrs, "accepted": _accepted(ctrs)} for ctrs in sequences], []


def media() -> Made:
    """Whole frames as a keyring seals them: the CTR is how many frames of that context went before."""
    good = [
        ("opus", 0, OPUS, 0),
        ("opus", 3, b"\x78", 2),
        ("vp8", 1, VP8_KEY, 0),
        ("vp8", 1, VP8_DELTA, 9),
        ("vp8", 2, VP8_KEY[:10], 0),
        ("vp8", 1, b"\x01", 1),
    ]
    sealing: Case = {"exporter_secret": EXPORTER, "psk": PSK, "epoch": EPOCH, "leaf_index": LEAF}
    cases: list[Case] = []
    for codec, context, frame, ctr in good:
        kid = make_kid(context, LEAF, EPOCH)
        made: Case = {"base_key": BASE_KEY, "kid": kid, "salt": derive_kid_keys(BASE_KEY, kid).salt, "wire": _sealed(context, codec, frame, ctr)}
        cases.append(sealing | {"context": context, "ctr": ctr, "codec": codec, "frame": frame} | made)
    return cases, [sealing | tile | {"wire": wire, "reason": reason, "why": why} for why, (tile, wire, reason) in _refused_frames().items()]


def _refused_frames() -> dict[str, tuple[Case, bytes, str]]:
    opus, video = _sealed(0, "opus", OPUS, 0), _sealed(1, "vp8", VP8_DELTA, 0)
    sound: Case = {"context": 0, "codec": "opus"}
    picture: Case = {"context": 1, "codec": "vp8"}
    beyond = seal_payload(derive_kid_keys(BASE_KEY, 32_768), 32_768, 0, b"\x01", OPUS)
    return {
        "nothing": (sound, b"", "empty"),
        "shorter than a tag": (sound, opus[:16], "short"),
        "a plain frame": (sound, OPUS, "wrong-leaf"),
        "a cut frame": (sound, opus[:-1], "tag"),
        "a trailing byte": (sound, opus + b"\x00", "tag"),
        "a bit turned in the tag": (sound, flipped(opus, -1), "tag"),
        "a bit turned in the picture": (picture, flipped(video, 200), "tag"),
        "a bit turned in the clear byte": (picture, flipped(video, 1), "tag"),
        "a CTR turned": (sound, flipped(opus, 0), "tag"),
        "another codec": (sound | {"codec": "vp8", "context": 0}, b"\x31" + opus, "tag"),
        "the sound of another member": (sound | {"leaf_index": 6}, opus, "wrong-leaf"),
        "the camera's frame as screen": (picture | {"context": 2}, video, "wrong-context"),
        "a KID of nobody": (sound, beyond, "unknown-kid"),
        "an epoch that is not here": (sound, _sealed(0, "opus", OPUS, 0, EPOCH + 1), "no-key"),
        "a header that is not minimal": (sound, b"\x80\x07" + opus[2:], "short"),
        "a key frame cut into its clear bytes": (picture, VP8_KEY[:9], "short"),
    }


def _accepted(ctrs: list[int]) -> list[bool]:
    window, accepted = ReplayWindow(), []
    for ctr in ctrs:
        accepted.append(window.is_fresh(ctr))
        if accepted[-1]:
            window.accept(ctr)
    return accepted


def _sealed(context: int, codec: str, frame: bytes, ctr: int, epoch: int = EPOCH) -> bytes:
    keyring = Keyring()
    keyring.add_epoch(epoch, EXPORTER, PSK, 0)
    keyring.send_under(epoch, LEAF)
    for _ in range(ctr):
        keyring.next_send_key(context)
    return seal_frame(keyring, context, Codec[codec.upper()], frame)
