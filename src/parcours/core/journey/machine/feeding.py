"""What events do before anything is decided: registers, receipts, the zone."""

import numpy as np

from parcours.core.journey.layout import (
    F_OFFSET,
    F_ROLE,
    F_SIZE,
    F_VALUE,
    GIVEN_BACK,
    LIVE_STATUS,
    MESSAGE_VISIT,
    N_DIRTY,
    N_RUNS,
    N_ZONE,
    N_ZONE_SAID,
    R_REF,
    R_STATUS,
)
from parcours.core.journey.machine.sending import give_back
from parcours.core.journey.tables import Bits, Events, Room, Tables
from parcours.core.terms.conditions.opcodes import PUSH_LIVE_TIME
from parcours.core.terms.conditions.update import apply_feed
from parcours.core.terms.money import MISSING
from parcours.core.terms.parts import part


@part
def bit_of(mask: Bits, row: int, bit: int) -> bool:
    """Whether a bit is set in a row of masks; bit -1 is never set."""
    if bit < 0:
        return False
    return bool((mask[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0))


@part
def lowest_bit(word: np.uint64) -> int:
    """The place of the lowest set bit of a word that is not zero."""
    place = 0
    while not word & np.uint64(0xFF):
        word >>= np.uint64(8)
        place += 8
    while not word & np.uint64(1):
        word >>= np.uint64(1)
        place += 1
    return place


@part
def feed_bit(t: Tables, s: Room, e: Events, event: int, bit: int) -> None:
    """Apply the feeds of one matcher that matched."""
    for place in range(t.feeds_of[bit], t.feeds_of[bit + 1]):
        feed = t.feeds[place]
        if feed[F_ROLE] == PUSH_LIVE_TIME and e.history[event]:
            continue
        value = e.values[event, feed[F_VALUE]] if feed[F_VALUE] >= 0 else 0
        apply_feed(s.row, feed[F_OFFSET], feed[F_SIZE], feed[F_ROLE], e.turned[event], value)
        if e.history[event]:
            s.n[N_DIRTY] = 1


@part
def receipt_row(e: Events, event: int) -> int:
    """The row of `receipts` of an event, -1 when it names no known run."""
    low, high = 0, len(e.receipts)
    while low < high:
        middle = (low + high) // 2
        if e.receipts[middle, 0] < event:
            low = middle + 1
        else:
            high = middle
    return low if low < len(e.receipts) and e.receipts[low, 0] == event else -1


@part
def take_receipt(s: Room, e: Events, event: int, role: int) -> None:
    """What a channel reports of a message: a bit of its step's word, or its place under the caps given back."""
    place = receipt_row(e, event)
    if place < 0:
        return
    ref, key, visit = e.receipts[place, 1], e.receipts[place, 2], e.receipts[place, 3]
    if key == 0:  # a step the journey does not know
        return
    if role == GIVEN_BACK:
        give_back(s, ref, key, visit)
        return
    for run in range(s.n[N_RUNS]):
        if s.runs[run, R_REF] != ref or s.runs[run, R_STATUS] != LIVE_STATUS:  # first of all: another journey's steps have other keys
            continue
        if visit < 0 or visit == s.reactions[run, key] >> MESSAGE_VISIT:
            s.reactions[run, key] |= np.int64(1) << (role - 1)


@part
def feed_event(t: Tables, s: Room, e: Events, event: int, silent: bool) -> None:
    """Apply everything one event says; a silent one only fills registers."""
    for word in range(e.mask.shape[1]):
        left = e.mask[event, word]
        while left != np.uint64(0):
            bit = lowest_bit(left)
            left &= left - np.uint64(1)
            place = word * 64 + bit
            feed_bit(t, s, e, event, place)
            if t.receipts[place] > 0 and not silent:
                take_receipt(s, e, event, t.receipts[place])
    if t.zone[0] >= 0 and bit_of(e.mask, event, t.zone[0]):
        zone = e.values[event, t.zone[1]]
        if zone != MISSING:
            s.n[N_ZONE] = zone
            s.n[N_ZONE_SAID] = 1
