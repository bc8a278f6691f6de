"""Hypothesis strategies for cases and documents: the generators, with Hypothesis choosing."""

from hypothesis import strategies as st

from tests.laws import documents, histories
from tests.laws.case import Case
from tests.laws.dice import Drawn, Thrown
from tests.laws.reference.model import Document


@st.composite
def journeys(draw: st.DrawFn) -> Document:
    """A journey document without problems."""
    return documents.journey(Drawn(draw))


@st.composite
def cases(draw: st.DrawFn, contacts: int = 1, most_journeys: int = 2, most_events: int = 16) -> Case:
    """A whole case."""
    return histories.case(Drawn(draw), contacts, most_journeys, most_events)


def case_of_seed(seed: int, contacts: int = 1, most_journeys: int = 3, most_events: int = 20) -> Case:
    """The case of a number: the same case for the same number."""
    return histories.case(Thrown(seed), contacts, most_journeys, most_events)
