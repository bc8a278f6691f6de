"""The published hash: values that never change, and draws that spread evenly."""

from pathlib import Path

from parcours.core.terms.chance import SIDES, contact_seed, draw, draw_seeds, mix, signed, stable_hash, step_seed
from parcours.core.terms.ids import action_id, message_key, partition_of, public_id_of, run_id

VECTORS = Path(__file__).parent / "stable_hash_vectors.txt"


def vectors() -> list[tuple[str, str]]:
    lines = VECTORS.read_text(encoding="utf-8").splitlines()
    return [
        (left.strip(), right.strip()) for left, _, right in (line.partition(" = ") for line in lines if line and not line.startswith("#"))
    ]


KNOWN = {
    "stable_hash": lambda *parts: str(stable_hash(*parts)),
    "mix": lambda a, b: str(mix(a, b)),
    "draw": lambda *names: str(draw(*names)),
    "message_key": lambda text: message_key(text).hex(),
    "run_id": lambda *parts: run_id(*parts).hex(),
    "action_id": lambda run, *parts: action_id(bytes.fromhex(run), *parts).hex(),
    "public_id_of": public_id_of,
    "partition_of": lambda text: str(partition_of(text)),
}


def test_the_published_vectors_hold() -> None:
    assert len(vectors()) > 15
    told = {call: str(eval(call, {"__builtins__": {}}, dict(KNOWN))) for call, _ in vectors()}
    assert told == dict(vectors())


def test_parts_do_not_run_into_each_other() -> None:
    spelled: list[tuple[str | bytes | int, ...]] = [("ab", "c"), ("a", "bc"), ("abc",), (b"abc",), ("abc", ""), ("1",), (1,), ()]
    assert len({stable_hash(*parts) for parts in spelled}) == len(spelled)


def test_draws_of_a_step_spread_evenly_and_apart_from_another_s() -> None:
    """Of 20,000 contacts a share of 10 % takes 2,000, give or take four standard deviations (42 each)."""
    one, two = step_seed("j", "split"), step_seed("j", "other")
    seeds = [contact_seed(str(contact)) for contact in range(20_000)]
    first = [draw_seeds(seed, one) < SIDES // 10 for seed in seeds]
    both = [draw_seeds(seed, two) < SIDES // 10 and taken for seed, taken in zip(seeds, first, strict=True)]
    assert abs(sum(first) - 2_000) < 170
    assert abs(sum(both) - 200) < 60
    assert draw("j", "split", "7") == draw_seeds(contact_seed("7"), one)


def test_signed_keeps_the_bits() -> None:
    assert [signed(number) & 2**64 - 1 for number in (0, 2**63, 2**64 - 1)] == [0, 2**63, 2**64 - 1]


def test_a_message_id_that_is_a_uuid_keeps_its_bytes() -> None:
    assert message_key("00000000-0000-0000-0000-0000000000ff").hex() == "ff".zfill(32)
    assert message_key("zz000000-0000-0000-0000-0000000000ff") != message_key("00000000-0000-0000-0000-0000000000ff")
