"""The accounts of the chaos tests can fail."""

import json
from pathlib import Path

from tests.e2e.ledger import Heard, Taken, heard, settle, taken

PERIOD_S = 4.0
ENTRY = Taken("7", "sol", "65.0", 1000.0, 1001.0)


def live(at: float, payload: str = "65.0") -> Heard:
    return Heard("7", "sol", payload, at)


def late(at: float, said: int) -> Heard:
    return Heard("7", "sol", "65.0", at, said)


def test_what_never_came_is_lost() -> None:
    assert settle([ENTRY], [], PERIOD_S).lost == [ENTRY]


def test_a_value_that_nobody_measured_is_strange() -> None:
    arrival = live(1001, "65.1")
    account = settle([ENTRY], [arrival], PERIOD_S)
    assert account.strange == [arrival]
    assert account.lost == [ENTRY]


def test_two_of_one_are_a_duplicate() -> None:
    account = settle([ENTRY], [live(1001), late(1030, 1001)], PERIOD_S)
    assert (account.delivered, account.duplicates, account.lost, account.strange) == (1, 1, [], [])


def test_a_live_value_that_is_too_old_is_strange_unless_a_trouble_held_it_back() -> None:
    arrival = live(1020)
    assert settle([ENTRY], [arrival], PERIOD_S).strange == [arrival]
    assert not settle([ENTRY], [arrival], PERIOD_S, [(1002, 1014)]).strange
    assert settle([ENTRY], [arrival], PERIOD_S, [(1002, 1010)]).strange == [arrival]


def test_a_late_value_with_a_wrong_time_is_strange() -> None:
    for said in (990, 1010):
        arrival = late(1030, said)
        assert settle([ENTRY], [arrival], PERIOD_S).strange == [arrival]


def test_a_fresh_value_does_not_belong_into_the_backlog() -> None:
    arrival = late(1001, 1001)
    assert settle([ENTRY], [arrival], PERIOD_S).strange == [arrival]


def test_equal_values_are_paired_so_that_none_seems_lost() -> None:
    entries = [Taken("7", "rssi", "-55", at, at + 1) for at in (1000.0, 1004.0, 1008.0)]
    arrivals = [Heard("7", "rssi", "-55", 1030, said) for said in (1003, 1007, 1010, 1003)]
    account = settle(entries, arrivals, PERIOD_S)
    assert (account.delivered, account.duplicates, account.lost) == (3, 1, [])


def test_entries_and_arrivals_are_read_from_what_was_written(tmp_path: Path) -> None:
    wakes = tmp_path / "wakes.jsonl"
    wakes.write_text(json.dumps({"began": 1000, "at": 1001, "readings": [["sol", "65.0"]], "kept": 0}) + "\n")
    assert list(taken("7", wakes)) == [ENTRY]
    backlog = b'{"format":1,"measurements":[[1001,"sol","65.0"]]}'
    assert list(heard(1030, "/serre/1/bac/7/histo", backlog)) == [late(1030, 1001)]
    assert list(heard(1001, "/serre/1/bac/7/sol", b"65.0")) == [live(1001)]
