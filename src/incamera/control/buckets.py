"""Token buckets as values."""

from dataclasses import dataclass

from incamera.control.limits import Rate


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many tokens were left at a time; a fresh one is full."""

    tokens: float
    at: float


def full(rate: Rate, now: float) -> Bucket:
    """A bucket that nothing was taken from yet."""
    return Bucket(float(rate.burst), now)


def take(bucket: Bucket, rate: Rate, now: float) -> tuple[Bucket, bool]:
    """Takes one token if there is one; a clock that goes backwards gives nothing and costs nothing."""
    elapsed = max(0.0, now - bucket.at)
    tokens = min(float(rate.burst), bucket.tokens + elapsed * rate.per_second)
    if tokens < 1.0:
        return Bucket(tokens, now), False
    return Bucket(tokens - 1.0, now), True
