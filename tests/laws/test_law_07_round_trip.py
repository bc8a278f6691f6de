"""Law 7, round trip: document, values, YAML, JSON, lossless."""

import json
from io import StringIO

from hypothesis import given
from ruamel.yaml import YAML

from parcours.core.journey import compile_journey, parse_journey, to_document
from parcours.core.journey.definition import Journey
from tests.laws.reference.model import Document
from tests.laws.strategies import case_of_seed, journeys


def read(document: Document) -> Journey:
    """The journey of a document without problems."""
    journey, problems = parse_journey(document)
    assert journey is not None, problems
    return journey


def through_yaml(document: Document) -> Document:
    """Written as YAML and read again."""
    text, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.dump(document, text)
    again: Document = yaml.load(text.getvalue())
    return again


def keeps_its_meaning(document: Document) -> None:
    """Raises AssertionError if anything is lost on the way."""
    journey = read(document)
    written = to_document(journey)
    assert read(written) == journey
    assert to_document(read(written)) == written, "written once, it is written the same for ever"
    assert json.loads(json.dumps(written)) == written
    assert through_yaml(written) == written
    assert read(through_yaml(json.loads(json.dumps(document)))) == journey
    assert compile_journey(read(written)).digest == compile_journey(journey).digest


@given(journeys())
def test_small(document: Document) -> None:
    """Any document."""
    keeps_its_meaning(document)


def test_in_bulk(seeds: list[int]) -> None:
    """Many at once, with their next versions."""
    for seed in seeds[::4]:
        for publication in case_of_seed(seed).publications:
            keeps_its_meaning(publication.document)
