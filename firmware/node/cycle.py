"""The arithmetic of a node's life: what a reading is, how long to sleep, what to keep. Pure.

A reading is seven numbers in the order of LEAVES, each in its last decimal (65.0 % is 650), None where there is nothing
to say: small to keep, and exactly what is published.
"""

import json

from micropython import const

from shared.wire import MEASURES, encode

LEAVES = ("sol", "air/temp", "air/hum", "batterie", "tension", "rssi", "sol/brut")
_MOST_LATE = const(24)  # readings; six hours of quarters
_LONGEST_PAUSE_S = const(3600)
_LONGEST_OFF_S = const(7 * 86400)  # a longer gap is a clock that jumped
_STILL = const(12)  # readings alike to the last digit: no living probe does that
_LARGEST_LATE = const(1000)  # bytes of a message with late readings


def reading(values: dict) -> list:
    """Return a reading of these values by leaf; what is missing or out of its range is None."""
    numbers = []
    for leaf in LEAVES:
        value = values.get(leaf)
        lowest, highest, decimals = MEASURES[leaf]
        there = value is not None and lowest <= value <= highest
        numbers.append(round(value * 10**decimals) if there else None)
    return numbers


def payloads(numbers: list) -> list:
    """Return leaf and payload of what a reading has to say."""
    return [
        (leaf, encode(leaf, number / 10 ** MEASURES[leaf][2]))
        for leaf, number in zip(LEAVES, numbers)
        if number is not None
    ]


def pause(period_s: int, away: int) -> int:
    """Return the pause after so many wakes without a hub: the period, twice, then four times, at most an hour."""
    return max(period_s, min(_LONGEST_PAUSE_S, period_s << min(max(0, away - 1), 2)))


def age(known: dict, now_s: int) -> None:
    """Let what is remembered age since the last wake: by the clock, or as was meant where the clock cannot be right.

    The clock need not be set, only have run on.
    """
    woke, meant = known["woke"]
    passed = now_s - woke if woke and 0 <= now_s - woke < _LONGEST_OFF_S else meant
    known["leased"] += passed
    for one in known["late"]:
        one[0] += passed


def keep(late: list, numbers: list) -> None:
    """Keep a reading of now; beyond the most that are kept, the oldest goes."""
    if any(number is not None for number in numbers):
        late.append([0, numbers])
        del late[:-_MOST_LATE]


def waiting(late: list) -> list:
    """Return the kept readings as messages for the hub, oldest first: (payload, how many readings are in it)."""
    messages = []
    rows, count = "", 0
    for age_s, numbers in late:
        row = "".join(",[%d,%s,%s]" % (age_s, json.dumps(leaf), json.dumps(text)) for leaf, text in payloads(numbers))
        if rows and len(rows) + len(row) >= _LARGEST_LATE:
            messages.append(("[" + rows[1:] + "]", count))
            rows, count = "", 0
        rows += row
        count += 1
    if rows:
        messages.append(("[" + rows[1:] + "]", count))
    return messages


def stuck(still: list, at: int, said: object) -> bool:
    """Note in `still` what a probe said (None: nothing to judge); tell whether it has said the same for too long."""
    still[at + 1] = still[at + 1] + 1 if said is not None and said == still[at] else 0
    still[at] = said
    return still[at + 1] >= _STILL
