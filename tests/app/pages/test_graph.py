"""A journey document as a graph with counts."""

from typing import Any

from parcours.app.pages import graph
from parcours.app.ports import FlowCount, RunSummary, StepMessages
from parcours.core.journey.reasons import LEAVES, STAYS, Reason

STEPS: list[dict[str, Any]] = [
    {"id": "date", "wait": {"date": "renewal", "missing": "ask"}},
    {"id": "draw", "split": [{"weight": 3, "then": "ask"}, {"weight": 1, "then": "asked"}]},
    {"id": "ask", "send": {"email": "ask"}, "next": "asked"},
    {"id": "never", "tag": "unreached"},
    {"id": "asked", "wait_for": {"clicked": "ask"}, "timeout": "2d", "then": "done"},
    {"id": "which", "branch": [{"if": {"tag": "a"}, "then": "ask"}, {"if": {"tag": "b"}, "then": "out"}], "else": "done"},
    {"id": "out", "done": True},
]


def ways(counts: list[FlowCount]) -> dict[tuple[str, str, str], int]:
    """Edges as (source, target, English label): count."""
    return {(edge.source, edge.target, edge.label["en"]): edge.count for edge in graph.edges(STEPS, counts)}


def test_every_way_out_of_a_step_is_an_edge() -> None:
    assert list(ways([])) == [
        ("@entry", "date", ""),
        ("date", "draw", ""),
        ("date", "ask", "No date"),
        ("draw", "ask", "75%"),
        ("draw", "asked", "25%"),
        ("ask", "asked", ""),
        ("never", "asked", ""),
        ("asked", "@done", "It happens"),
        ("asked", "which", "After 2 days"),
        ("which", "ask", "tag “a”"),
        ("which", "out", "tag “b”"),
        ("which", "@done", "Otherwise"),
        ("out", "@done", ""),
    ]


def test_each_reason_counts_on_the_edge_it_took() -> None:
    counted = ways(
        [
            FlowCount(None, Reason.ENTERED, 0, 7),
            FlowCount("date", Reason.ENTERED_LATER, 0, 1),
            FlowCount("date", Reason.WAITED, 0, 4),
            FlowCount("date", Reason.DATE_PAST, 0, 1),
            FlowCount("date", Reason.DATE_MISSING, 0, 2),
            FlowCount("draw", Reason.ARM, 0, 3),
            FlowCount("draw", Reason.ARM, 1, 2),
            FlowCount("ask", Reason.SENT, 0, 3),
            FlowCount("ask", Reason.NO_CONSENT, 0, 1),
            FlowCount("ask", Reason.QUIET, 0, 9),
            FlowCount("asked", Reason.MATCHED, 0, 2),
            FlowCount("asked", Reason.TIMED_OUT, 0, 4),
            FlowCount("which", Reason.CASE, 1, 1),
            FlowCount("which", Reason.ELSE, 0, 1),
            FlowCount("which", Reason.ELSE_UNKNOWN, 0, 2),
        ]
    )
    assert counted["@entry", "date", ""] == 8
    assert (counted["date", "draw", ""], counted["date", "ask", "No date"]) == (5, 2)
    assert (counted["draw", "ask", "75%"], counted["draw", "asked", "25%"]) == (3, 2)
    assert counted["ask", "asked", ""] == 4, "a hold for quiet hours is not a way out"
    assert (counted["asked", "@done", "It happens"], counted["asked", "which", "After 2 days"]) == (2, 4)
    assert (counted["which", "ask", "tag “a”"], counted["which", "out", "tag “b”"]) == (0, 1)
    assert counted["which", "@done", "Otherwise"] == 3


def test_every_reason_of_leaving_is_on_some_edge() -> None:
    """No decision is lost: whatever makes people leave a step is counted on exactly one kind of way."""
    told = LEAVES | graph.AWAITED | graph.OTHERWISE | set(graph.BY_VALUE) | {Reason.DATE_MISSING, Reason.TIMED_OUT}
    assert {reason for reason in Reason if 30 <= reason < 70} == told | STAYS & {reason for reason in Reason if reason < 70}


def test_nodes_carry_what_stands_there() -> None:
    summary = [RunSummary("j", "ask", 2, 5), RunSummary("j", "ended:goal", 0, 3)]
    messages = [StepMessages("j", "ask", "sent", 4), StepMessages("j", "ask", "delivered", 1), StepMessages("j", "ask", "skipped", 2)]
    document = {"entry": [{"on": {"event": "Order Completed"}}], "steps": STEPS}
    flow = [FlowCount(None, Reason.ENTERED, 0, 7), FlowCount("out", Reason.DONE, 0, 3)]
    nodes = {node.id: node for node in graph.nodes(document, summary, messages, flow)}
    assert (nodes["ask"].live, nodes["ask"].passed, nodes["ask"].sent) == (2, 7, 5)
    assert (nodes["@entry"].passed, nodes["@done"].passed) == (7, 3)
    assert nodes["never"].passed == 0
    assert nodes["out"].kind == "done"


def test_a_draft_full_of_problems_still_has_a_picture() -> None:
    document: dict[str, Any] = {"steps": [{"id": "what"}, {"id": "wait", "wait": "soon"}]}
    assert [(node.id, node.kind) for node in graph.nodes(document, [], [], [])] == [
        ("@entry", "entry"), ("what", "unknown"), ("wait", "wait"), ("@done", "done"),
    ]  # fmt: skip
    assert len(graph.edges(document["steps"], [])) == 3
