"""Cases of the emoji comparison in spec/10-verification.md."""

from incamera.e2ee.sas import Revealed, Run, commitment_of, sas_numbers
from tests.vector.material import Case, Made, flipped, take
from tests.vector.of_members import DEVICE


def emoji() -> Made:
    """Runs of two, three and many; every binding of a commitment that can be wrong."""
    many = {leaf: take(f"device {leaf}", 32) for leaf in (0, 9, 3, 127)}
    runs = [
        Run(take("run", 16), take("authenticator", 32), {0: DEVICE.public_key, 1: take("second", 32)}),
        Run(take("run", 16), take("another authenticator", 32), {1: take("second", 32), 0: DEVICE.public_key}),
        Run(take("another run", 16), take("authenticator", 32), {0: DEVICE.public_key, 1: take("second", 32), 2: take("third", 32)}),
        Run(take("another run", 16), take("authenticator", 32), many),
    ]
    first = _run_case(runs[0])
    wrong: dict[str, Case] = {
        "another nonce": {"nonce": take("another nonce", 32)},
        "of another run": {"run_id": take("another run", 16)},
        "of another epoch": {"epoch_authenticator": take("another authenticator", 32)},
        "of another leaf": {"leaf_index": 1},
        "altered": {"commitment": flipped(first["revealed"][0]["commitment"], -1)},
        "of another roster": {"roster": _rows({0: DEVICE.public_key, 1: take("third", 32)})},
    }
    opening: Case = {name: first[name] for name in ("run_id", "epoch_authenticator", "roster")} | first["revealed"][0]
    return [_run_case(run) for run in runs], [opening | change | {"why": why} for why, change in wrong.items()]


def _rows(roster: dict[int, bytes]) -> list[Case]:
    return [{"leaf_index": leaf, "device_public_key": key} for leaf, key in roster.items()]


def _run_case(run: Run) -> Case:
    revealed = {leaf: Revealed(commitment_of(run, leaf, take(f"nonce {leaf}", 32)), take(f"nonce {leaf}", 32)) for leaf in run.roster}
    rows = [{"leaf_index": leaf, "commitment": one.commitment, "nonce": one.nonce} for leaf, one in revealed.items()]
    place: Case = {"run_id": run.run_id, "epoch_authenticator": run.epoch_authenticator, "roster": _rows(dict(run.roster))}
    return place | {"revealed": rows, "numbers": list(sas_numbers(run, revealed))}
