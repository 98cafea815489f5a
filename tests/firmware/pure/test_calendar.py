import time

from shared.calendar import civil, unix_of


def test_known_dates():
    assert unix_of(1970, 1, 1) == 0
    assert unix_of(2000, 1, 1) == 946684800
    assert unix_of(2020, 1, 1) == 1577836800
    assert unix_of(2026, 11, 1) == 1793491200
    assert unix_of(2000, 2, 29, 23, 59, 59) == 951868799
    assert unix_of(2100, 3, 1) == 4107542400
    assert civil(951868799) == (2000, 2, 29, 23, 59, 59)


def test_every_day_of_two_centuries_comes_back_as_the_calendar_has_it():
    for unix in range(0, 6311433600, 86400):
        moment = civil(unix + 45296)
        assert unix_of(*moment) == unix + 45296
        if moment[2] in (1, 28, 29):
            assert tuple(time.gmtime(unix + 45296))[:6] == moment
