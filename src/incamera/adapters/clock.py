"""The clock that servers run on; everything below takes the time as a parameter."""

import time


class SystemClock:
    """Wall time for what is stored or shown, monotonic time for rates."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()
