"""The newest entries that a server keeps in memory, against a list that keeps them all."""

from hypothesis import given
from hypothesis import strategies as st

from incamera.control.limits import RECENT_CHARACTERS_MAX, RECENT_ENTRIES_MAX
from incamera.server.recent import Recent


def filled(sizes: list[int], start: int = 1) -> tuple[Recent, list[str]]:
    recent, messages = Recent(), []
    for at, size in enumerate(sizes):
        messages.append(str(at).ljust(size, "."))
        recent.add(start + at, messages[-1])
    return recent, messages


@given(st.lists(st.sampled_from([1, 2_000, 87_000]), max_size=100), st.integers(1, 110), st.integers(0, 70))
def test_what_is_within_is_what_was_added_under_those_numbers(sizes: list[int], first: int, count: int) -> None:
    recent, messages = filled(sizes)
    found = recent.within(range(first, first + count))
    if found is not None:
        assert found == messages[first - 1 : first - 1 + count]
        assert len(found) == count > 0


def test_sixty_four_small_entries_stay_and_the_one_before_them_does_not() -> None:
    recent, _ = filled([10] * 100)
    assert recent.within(range(101 - RECENT_ENTRIES_MAX, 101)) is not None
    assert recent.within(range(100 - RECENT_ENTRIES_MAX, 101)) is None
    assert recent.within(range(100, 102)) is None


def test_large_entries_stay_within_a_bound_of_characters() -> None:
    recent, _ = filled([80_000] * 10)
    kept = max(n for n in range(11) if n == 0 or recent.within(range(11 - n, 11)) is not None)
    assert kept * 80_000 <= RECENT_CHARACTERS_MAX < (kept + 1) * 80_000


def test_after_a_gap_the_run_begins_anew() -> None:
    recent, _ = filled([10] * 5)
    recent.add(9, "nine")
    assert recent.within(range(9, 10)) == ["nine"]
    assert recent.within(range(5, 6)) is None


def test_a_log_that_goes_on_after_a_restart_is_not_answered_from_memory_before_it_was_seen() -> None:
    recent = Recent()
    recent.add(41, "forty-one")
    assert recent.within(range(40, 42)) is None
    assert recent.within(range(41, 42)) == ["forty-one"]
