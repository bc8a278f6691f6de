"""Checks on the whole: ids, targets, unreachable steps, loops, what conditions may ask where."""

from collections.abc import Iterator

from parcours.core.journey.definition import DONE, HOLDOUT_STEP, Journey
from parcours.core.journey.steps import STEP_KINDS
from parcours.core.journey.steps.kind import Place, Step, atoms
from parcours.core.terms.conditions.lower import on_event_only
from parcours.core.terms.conditions.tree import Condition, Property, Reaction
from parcours.core.terms.problems import Problem
from parcours.core.terms.shapes import near


def check_graph(journey: Journey, place: Place) -> None:
    """Reports every problem of the journey as a whole; the steps that could be read are checked."""
    broken = {problem.step for problem in place.problems if problem.step is not None}
    _check_ids(journey, place)
    whole = not any(problem.path.startswith("steps") for problem in place.problems)
    for step in journey.steps:
        here = Place(f"steps.{step.id}", step.id, place.catalogue, place.problems)
        _check_targets(journey, step, here, broken)
        for condition in STEP_KINDS[step.kind].conditions(step.body):
            _check_reactions(journey, condition, here, broken)
            _check_no_event(condition, here)
    for entry in journey.entries:
        if entry.where is not None and any(isinstance(atom, Reaction) for atom in atoms(entry.where)):
            en, fr = (
                "nothing was sent yet at entry: ask for a reaction in a step",
                "rien n'est encore envoyé à l'entrée : demandez-le dans une étape",
            )
            place.report("not_here", "entry", en, fr)
    _check_topic(journey, place)
    if whole and not any(problem.code in ("unknown_target", "same_id") for problem in place.problems):
        _check_unreachable(journey, place)
        _check_loops(journey, place)


def _check_ids(journey: Journey, place: Place) -> None:
    seen: list[str] = []
    for step in journey.steps:
        if step.id in (DONE, HOLDOUT_STEP):
            en, fr = (
                f"`{step.id}` has a meaning of its own: choose another id",
                f"« {step.id} » a déjà un sens : choisissez un autre identifiant",
            )
            place.problems.append(Problem("reserved_id", f"steps.{step.id}", en, fr, step.id))
        if step.id in seen:
            en, fr = f"two steps are called `{step.id}`: rename one", f"deux étapes s'appellent « {step.id} » : renommez-en une"
            place.problems.append(Problem("same_id", f"steps.{step.id}", en, fr, step.id))
        seen.append(step.id)


def _targets(step: Step) -> tuple[tuple[str, str], ...]:
    return STEP_KINDS[step.kind].targets(step.body) + ((("next", step.next),) if step.next is not None else ())


def _check_targets(journey: Journey, step: Step, place: Place, broken: set[str]) -> None:
    known = [each.id for each in journey.steps]
    for key, target in _targets(step):
        if target != DONE and target not in known and target not in broken:
            en, fr = near(target, [*known, DONE])
            place.report(
                "unknown_target", key, f"there is no step `{target}`: name a step, or done{en}", f"il n'y a pas d'étape « {target} »{fr}"
            )


def _check_reactions(journey: Journey, condition: Condition, place: Place, broken: set[str]) -> None:
    senders = [step.id for step in journey.steps if STEP_KINDS[step.kind].sends]
    for atom in atoms(condition):
        if isinstance(atom, Reaction) and atom.step not in senders and atom.step not in broken:
            en, fr = near(atom.step, senders)
            place.report("unknown_target", atom.kind, f"`{atom.step}` sends nothing{en}", f"« {atom.step} » n'envoie rien{fr}")


def _check_no_event(condition: Condition, place: Place) -> None:
    if any(isinstance(atom, Property) for atom in atoms(condition)) or on_event_only(condition):
        en = "there is no event at hand here: test an attribute, or an event with `where`"
        fr = "il n'y a pas d'événement en cours ici : testez un attribut, ou un événement avec « where »"
        place.report("not_here", "property", en, fr)


def _check_topic(journey: Journey, place: Place) -> None:
    sends = any(STEP_KINDS[step.kind].sends for step in journey.steps)
    if sends and not journey.transactional and journey.topic is None:
        en = "say the `topic` of the messages, which people consent to; or `transactional: true` when they are owed"
        fr = "dites le sujet (`topic`) des messages, auquel on consent ; ou `transactional: true` s'ils sont dus"
        place.report("missing_key", "topic", en, fr)


def edges(journey: Journey, index: int) -> Iterator[str]:
    """The steps to which the step at `index` may lead, DONE included."""
    step = journey.steps[index]
    yield from (target for _, target in STEP_KINDS[step.kind].targets(step.body))
    if STEP_KINDS[step.kind].goes_on(step.body):
        yield step.next if step.next is not None else journey.following(index)


def _check_unreachable(journey: Journey, place: Place) -> None:
    place_of = {step.id: index for index, step in enumerate(journey.steps)}
    reached, ahead = [False] * len(journey.steps), [0]
    while ahead:
        index = ahead.pop()
        if not reached[index]:
            reached[index] = True
            ahead.extend(place_of[target] for target in edges(journey, index) if target != DONE)
    for step, found in zip(journey.steps, reached, strict=True):
        if not found:
            en, fr = (
                "no way leads here: point a step at it, or remove it",
                "aucun chemin ne mène ici : faites-y mener une étape, ou enlevez-la",
            )
            place.problems.append(Problem("unreachable", f"steps.{step.id}", en, fr, step.id))


def _check_loops(journey: Journey, place: Place) -> None:
    """A loop without a pause: what remains when steps that lead only to pauses, the end, or steps already removed are taken away."""
    place_of = {step.id: index for index, step in enumerate(journey.steps)}
    looping = {index for index, step in enumerate(journey.steps) if STEP_KINDS[step.kind].pause(step.body) == 0}
    changed = True
    while changed:
        kept = {index for index in looping if any(place_of.get(target, -1) in looping for target in edges(journey, index))}
        changed, looping = kept != looping, kept
    entered = {place_of[target] for index in looping for target in edges(journey, index) if target != DONE}
    for index in sorted(looping & entered):
        step = journey.steps[index]
        en = "this step is part of a loop that takes no time: put a wait of some length into it"
        fr = "cette étape fait partie d'une boucle qui ne prend pas de temps : mettez-y une attente d'une certaine durée"
        place.problems.append(Problem("endless_loop", f"steps.{step.id}", en, fr, step.id))
