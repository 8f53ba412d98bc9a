"""The media keys of one device: a base key per live epoch, keys per KID made when first needed, counters, replay windows.

Nothing here is ever persisted. Bounds: at most 8 epochs; the KIDs of an epoch are bounded by 16 contexts and 128 leaves.
"""

import math
from dataclasses import dataclass, field

from incamera.e2ee.sframe.key_schedule import KidKeys, derive_base_key, derive_kid_keys
from incamera.e2ee.sframe.kid import EPOCHS, make_kid
from incamera.e2ee.sframe.replay_window import ReplayWindow

OLD_EPOCH_MS = 5_000
EPOCH_LAG_MAX = 8


@dataclass(slots=True)
class _Epoch:
    epoch: int
    base_key: bytes = field(repr=False)
    ends_at_ms: float = math.inf
    keys: dict[int, KidKeys] = field(default_factory=dict, repr=False)
    windows: dict[int, ReplayWindow] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendKey:
    """Key and counter of exactly one frame."""

    kid: int
    keys: KidKeys
    ctr: int


@dataclass(frozen=True, slots=True)
class ReceiveKey:
    """Key and window of one KID."""

    keys: KidKeys
    window: ReplayWindow


class Keyring:
    """Times in milliseconds, from the caller's clock."""

    def __init__(self) -> None:
        self._epochs: dict[int, _Epoch] = {}
        self._sending: tuple[int, int] | None = None
        self._newest = -1

    @property
    def sending_epoch(self) -> int | None:
        """The epoch whose keys seal."""
        return self._sending[0] if self._sending else None

    def add_epoch(self, epoch: int, exporter_secret: bytes, psk: bytes, now_ms: float) -> None:
        """A new epoch begins: receiving under it works at once, the one before lives 5 s more.

        Raises: ValueError for an epoch that is not newer than all before: its counters would begin again.
        """
        if epoch <= self._newest:
            raise ValueError("epochs only go forward")
        for old in self._epochs.values():
            old.ends_at_ms = min(old.ends_at_ms, now_ms + OLD_EPOCH_MS)
        self._epochs[epoch] = _Epoch(epoch, derive_base_key(exporter_secret, psk))
        self._newest = epoch
        self._drop_old(now_ms)

    def send_under(self, epoch: int, leaf_index: int) -> None:
        """Sending moves to this epoch. Counters of an epoch that was sent under before go on, never back.

        Raises: ValueError for an epoch whose keys are not here.
        """
        if epoch not in self._epochs:
            raise ValueError("there is no key of this epoch")
        make_kid(0, leaf_index, epoch)
        self._sending = (epoch, leaf_index)

    def clear(self) -> None:
        """Nothing is sealed and nothing opens from now on."""
        self._epochs.clear()
        self._sending = None

    def next_send_key(self, context: int) -> SendKey | None:
        """None without a key: then there is no frame."""
        if self._sending is None or self._sending[0] not in self._epochs:
            return None
        number, leaf_index = self._sending
        epoch = self._epochs[number]
        kid = make_kid(context, leaf_index, number)
        ctr = epoch.counters.get(kid, 0)
        epoch.counters[kid] = ctr + 1
        return SendKey(kid, _keys_of(epoch, kid), ctr)

    def receive_key(self, kid: int, now_ms: float) -> ReceiveKey | None:
        """That of the newest live epoch whose low bits are the KID's."""
        alive = [one for one in self._epochs.values() if one.epoch % EPOCHS == kid % EPOCHS and now_ms < one.ends_at_ms]
        if not alive:
            return None
        epoch = max(alive, key=lambda one: one.epoch)
        return ReceiveKey(_keys_of(epoch, kid), epoch.windows.setdefault(kid, ReplayWindow()))

    def sent_counters(self) -> dict[int, int]:
        """The next counter of each KID in the epoch that we send under, for heartbeats."""
        return dict(self._epochs[self._sending[0]].counters) if self._sending and self._sending[0] in self._epochs else {}

    def _drop_old(self, now_ms: float) -> None:
        for old in list(self._epochs.values()):
            is_over = now_ms >= old.ends_at_ms and old.epoch != self.sending_epoch
            if is_over or self._newest - old.epoch >= EPOCH_LAG_MAX:
                del self._epochs[old.epoch]


def _keys_of(epoch: _Epoch, kid: int) -> KidKeys:
    if kid not in epoch.keys:
        epoch.keys[kid] = derive_kid_keys(epoch.base_key, kid)
    return epoch.keys[kid]
