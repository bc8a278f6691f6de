"""Strategies for journey documents: every step kind, loops with waits, reactions, absences, instances, exits and goals."""

from typing import Any

from hypothesis import strategies as st

from tests.laws.reference.model import Document

EVENTS = ("Alpha", "Beta", "Gamma")
LENGTHS = ("1m", "10m", "30m", "1h", "2h", "1d")
LONG_LENGTHS = ("1h", "6h", "1d", "2d", "1w")
CLOCKS = ("00:00", "02:30", "03:00", "09:00", "12:00", "21:30")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TAGS = ("red", "blue")
TOPICS = ("offers", "news")
NUMBERS = (0, 1, 2, 3)


def rarely(strategy: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The first once in four."""
    return st.integers(0, 3).flatmap(lambda n: strategy if n == 3 else other)


lengths = st.sampled_from(LENGTHS)
orderings = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
property_clauses = st.one_of(
    st.builds(lambda op, value: {"property": "n", "op": op, "value": value}, orderings, st.sampled_from(NUMBERS)),
    st.builds(
        lambda op, value: {"property": "word", "op": op, "value": value},
        st.sampled_from(("=", "!=", "starts_with")),
        st.sampled_from(("x", "y")),
    ),
    st.just({"property": "word", "op": "exists"}),
    st.just({"property": "n", "op": "in", "value": [1, 3]}),
)


def joined(items: st.SearchStrategy[Document], most: int = 4) -> st.SearchStrategy[Document]:
    """`all`, `any` and `not` over the items."""
    return st.recursive(
        items,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=most,
    )


wheres = rarely(property_clauses.map(lambda clause: {"where": clause}), st.just({}))
counts = st.builds(
    lambda event, where, count, within: {"event": event} | where | count | within,
    st.sampled_from(EVENTS),
    wheres,
    st.one_of(st.just({}), st.integers(1, 3).map(lambda n: {"at_least": n}), st.integers(0, 2).map(lambda n: {"at_most": n})),
    rarely(st.sampled_from(("30m", "1h", "1d", "7d")).map(lambda length: {"within": length}), st.just({})),
)
sums = st.builds(
    lambda event, op, value, within: {"event": event, "sum": "n", "op": op, "value": value} | within,
    st.sampled_from(EVENTS),
    orderings,
    st.sampled_from((0, 1, 2.5, 4)),
    rarely(st.sampled_from(("1d", "2d", "7d")).map(lambda length: {"within": length}), st.just({})),
)
flags = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: {"tag": tag}),
    st.just({"segment": "staff"}),
    st.sampled_from(("lead", "customer")).map(lambda stage: {"stage": stage}),
    st.sampled_from(TOPICS).map(lambda topic: {"consent": topic}),
)
attributes = st.one_of(
    st.builds(lambda op, value: {"attribute": "level", "op": op, "value": value}, orderings, st.sampled_from(NUMBERS)),
    st.builds(lambda op: {"attribute": "plan", "op": op, "value": "pro"}, st.sampled_from(("=", "!="))),
    st.just({"attribute": "plan", "op": "exists"}),
    st.just({"attribute": "company.size", "op": ">=", "value": 2}),
)
scores = st.builds(lambda op, value: {"score": "heat", "op": op, "value": value}, orderings, st.sampled_from((0, 5, 7.5)))
messages = st.builds(
    lambda last, kind, least: {"last_messages": last, kind: least},
    st.integers(1, 2),
    st.sampled_from(("opened", "clicked")),
    st.sampled_from(("none", 1)),
)
clocks = st.one_of(
    st.just({"time": {"from": "09:00", "to": "18:00"}}),
    st.just({"time": {"from": "22:00", "to": "06:00"}}),
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True).map(lambda days: {"weekday": days}),
)
timeless = st.one_of(flags, flags, attributes, scores)
person_atoms = st.one_of(flags, flags, attributes, counts, sums, scores, messages, clocks)


def reactions(senders: list[str]) -> st.SearchStrategy[Document]:
    """`{clicked: step}` for one of the steps that send."""
    kinds = ("opened", "clicked", "delivered", "bounced")
    return st.builds(lambda kind, step: {kind: step}, st.sampled_from(kinds), st.sampled_from(senders))


@st.composite
def filters(draw: st.DrawFn) -> Document:
    """The `where` of an entry, or nothing."""
    which = draw(st.integers(0, 5))
    if which < 2:
        return {}
    if which == 2:
        return {"where": draw(joined(property_clauses))}
    if which == 3:
        return {"where": draw(joined(timeless, 2))}
    if which == 4:
        return {"where": {"all": [draw(property_clauses), draw(timeless)]}}
    return {"where": draw(joined(st.one_of(property_clauses, person_atoms)))}


@st.composite
def entries(draw: st.DrawFn) -> Document:
    """One way in; one in four is an absence."""
    on: Document = {"event": draw(st.sampled_from(EVENTS))}
    if draw(st.integers(0, 3)) == 3:
        on |= {"without": draw(st.sampled_from(EVENTS)), "within": draw(lengths)}
    return {"on": on} | draw(filters())


@st.composite
def rules(draw: st.DrawFn, instance: bool, within: bool) -> Document:
    """A goal or an exit."""
    rule = {"event": draw(st.sampled_from(EVENTS))} | draw(wheres)
    rule |= {"within": draw(st.sampled_from(LONG_LENGTHS))} if within else {}
    return rule | ({"same": "instance"} if instance and draw(st.booleans()) else {})


KINDS = ("wait", "wait", "until", "date", "wait_for", "wait_for", "branch", "split", "send", "send", "tag", "untag", "attribute", "done")


@st.composite
def waits(draw: st.DrawFn, kind: str, targets: st.SearchStrategy[str]) -> Document:
    """The three forms of a wait."""
    if kind == "wait":
        return {"wait": draw(lengths)}
    if kind == "until":
        until: Document = {"time": draw(st.sampled_from(CLOCKS))}
        until |= draw(rarely(st.integers(1, 2).map(lambda n: {"in_days": n}), st.just({})))
        days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True)
        return {"wait": {"until": until | draw(rarely(days.map(lambda d: {"weekdays": d}), st.just({})))}}
    date: Document = {"date": "day"} | draw(rarely(st.sampled_from(("-1d", "2h")).map(lambda o: {"offset": o}), st.just({})))
    date |= draw(rarely(st.sampled_from(CLOCKS).map(lambda c: {"time": c}), st.just({})))
    date |= {"yearly": True} if draw(st.integers(0, 3)) == 3 else {}
    return {"wait": date | draw(rarely(targets.map(lambda t: {"missing": t}), st.just({})))}


@st.composite
def sends(draw: st.DrawFn, step: str) -> Document:
    """A send with its policies."""
    late = st.builds(
        lambda after, do: {"when_late": {"after": after, "do": do}},
        st.sampled_from(("0s", "10m", "1h")),
        st.sampled_from(("skip", "next_slot", "send")),
    )
    capped = st.sampled_from(("10m", "2h", "2d")).map(lambda length: {"on_cap": {"retry": length}})
    expires = st.just({"expires": "1d"})
    document: Document = {"send": {draw(rarely(st.just("sms"), st.just("email"))): f"template-{step}"}}
    for policy in (late, capped, expires):
        document |= draw(st.one_of(st.just({}), policy))
    return document


@st.composite
def bodies(draw: st.DrawFn, kind: str, step: str, targets: st.SearchStrategy[str], senders: list[str]) -> Document:
    """What a step of a kind does."""
    reacting = st.one_of(person_atoms, reactions(senders)) if senders else person_atoms
    if kind in ("wait", "until", "date"):
        return draw(waits(kind, targets))
    if kind == "wait_for":
        bare = st.builds(
            lambda e, w, n: {"event": e} | w | n, st.sampled_from(EVENTS), wheres, rarely(st.just({"at_least": 2}), st.just({}))
        )
        atoms = st.one_of(bare, bare, timeless, reactions(senders) if senders else bare)
        return {"wait_for": draw(joined(atoms, 3)), "timeout": draw(lengths)} | draw(
            rarely(st.just({}), targets.map(lambda t: {"then": t}))
        )
    if kind == "branch":
        cases = draw(st.lists(st.tuples(joined(reacting, 2), targets), min_size=1, max_size=3))
        return {"branch": [{"if": c, "then": t} for c, t in cases]} | draw(rarely(targets.map(lambda t: {"else": t}), st.just({})))
    if kind == "split":
        arms = draw(st.lists(st.tuples(st.integers(1, 3), targets), min_size=1, max_size=3))
        return {"split": [{"weight": w, "then": t} for w, t in arms]}
    if kind == "send":
        return draw(sends(step))
    if kind in ("tag", "untag"):
        return {kind: draw(st.sampled_from(TAGS))}
    if kind == "attribute":
        return {
            "attribute": draw(
                st.sampled_from(({"name": "level", "value": 2}, {"name": "plan", "value": "pro"}, {"name": "plan", "value": None}))
            )
        }
    return {"done": True}


@st.composite
def steps(draw: st.DrawFn, prefix: str = "s") -> list[Document]:
    """A list of steps without problems: backwards only to waits of a length, none out of reach."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=7))
    ids = [f"{prefix}{index}" for index in range(len(kinds))]
    senders = [step for step, kind in zip(ids, kinds, strict=True) if kind == "send"]
    listed = []
    for index, (step, kind) in enumerate(zip(ids, kinds, strict=True)):
        back = [ids[i] for i in range(index) if kinds[i] == "wait"]
        targets = st.sampled_from([*ids[index + 1 :], "done", *back])
        following = draw(rarely(targets.map(lambda t: {"next": t}), st.just({}))) if kind not in ("done", "split") else {}
        listed.append({"id": step} | draw(bodies(kind, step, targets, senders)) | following)
    return reachable(listed)


def leads_to(listed: list[Document], index: int) -> list[str]:
    """Where a step may lead."""
    step = listed[index]
    targets = [case["then"] for case in [*step.get("branch", []), *step.get("split", [])]] + [
        step[key] for key in ("then", "else") if key in step
    ]
    targets += [step["wait"]["missing"]] if isinstance(step.get("wait"), dict) and "missing" in step["wait"] else []
    following = listed[index + 1]["id"] if index + 1 < len(listed) else "done"
    goes_on = not ("done" in step or "split" in step or ("branch" in step and "else" in step))
    return targets + ([step.get("next", following)] if goes_on else [])


def reachable(listed: list[Document]) -> list[Document]:
    """The steps that can be reached; the others would be problems, and so would be a `next` that nothing takes."""
    listed = [{k: v for k, v in step.items() if k != "next" or not ("branch" in step and "else" in step)} for step in listed]
    place = {step["id"]: index for index, step in enumerate(listed)}
    found, ahead = set(), [0]
    while ahead:
        index = ahead.pop()
        if index not in found:
            found.add(index)
            ahead += [place[target] for target in leads_to(listed, index) if target != "done"]
    kept = [step for index, step in enumerate(listed) if index in found]
    senders = {step["id"] for step in kept if "send" in step}
    return kept if reacting_steps(kept) <= senders else [step for step in kept if "send" in step][:1] or [{"id": "s0", "wait": "1h"}]


def reacting_steps(value: Any) -> set[str]:
    """The steps that reaction atoms name."""
    if isinstance(value, list):
        return set().union(*(reacting_steps(item) for item in value))
    if not isinstance(value, dict):
        return set()
    own = {value[kind] for kind in ("delivered", "bounced", "opened", "clicked") if kind in value and "last_messages" not in value}
    return own.union(*(reacting_steps(item) for item in value.values()))


@st.composite
def journeys(draw: st.DrawFn, key: str = "one") -> Document:
    """A whole document without problems."""
    instance = draw(st.integers(0, 3)) == 3
    document: Document = {"journey": key, "entry": draw(st.lists(entries(), min_size=1, max_size=2))}
    document |= {"instance": "properties.cart"} if instance else {}
    document |= draw(
        st.sampled_from(
            ({}, {"reentry": "after_exit"}, {"reentry": "after_exit"}, {"reentry": {"after": "1h"}}, {"reentry": {"after": "1d"}})
        )
    )
    document |= {"goal": draw(rules(instance, True))} if draw(st.booleans()) else {}
    document |= draw(
        st.sampled_from(({}, {"exit": {"when": "end"}}, {"exit": {"when": "unmatched"}}, {"exit": {"when": "goal_or_unmatched"}}))
    )
    exits = draw(st.lists(rules(instance, False), max_size=1)) if draw(st.booleans()) else []
    document |= {"exits": exits} if exits else {}
    document["holdout"] = draw(st.sampled_from(("0%", "0%", "50%", "100%")))
    document["topic"] = draw(st.sampled_from(TOPICS))
    document |= {"transactional": True} if draw(st.integers(0, 5)) == 5 else {}
    document |= draw(st.sampled_from(({}, {}, {"priority": 10}, {"priority": 90})))
    return document | {"steps": draw(steps())}
