"""The emoji of a comparison: whatever is changed changes them, and in which order things are told does not."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from incamera.e2ee.emoji import EMOJI
from incamera.e2ee.sas import EMOJI_SHOWN, Revealed, Run, commitment_of, opens, sas_numbers

LIST = Path(__file__).resolve().parents[2] / "spec" / "emoji.json"
of_32 = st.binary(min_size=32, max_size=32)
of_16 = st.binary(min_size=16, max_size=16)
rosters = st.dictionaries(st.integers(0, 127), of_32, min_size=2, max_size=8)
runs = st.builds(Run, of_16, of_32, rosters)


def revealed_by(run: Run, seed: bytes) -> dict[int, Revealed]:
    """Everybody's nonce, made from one seed."""
    nonces = {leaf: bytes([leaf]) + seed[1:] for leaf in run.roster}
    return {leaf: Revealed(commitment_of(run, leaf, nonce), nonce) for leaf, nonce in nonces.items()}


@given(runs, of_32, st.randoms())
def test_the_order_in_which_people_speak_does_not_matter(run: Run, seed: bytes, chance: Random) -> None:
    revealed = revealed_by(run, seed)
    leaves = list(revealed)
    chance.shuffle(leaves)
    shuffled = Run(run.run_id, run.epoch_authenticator, {leaf: run.roster[leaf] for leaf in reversed(leaves)})
    assert sas_numbers(shuffled, {leaf: revealed[leaf] for leaf in leaves}) == sas_numbers(run, revealed)


@given(runs, of_32)
def test_there_are_seven_of_sixty_four(run: Run, seed: bytes) -> None:
    numbers = sas_numbers(run, revealed_by(run, seed))
    assert len(numbers) == EMOJI_SHOWN == 7
    assert all(0 <= number < len(EMOJI) == 64 for number in numbers)


@given(runs, of_32, st.sampled_from(["run", "epoch", "device", "leaf", "nonce", "commitment"]), of_32)
def test_whatever_is_changed_changes_the_emoji(run: Run, seed: bytes, what: str, other: bytes) -> None:
    """42 bits come out the same by chance once in 10^12 times."""
    revealed = revealed_by(run, seed)
    leaf = min(run.roster)
    changed, said = run, dict(revealed)
    if what == "run":
        changed = replace(run, run_id=other[:16])
    elif what == "epoch":
        changed = replace(run, epoch_authenticator=other)
    elif what == "device":
        changed = replace(run, roster={**run.roster, leaf: other})
    elif what == "leaf":
        changed = replace(run, roster={(at + 200 if at == leaf else at): key for at, key in run.roster.items()})
        said[leaf + 200] = said.pop(leaf)
    elif what == "nonce":
        said[leaf] = replace(said[leaf], nonce=other)
    else:
        said[leaf] = replace(said[leaf], commitment=other)
    assume((changed, said) != (run, revealed))
    assert sas_numbers(changed, said) != sas_numbers(run, revealed)


@given(runs, of_32, of_32)
def test_a_commitment_opens_for_its_own_nonce_leaf_run_and_epoch_only(run: Run, nonce: bytes, other: bytes) -> None:
    first, second = sorted(run.roster)[:2]
    assume(other != nonce and other[:16] != run.run_id and other != run.epoch_authenticator and run.roster[first] != run.roster[second])
    commitment = commitment_of(run, first, nonce)
    assert opens(commitment, run, first, nonce)
    assert not opens(commitment, run, first, other)
    assert not opens(commitment, run, second, nonce)
    assert not opens(commitment, replace(run, run_id=other[:16]), first, nonce)
    assert not opens(commitment, replace(run, epoch_authenticator=other), first, nonce)


@given(runs, of_32)
def test_who_has_not_revealed_is_missed(run: Run, seed: bytes) -> None:
    revealed = revealed_by(run, seed)
    revealed.pop(min(revealed))
    with pytest.raises(ValueError, match="every member reveals"):
        sas_numbers(run, revealed)


def test_the_list_is_that_of_the_specification() -> None:
    listed = [(one["sign"], one["word"]) for one in json.loads(LIST.read_text("utf-8"))]
    assert list(EMOJI) == listed
    assert len({sign for sign, _word in listed}) == len({word for _sign, word in listed}) == 64
