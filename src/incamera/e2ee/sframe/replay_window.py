"""Which counters of one KID were seen: the highest and the 1,023 below it, as bits of one number."""

WINDOW = 1_024


class ReplayWindow:
    """`is_fresh` looks; `accept` remembers, and is called only after the frame authenticated, so that a forger cannot move the window."""

    def __init__(self) -> None:
        self._highest = -1
        self._seen = 0  # bit n: highest - n was seen

    @property
    def highest(self) -> int:
        """The highest counter that was accepted; -1 before any."""
        return self._highest

    def is_fresh(self, ctr: int) -> bool:
        """Not seen, and not older than the window."""
        if ctr > self._highest:
            return True
        age = self._highest - ctr
        return age < WINDOW and not self._seen >> age & 1

    def accept(self, ctr: int) -> None:
        """Remembers a counter that is fresh."""
        if ctr > self._highest:
            step = ctr - self._highest
            self._seen = (self._seen << step | 1) & ((1 << WINDOW) - 1) if step < WINDOW else 1
            self._highest = ctr
        else:
            self._seen |= 1 << (self._highest - ctr)
