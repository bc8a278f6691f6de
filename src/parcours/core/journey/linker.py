"""The linker: numbers matchers, registers, rows and columns across programs, and writes the kernel's tables."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np

from parcours.core.journey import layout as at
from parcours.core.journey.definition import HOLDOUT_STEP
from parcours.core.journey.program import Change, MessageRule, Program
from parcours.core.journey.read_by_all import all_registers, permission_registers, receipt_matchers
from parcours.core.journey.reasons import Reason
from parcours.core.journey.tables import Bits, Ints, Tables
from parcours.core.journey.timeline import Era, Span
from parcours.core.terms import event_names
from parcours.core.terms.chance import signed, stable_hash, step_seed
from parcours.core.terms.conditions import opcodes
from parcours.core.terms.conditions.lower import Lowered, bind
from parcours.core.terms.conditions.matchers import NOT_RUN, Matcher, MatcherTable, canonical
from parcours.core.terms.conditions.registers import RegisterSpec
from parcours.core.terms.conditions.tree import Reaction
from parcours.core.terms.events import NEVER, Kind
from parcours.core.terms.zones import ZoneTable

ZONE_TRAIT: Final = "timezone"
EXIT_MODES: Final = {"end": (0, 0), "goal": (1, 0), "unmatched": (0, 1), "goal_or_unmatched": (1, 1)}
REENTRIES: Final = {"never": at.NEVER_AGAIN, "after_exit": at.AFTER_EXIT, "after": at.AFTER}
CHANGE_REASONS: Final = {"tag": Reason.TAGGED, "untag": Reason.UNTAGGED, "attribute": Reason.ATTRIBUTE_SET}
CHANGE_EVENTS: Final = {"tag": event_names.TAG_ADDED, "untag": event_names.TAG_REMOVED, "attribute": event_names.CONTACT_IDENTIFIED}


class Version(Protocol):
    """A placed version (link.Placed)."""

    @property
    def program(self) -> Program: ...
    @property
    def version(self) -> int: ...
    @property
    def published_at(self) -> int: ...
    @property
    def follow(self) -> bool: ...
    @property
    def redirects(self) -> Mapping[str, str]: ...


def ints(rows: Sequence[Sequence[int]], columns: int) -> Ints:
    """Rows as an int64 table, also when there are none."""
    return np.array([list(row) for row in rows], dtype=np.int64).reshape(len(rows), columns)


def _starts(groups: Sequence[Sequence[Any]]) -> Ints:
    return np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)


class Linker:
    """Built from placed versions in order of (key, version); then `tables` writes everything."""

    def __init__(self, placed: Sequence[Version], journeys: Sequence[str], timeline: Sequence[Era], zones: ZoneTable) -> None:
        self.placed, self.journeys, self.timeline, self.zones = placed, tuple(journeys), timeline, zones
        programs = [version.program for version in placed]
        self.registers = all_registers(programs)
        self.offsets: dict[int, int] = {}
        self.width = 0
        for register in self.registers:
            self.offsets[register.key] = self.width
            self.width += register.width
        caps = [cap for era in timeline for cap in era.caps]
        rules = [rule for program in programs for rule in program.messages]
        self.channels = tuple(sorted({rule.channel for rule in rules} | {cap.channel for cap in caps if cap.channel}))
        self.topics = tuple(sorted({name for name in (*(r.topic for r in rules), *(c.topic for c in caps)) if name}))
        self.receipts = receipt_matchers(sorted({rule.channel for rule in rules}))
        self.zone_matcher = Matcher(event_names.CONTACT_IDENTIFIED, carries=ZONE_TRAIT, kinds=NOT_RUN)
        self.matchers = MatcherTable(self._numbered(programs))
        self.entry_events = tuple(sorted({entry.event for program in programs for entry in program.entries}))
        self.columns: list[tuple[str, str]] = []
        self.row_of: list[int] = [0, *np.cumsum([len(program.steps) for program in programs]).tolist()]
        self.row_steps = tuple((p, s) for p, program in enumerate(programs) for s in range(len(program.steps)))
        self.step_keys = tuple(self._step_keys(journey) for journey in self.journeys)
        self._codes: list[Ints] = []
        self._code_rows: list[tuple[int, int, int]] = []
        self._code_wants: list[list[int]] = []

    def _numbered(self, programs: Sequence[Program]) -> list[Matcher]:
        """Matchers in the order in which their feeds apply to one event: unknown, false, true, the rest."""
        rank = {opcodes.SET_UNKNOWN: 0, opcodes.SET_FALSE: 1, opcodes.SET_TRUE: 2}
        feeds = [(rank.get(feed.role, 3), feed.matcher) for register in self.registers for feed in register.feeds]
        fed = [matcher for _, matcher in sorted(feeds, key=lambda pair: pair[0])]
        others = [matcher for program in programs for matcher in program.matchers()]
        return [*fed, *others, *(matcher for matcher, _ in self.receipts), self.zone_matcher]

    def _step_keys(self, journey: str) -> dict[str, int]:
        ids = [name for version in self.placed if version.program.key == journey for name in version.program.step_ids]
        return {name: number for number, name in enumerate(dict.fromkeys(ids), start=1)}

    def bit(self, matcher: Matcher) -> int:
        """The bit of a matcher."""
        return int(self.matchers.bits[matcher.key])

    def column(self, kind: str, path: str) -> int:
        """The column of a number the kernel needs of events."""
        if (kind, path) not in self.columns:
            self.columns.append((kind, path))
        return self.columns.index((kind, path))

    def tables(self, pauses: Sequence[Sequence[Span]], gaps: Sequence[Span]) -> Tables:
        """Everything, as arrays."""
        feeds = self._feeds()
        zone = (self.bit(self.zone_matcher), self.column("zone", ZONE_TRAIT))
        parts = [self._program(row, version) for row, version in enumerate(self.placed)]
        entries = sorted((entry for part in parts for entry in part["entries"]), key=lambda entry: entry["order"])
        changes, effects = self._changes([change for version in self.placed for change in version.program.changes])
        exits = [rule for part in parts for rule in part["exits"]]
        programs = self._programs(parts, entries)
        by_journey = [self._publications(journey) for journey in self.journeys]
        settings, caps = self._settings()
        steps = [row for part in parts for row in part["steps"]]
        self._needed(feeds, zone, programs, entries, exits)
        return Tables(
            steps=ints(steps, at.STEP_COLUMNS),
            branches=ints([row for part in parts for row in part["branches"]], at.BRANCH_COLUMNS),
            codes=ints(self._code_rows, 3),
            code=np.concatenate(self._codes) if self._codes else ints([], 5),
            messages=ints([self._message(rule) for version in self.placed for rule in version.program.messages], 7),
            changes=ints(changes, 4),
            effects=ints(effects, 4),
            programs=ints(programs, at.P_PUBLISHED + 1),
            entries=ints([entry["row"] for entry in entries], at.E_EVENT + 1),
            exits=ints(exits, 2),
            feeds=ints([feed for group in feeds for feed in group], 4),
            feeds_of=_starts(feeds),
            receipts=self._receipt_roles(),
            follow=self._follow(),
            publications=ints([row for group in by_journey for row in group], 3),
            publications_of=_starts(by_journey),
            pauses=ints([span for group in pauses for span in group], 2),
            pauses_of=_starts(pauses),
            gaps=ints(gaps, 2),
            settings=ints(settings, 6),
            caps=ints(caps, 4),
            initial=np.array([word for register in self.registers for word in register.initial_words()], dtype=np.int64),
            step_seeds=np.array([self._seed(p, s) for p, s in self.row_steps], dtype=np.uint64),
            holdout_seeds=np.array([step_seed(journey, HOLDOUT_STEP) for journey in self.journeys], dtype=np.uint64),
            base_want=self._mask(self._base_bits(feeds, entries, zone[0])),
            program_want=self._masks([part["want"] for part in parts]),
            step_want=self._masks([want for part in parts for want in part["step_wants"]]),
            entry_facts=self._masks([entry["facts"] for entry in entries]),
            transitions=self.zones.transitions,
            offsets=self.zones.offsets,
            zones=self.zones.starts,
            zone=np.array(zone, dtype=np.int64),
        )

    def _feeds(self) -> list[list[tuple[int, int, int, int]]]:
        feeds: list[list[tuple[int, int, int, int]]] = [[] for _ in self.matchers.matchers]
        for register in self.registers:
            for feed in register.feeds:
                value = -1 if feed.source is None else self.column(feed.source.kind, feed.source.path)
                feeds[self.bit(feed.matcher)].append((self.offsets[register.key], register.size, feed.role, value))
        return feeds

    def _code(self, lowered: Lowered, keys: Mapping[str, int]) -> int:
        code = bind(lowered, self.offsets, self.matchers.bits, keys)
        start = sum(len(part) for part in self._codes)
        self._codes.append(code)
        self._code_rows.append((start, start + len(code), int(lowered.needs_local)))
        self._code_wants.append(self._interest(lowered))
        return len(self._code_rows) - 1

    def _interest(self, lowered: Lowered) -> list[int]:
        """The bits of events that may change a condition's answer."""
        wanted = [self.bit(feed.matcher) for atom in lowered.atoms if isinstance(atom, RegisterSpec) for feed in atom.feeds]
        if any(isinstance(atom, Reaction) for atom in lowered.atoms):
            wanted += [self.bit(matcher) for matcher, _ in self.receipts]
        return sorted(set(wanted))

    def _program(self, row: int, version: Version) -> dict[str, Any]:
        """One program's rows, its places replaced by the workspace's."""
        program, first = version.program, self.row_of[row]
        journey = self.journeys.index(program.key)
        keys = self.step_keys[journey]
        code = [self._code(lowered, keys) for lowered in program.codes]
        message_base = sum(len(each.program.messages) for each in self.placed[:row])
        change_base = sum(len(each.program.changes) for each in self.placed[:row])
        branch_base = sum(len(each.program.branches) for each in self.placed[:row])
        steps, wants = [], []
        for place, step in enumerate(program.steps.tolist()):
            step[at.NEXT] += first
            step[at.ALT] += first
            step[at.STEP_KEY] = keys[program.step_ids[place]]
            want: list[int] = []
            match step[at.OP]:
                case at.WAIT if step[at.A] == at.DATE:
                    step[at.B] = self.offsets[program.dates[step[at.B]].key]
                case at.WAIT_FOR:
                    step[at.A] = code[step[at.A]]
                    want = self._code_wants[step[at.A]]
                case at.TEST | at.SPLIT:
                    step[at.A] += branch_base
                case at.EMIT:
                    step[at.A] += message_base
                case at.SET:
                    step[at.A] += change_base
            steps.append(step)
            wants.append(want)
        branches = [(code[c] if c >= 0 else -1, number, target + first) for c, number, target in program.branches.tolist()]
        rules = [rule for rule in (program.goal, *program.exits) if rule is not None]
        return {
            "steps": steps,
            "step_wants": wants,
            "branches": branches,
            "exits": [(self.bit(rule.matcher), int(rule.same)) for rule in program.exits],
            "entries": [self._entry(row, version, line, code) for line in range(len(program.entries))],
            "want": [self.bit(rule.matcher) for rule in rules],
            "instance": -1 if program.instance is None else self.column("instance", program.instance),
        }

    def _entry(self, row: int, version: Version, line: int, code: list[int]) -> dict[str, Any]:
        entry = version.program.entries[line]
        without = -1 if entry.without is None else self.bit(entry.without)
        facts: list[int] = []
        if entry.code >= 0:
            start, stop, _ = self._code_rows[code[entry.code]]
            lines = np.concatenate(self._codes)[start:stop].tolist()
            facts = [bit for line_of in lines if line_of[0] == opcodes.EVENT for bit in line_of[1:3]]
        return {
            "order": (-version.program.priority, version.program.key, row, line),
            "row": (
                self.bit(entry.matcher),
                code[entry.code] if entry.code >= 0 else -1,
                without,
                entry.within,
                row,
                line,
                self.entry_events.index(entry.event),
            ),
            "facts": facts,
            "published": version.published_at < NEVER,
        }

    def _programs(self, parts: Sequence[dict[str, Any]], entries: Sequence[dict[str, Any]]) -> list[list[int]]:
        rows = []
        exits = 0
        for row, (version, part) in enumerate(zip(self.placed, parts, strict=True)):
            program = version.program
            journey = self.journeys.index(program.key)
            own = [place for place, entry in enumerate(entries) if entry["row"][at.E_PROGRAM] == row]
            goal = program.goal
            rows.append(
                [
                    journey,
                    version.version,
                    self.row_of[row],
                    self.row_of[row + 1] - 1,
                    -1 if goal is None else self.bit(goal.matcher),
                    program.goal_within,
                    int(goal is not None and goal.same),
                    *EXIT_MODES[program.exit_when],
                    exits,
                    len(program.exits),
                    own[0] if own else 0,
                    len(own),
                    program.holdout,
                    REENTRIES[program.reentry.mode],
                    program.reentry.after,
                    part["instance"],
                    program.priority,
                    sorted(self.journeys).index(program.key),
                    version.published_at,
                ]
            )
            exits += len(program.exits)
        return rows

    def _message(self, rule: MessageRule) -> list[int]:
        offsets = [-1 if register is None else self.offsets[register.key] for register in permission_registers(rule)]
        topic = -1 if rule.topic is None else self.topics.index(rule.topic)
        return [*offsets, self.channels.index(rule.channel), topic, int(not rule.transactional)]

    def _changes(self, changes: Sequence[Change]) -> tuple[list[list[int]], list[list[int]]]:
        rows: list[list[int]] = []
        effects: list[list[int]] = []
        for change in changes:
            properties = {change.name: change.value} if change.kind == "attribute" else {"tag": change.name}
            first = len(effects)
            for register in self.registers:
                for feed in register.feeds:
                    echoed = feed.matcher.kinds >> Kind.RUN & 1
                    if not echoed and feed.matcher.matches(CHANGE_EVENTS[change.kind], Kind.CUSTOMER, properties, 0):
                        value = 0 if feed.source is None else feed.source.read(properties)
                        effects.append([self.offsets[register.key], register.size, feed.role, value])
            zone = -1
            if change.kind == "attribute" and change.name == ZONE_TRAIT and change.value in self.zones.names:
                zone = self.zones.names.index(change.value)
            rows.append([int(CHANGE_REASONS[change.kind]), first, len(effects) - first, zone])
        return rows, effects

    def _publications(self, journey: str) -> list[tuple[int, int, int]]:
        rows = [
            (version.published_at, row, int(version.follow))
            for row, version in enumerate(self.placed)
            if version.program.key == journey and version.published_at < NEVER
        ]
        return sorted(rows)

    def _settings(self) -> tuple[list[list[int]], list[list[int]]]:
        rows: list[list[int]] = []
        caps: list[list[int]] = []
        for era in self.timeline:
            quiet = era.quiet if era.quiet is not None else (-1, -1)
            rows.append([era.at, *quiet, len(caps), len(era.caps), int(era.strict)])
            for cap in era.caps:
                channel = -1 if cap.channel is None else self.channels.index(cap.channel)
                topic = -1 if cap.topic is None else self.topics.index(cap.topic)
                caps.append([cap.most, -1 if cap.within is None else cap.within, channel, topic])
        return rows, caps

    def _receipt_roles(self) -> Ints:
        roles = np.zeros(len(self.matchers.matchers), dtype=np.int64)
        for matcher, role in self.receipts:
            roles[self.bit(matcher)] = role
        return roles

    def _follow(self) -> Ints:
        follow = np.full((len(self.placed), self.row_of[-1]), -1, dtype=np.int64)
        for new, version in enumerate(self.placed):
            for old, left in enumerate(self.placed):
                if left.program.key == version.program.key and old != new:
                    for step in range(len(left.program.steps)):
                        follow[new, self.row_of[old] + step] = self._followed(new, version, left.program, step)
        return follow

    def _followed(self, new: int, version: Version, left: Program, step: int) -> int:
        program, base = version.program, self.row_of[new]
        places = {name: place for place, name in enumerate(program.step_ids)}

        def survives(place: int) -> bool:
            there = places.get(left.step_ids[place])
            return there is not None and program.step_kinds[there] == left.step_kinds[place]

        if survives(step):
            there = places[left.step_ids[step]]
            changed = left.step_kinds[step] == "wait_for" and _awaits(left.step_forms[step]) != _awaits(program.step_forms[there])
            return (base + there) * 4 + at.SAME_STEP + (at.OTHER_CONDITION if changed else 0)
        chosen = version.redirects.get(left.step_ids[step])
        if chosen in places:
            return (base + places[chosen]) * 4
        following = next((place for place in range(step + 1, len(left.steps) - 1) if survives(place)), None)
        return -1 if following is None else (base + places[left.step_ids[following]]) * 4

    def _seed(self, program: int, step: int) -> int:
        placed = self.placed[program].program
        return int(step_seed(placed.key, placed.step_ids[step]))

    def _base_bits(self, feeds: Sequence[Sequence[Any]], entries: Sequence[dict[str, Any]], zone: int) -> list[int]:
        """The bits that always matter: registers, ways in, receipts, the zone."""
        bits = [bit for bit, group in enumerate(feeds) if group]
        bits += [bit for entry in entries if entry["published"] for bit in (entry["row"][at.E_BIT], entry["row"][at.E_WITHOUT]) if bit >= 0]
        return [*bits, *(self.bit(matcher) for matcher, _ in self.receipts), zone]

    def _needed(self, feeds: Any, zone: tuple[int, int], programs: Any, entries: Any, exits: Any) -> None:
        """Per bit, the columns of values its events must bring."""
        needed: list[list[int]] = [[] for _ in self.matchers.matchers]
        for bit, group in enumerate(feeds):
            needed[bit] += [feed[at.F_VALUE] for feed in group if feed[at.F_VALUE] >= 0]
        needed[zone[0]].append(zone[1])
        for program in programs:
            column = program[at.P_INSTANCE]
            if column >= 0:
                rules = [exits[row][0] for row in range(program[at.P_EXITS], program[at.P_EXITS] + program[at.P_EXITS_COUNT])]
                for bit in (program[at.P_GOAL], *rules):
                    if bit >= 0:
                        needed[bit].append(column)
        for entry in entries:
            column = programs[entry["row"][at.E_PROGRAM]][at.P_INSTANCE]
            for bit in (entry["row"][at.E_BIT], entry["row"][at.E_WITHOUT]):
                if column >= 0 and bit >= 0:
                    needed[bit].append(column)
        self.columns_of_bit = tuple(tuple(dict.fromkeys(columns)) for columns in needed)

    def _mask(self, bits: Iterable[int]) -> Bits:
        mask = np.zeros(self.matchers.words, dtype=np.uint64)
        for bit in bits:
            mask[bit >> 6] |= np.uint64(1 << (bit & 63))
        return mask

    def _masks(self, rows: Sequence[Iterable[int]]) -> Bits:
        return np.array([self._mask(bits) for bits in rows], dtype=np.uint64).reshape(len(rows), self.matchers.words)


def _awaits(form: str) -> str:
    return canonical(json.loads(form)["wait_for"])


def instance_key(text: str) -> int:
    """The number that stands for an instance; 0 for the only one of a journey without instances."""
    return signed(stable_hash("instance", text)) if text else 0
