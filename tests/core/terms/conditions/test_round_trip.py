"""Documents and trees: nothing is lost either way, through JSON too."""

import json

from hypothesis import given

from parcours.core.terms.conditions.parse import parse_condition
from parcours.core.terms.conditions.render import render_condition
from parcours.core.terms.conditions.tree import Condition
from tests.core.terms.conditions.strategies import conditions


@given(conditions)
def test_a_tree_written_and_read_again_is_the_same_tree(tree: Condition) -> None:
    document = json.loads(json.dumps(render_condition(tree)))
    again, problems = parse_condition(document, event="Bought")
    assert problems == []
    assert repr(again) == repr(tree)
    assert again is not None
    assert render_condition(again) == document
