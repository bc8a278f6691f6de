"""Intended sends: one row each, claimed by one worker at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from parcours.app.ports import END, Message, MessageState, Place, Store, StoredLink
from parcours.testing.builders import NOW, identifier, message

REAL = 5_000_000_000


def claim(store: Store, owner: str, limit: int = 10, *, now: int = NOW, until: int = REAL + 100) -> list[Message]:
    """Claim what is due in workspace 1."""
    return store.write(1, lambda tx: tx.messages.claim("due", owner, now, until, limit))


def lapsed(store: Store, owner: str, real: int) -> list[Message]:
    """Take the lapsed claims of workspace 1."""
    return store.write(1, lambda tx: tx.messages.claim("lapsed", owner, real, real + 100, 10))


class MessagesContract:
    """What the outbox promises."""

    def test_a_message_comes_back_as_it_was(self, store: Store) -> None:
        said = message(
            transactional=True,
            state=MessageState.WITHHELD,
            reason="holdout",
            expires=NOW + 1,
            next_at=NOW + 2,
            attempts=3,
            lost=2,
            claimed_by="me",
            claimed_until=4,
            address="a@example.org",
            sent_at=5,
            updated_at=6,
            payload={"arm": 1, "list": [1, None]},
        )
        store.write(1, lambda tx: tx.messages.plan([said]))
        assert store.read(1, lambda tx: tx.messages.load([said.id, identifier()])) == {said.id: said}

    def test_an_intent_is_kept_once_by_id_and_by_its_place(self, store: Store) -> None:
        said = message()
        store.write(1, lambda tx: tx.messages.plan([said, replace(said, template="other")]))
        twin = replace(said, id=identifier(), template="twin")
        store.write(1, lambda tx: tx.messages.plan([replace(said, template="again"), twin, replace(twin, id=identifier(), visit=2)]))
        found = store.read(1, lambda tx: tx.messages.find(None, [], END, 9))
        assert sorted((each.template, each.visit) for each in found) == [("hello", 1), ("twin", 2)]

    def test_claims_take_the_oldest_that_are_ready_and_count_the_attempt(self, store: Store) -> None:
        late, early, future = message(planned_at=NOW), message(planned_at=NOW - 5), message(next_at=NOW + 1)
        store.write(1, lambda tx: tx.messages.plan([late, early, future]))
        (first,) = claim(store, "a", 1)
        assert first == replace(early, state=MessageState.CLAIMED, attempts=1, claimed_by="a", claimed_until=REAL + 100)
        assert store.read(1, lambda tx: tx.messages.load([early.id]))[early.id] == first
        assert [each.id for each in claim(store, "b")] == [late.id]
        assert claim(store, "c") == []
        assert [each.id for each in claim(store, "c", now=NOW + 1)] == [future.id]

    def test_a_claim_that_lapsed_is_taken_again(self, store: Store) -> None:
        store.write(1, lambda tx: tx.messages.plan([message()]))
        claim(store, "a", until=REAL + 100)
        assert lapsed(store, "b", REAL + 100) == []
        (again,) = lapsed(store, "b", REAL + 101)
        assert (again.claimed_by, again.attempts, again.lost, again.claimed_until) == ("b", 1, 1, REAL + 201)

    def test_suspects_are_taken_apart_and_the_least_suspect_first(self, store: Store) -> None:
        messages = [message(planned_at=NOW - lost, lost=lost) for lost in (0, 3, 1, 2)]
        store.write(1, lambda tx: tx.messages.plan([*messages, message(lost=1, next_at=NOW + 1)]))
        assert [each.lost for each in claim(store, "a")] == [0]
        taken = [store.write(1, lambda tx: tx.messages.claim("suspect", "a", NOW, REAL + 100, 1)) for _ in range(4)]
        assert [(each.lost, each.attempts) for batch in taken for each in batch] == [(1, 1), (2, 1), (3, 1)]

    def test_two_claimers_never_share_a_message(self, store: Store) -> None:
        messages = [message(planned_at=NOW - number) for number in range(300)]
        store.write(1, lambda tx: tx.messages.plan(messages))

        def work(owner: str) -> list[bytes]:
            taken: list[bytes] = []
            while batch := claim(store, owner, 7):
                taken += [each.id for each in batch]
            return taken

        with ThreadPoolExecutor(4) as workers:
            taken = [each for batch in workers.map(work, "abcd") for each in batch]
        assert sorted(taken) == sorted(each.id for each in messages)

    def test_settling_writes_the_outcome_and_releases_the_claim(self, store: Store) -> None:
        store.write(1, lambda tx: tx.messages.plan([message(payload={"k": 1})]))
        (claimed,) = claim(store, "a")
        said = replace(
            claimed,
            state=MessageState.SENT,
            reason="250 ok",
            next_at=7,
            lost=1,
            address="a@example.org",
            sent_at=NOW,
            updated_at=NOW,
            topic="ignored",
        )
        store.write(1, lambda tx: tx.messages.settle([said]))
        assert store.read(1, lambda tx: tx.messages.load([said.id]))[said.id] == replace(
            said, claimed_by="", claimed_until=0, topic="offers"
        )

    def test_settling_as_claimed_keeps_the_claim(self, store: Store) -> None:
        store.write(1, lambda tx: tx.messages.plan([message()]))
        (claimed,) = claim(store, "a")
        begun = replace(claimed, address="a@example.org", claimed_until=REAL + 500)
        store.write(1, lambda tx: tx.messages.settle([begun]))
        assert store.read(1, lambda tx: tx.messages.load([begun.id]))[begun.id] == begun
        assert lapsed(store, "b", REAL + 400) == []

    def test_a_deferred_message_waits_for_its_next_try(self, store: Store) -> None:
        store.write(1, lambda tx: tx.messages.plan([message()]))
        (claimed,) = claim(store, "a")
        store.write(1, lambda tx: tx.messages.settle([replace(claimed, state=MessageState.PLANNED, next_at=NOW + 60)]))
        assert claim(store, "b", now=NOW + 59) == []
        assert [each.attempts for each in claim(store, "b", now=NOW + 60)] == [2]

    def test_find_pages_newest_first_by_contact_and_state(self, store: Store) -> None:
        messages = [
            message(contact=1 + number % 2, planned_at=NOW + number, state=MessageState.SENT if number < 4 else MessageState.FAILED)
            for number in range(6)
        ]
        store.write(1, lambda tx: tx.messages.plan(messages))

        def found(contact: int | None, states: list[MessageState], before: Place = END, limit: int = 9) -> list[int]:
            return [each.planned_at - NOW for each in store.read(1, lambda tx: tx.messages.find(contact, states, before, limit))]

        assert found(None, []) == [5, 4, 3, 2, 1, 0]
        assert found(None, [], before=(NOW + 4, b""), limit=2) == [3, 2]
        assert found(2, []) == [5, 3, 1]
        assert found(2, [MessageState.SENT], limit=1) == [3]
        assert found(None, [MessageState.FAILED, MessageState.UNCERTAIN]) == [5, 4]
        assert store.read(1, lambda tx: tx.messages.counts()) == {"sent": 4, "failed": 2}

    def test_messages_planned_at_one_instant_are_paged_without_loss(self, store: Store) -> None:
        messages = [message(state=MessageState.SENT) for _ in range(7)]
        store.write(1, lambda tx: tx.messages.plan(messages))

        def following(before: Place) -> list[Message]:
            return store.read(1, lambda tx: tx.messages.find(None, [MessageState.SENT], before, 3))

        found, page = list[bytes](), following(END)
        while page:
            found += [each.id for each in page]
            page = following((page[-1].planned_at, page[-1].id))
        assert found == sorted((each.id for each in messages), reverse=True)

    def test_a_stored_link_is_never_changed(self, store: Store) -> None:
        said = StoredLink(identifier(), 1, "https://example.org/a?b=c")
        store.write(1, lambda tx: tx.messages.keep_links([said, replace(said, number=2)]))
        store.write(1, lambda tx: tx.messages.keep_links([replace(said, url="https://example.net")]))
        assert store.read(1, lambda tx: tx.messages.link(said.message_id, 1)) == said
        assert store.read(1, lambda tx: tx.messages.link(said.message_id, 3)) is None
