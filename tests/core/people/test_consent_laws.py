"""Consent has one meaning: what the contact's record says, what the kernel's register says, and what a merge keeps."""

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.people.permission import consent, consent_after, merged_consents, refusal_to_deliver, told_by_merge
from parcours.core.terms.conditions.tree import Consent
from parcours.core.terms.events import Event
from tests.core.terms.conditions.machine import Machine

TOPICS = ("offers", "news", "tracking_email", "*")
words = st.lists(st.tuples(st.sampled_from(["email", "sms"]), st.sampled_from(TOPICS), st.booleans()), max_size=8)


def record(said: list[tuple[str, str, bool]]) -> dict[str, bool]:
    consents: dict[str, bool] = {}
    for channel, topic, granted in said:
        consents = consent_after(consents, channel, topic, granted)
    return consents


@given(words, st.sampled_from(["email", "sms"]), st.sampled_from(TOPICS[:3]))
def test_the_record_and_the_register_agree(said: list[tuple[str, str, bool]], channel: str, topic: str) -> None:
    names = {True: "Consent Granted", False: "Consent Withdrawn"}
    events = [Event(1, i, names[granted], i, i, i, properties={"channel": c, "topic": t}) for i, (c, t, granted) in enumerate(said)]
    assert Machine(Consent(channel, topic)).feed_all(events).truth(99) is (consent(record(said), channel, topic) is True)


@given(words, words, st.sampled_from(["email", "sms"]), st.sampled_from(TOPICS[:3]))
def test_an_opt_out_survives_every_merge(
    one: list[tuple[str, str, bool]], two: list[tuple[str, str, bool]], channel: str, topic: str
) -> None:
    mine, theirs = record(one), record(two)
    for merged in (merged_consents(mine, theirs), merged_consents(theirs, mine)):
        for side in (mine, theirs):
            if consent(side, channel, topic) is False:
                assert consent(merged, channel, topic) is False
                assert refusal_to_deliver(merged, (), channel, topic, transactional=False) == "opted_out"
        if consent(merged, channel, topic) is True:
            assert True in (consent(mine, channel, topic), consent(theirs, channel, topic))


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["email", "sms"]), st.sampled_from(TOPICS), st.booleans()), max_size=10),
    st.sampled_from(["email", "sms"]),
    st.sampled_from(TOPICS[:3]),
)
def test_after_a_merge_the_register_says_what_the_record_says(lived: list[tuple[bool, str, str, bool]], channel: str, topic: str) -> None:
    """Both lived at the same time; the history of both, and then what the merge tells, leaves no grant where there was a withdrawal."""
    one, two = ([said for mine, *said in lived if mine is side] for side in (True, False))
    mine, theirs = record([tuple(said) for said in one]), record([tuple(said) for said in two])  # type: ignore[misc]
    told = [*((channel, topic, granted) for _, channel, topic, granted in lived), *told_by_merge(mine, theirs)]
    names = {True: "Consent Granted", False: "Consent Withdrawn"}
    events = [Event(1, i, names[granted], i, i, i, properties={"channel": c, "topic": t}) for i, (c, t, granted) in enumerate(told)]
    said = consent(merged_consents(mine, theirs), channel, topic)
    assert Machine(Consent(channel, topic)).feed_all(events).truth(99) is (said is True)
