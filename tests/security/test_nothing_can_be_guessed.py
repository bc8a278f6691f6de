"""SEC-15: whatever opens something by being known is drawn from 120 bits or more of the system's own chance, or signed with a secret."""

import ast
import math
import uuid
from collections import Counter
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import parcours
from parcours.app.initialize import PREFIX_LENGTH, new_key
from parcours.app.services import Services
from parcours.app.tokens import sign
from parcours.store.directory import initialize
from tests.api.conftest import Visitor, enter

SOURCE = Path(parcours.__file__).parent
SHIPPED_TESTS = SOURCE / "testing"


def modules(path: Path) -> set[str]:
    """What a source file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_no_part_of_the_product_draws_from_a_generator_that_can_be_predicted() -> None:
    files = [path for path in SOURCE.rglob("*.py") if SHIPPED_TESTS not in path.parents]
    guilty = [path for path in files if {"random", "numpy.random"} & modules(path)]
    assert guilty == []


def bits_are_fair(texts: list[str]) -> bool:
    """Whether each place shows its characters about equally often: no counter, no clock, no fixed part (chi-squared, far tail)."""
    for place in range(len(texts[0])):
        counts = Counter(text[place] for text in texts)
        alphabet = len(counts)
        if alphabet < 2:
            return False
        expected = len(texts) / alphabet
        chi = sum((count - expected) ** 2 / expected for count in counts.values())
        if chi > (alphabet - 1) + 8 * math.sqrt(2 * (alphabet - 1)):
            return False
    return True


def test_keys_are_never_alike_and_show_no_pattern() -> None:
    keys = [new_key("secret", 2, 0) for _ in range(50_000)]
    secrets = [text[PREFIX_LENGTH:] for text, _ in keys]
    assert len(set(secrets)) == len(secrets)
    assert {len(secret) for secret in secrets} == {43}, "256 bits in base64"
    assert bits_are_fair([secret[:42] for secret in secrets])
    assert all(text not in repr(key) for text, key in keys[:100]), "a secret key is not kept in clear"
    assert not bits_are_fair([f"{number:042d}" for number in range(50_000)]), "a counter is seen"


def test_the_secret_of_a_directory_is_its_own(tmp_path: Path) -> None:
    found = {initialize(tmp_path / str(number), {}).secret for number in range(20)}
    assert len(found) == 20
    assert {len(secret) for secret in found} == {32}
    assert all((tmp_path / str(number) / "secret").stat().st_mode & 0o077 == 0 for number in range(20))


def test_sessions_are_never_alike(services: Services, visitor: Visitor) -> None:
    found = []
    for _ in range(30):
        client = visitor(services)
        assert enter(client).status_code == 200
        found.append(client.cookies["parcours"])
    assert len(set(found)) == 30
    assert all(len(secret) == 43 for secret in found)


@pytest.mark.parametrize("step", [-1, 1])
def test_the_neighbour_of_an_id_is_nobody(member: TestClient, step: int) -> None:
    people = member.get("/api/people?limit=200").json()["people"]
    known = {person["id"] for person in people}
    for person in known:
        near = str(uuid.UUID(int=uuid.UUID(person).int + step))
        assert near in known or member.get(f"/api/people/{near}").status_code == 404


def test_tokens_of_neighbouring_messages_have_nothing_in_common() -> None:
    macs = [sign(b"s" * 32, "click", number.to_bytes(16, "big"), 0)[27:48] for number in range(20_000)]
    assert len(set(macs)) == len(macs)
    assert bits_are_fair([mac[1:] for mac in macs])
