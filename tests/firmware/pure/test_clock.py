from shared.clock import Clock

BUILT = 1793491200  # 2026-11-01
NOW = 1795356000  # 2026-11-22 14:00


class Ticks:
    """A board's ticks: milliseconds modulo 2**30."""

    def __init__(self, ms=0):
        self.ms = ms

    def __call__(self):
        return self.ms & 0x3FFFFFFF


def clock_and_ticks(ms=0):
    ticks = Ticks(ms)
    return Clock(ticks), ticks


def test_uptime_begins_at_zero_whatever_the_ticks_are():
    clock, _ = clock_and_ticks(123456789)
    assert clock.uptime() == 0


def test_uptime_goes_on_over_a_year_of_ticks_that_wrap():
    clock, ticks = clock_and_ticks(0x3FFFFFFF - 500)
    for day in range(1, 366):
        ticks.ms += 86400_000
        assert clock.uptime() == day * 86400


def test_uptime_loses_no_milliseconds():
    clock, ticks = clock_and_ticks()
    for _ in range(1000):
        ticks.ms += 999
        clock.uptime()
    assert clock.uptime() == 999


def test_there_is_no_time_until_somebody_tells_it():
    clock, _ = clock_and_ticks()
    assert clock.unix() is None
    assert clock.unix(5) is None
    assert clock.source is None


def test_times_that_cannot_be_are_refused():
    clock, _ = clock_and_ticks()
    for unix in (0, 946684800, BUILT - 1, 4102444800, NOW + 30 * 366 * 86400 * 3):
        assert not clock.set(unix, "rtc")
    assert clock.unix() is None


def test_the_time_runs_with_the_uptime():
    clock, ticks = clock_and_ticks()
    ticks.ms += 10_000
    assert clock.set(NOW, "rtc")
    ticks.ms += 60_000
    assert clock.unix() == NOW + 60
    assert clock.unix(0) == NOW - 10
    assert clock.unix(-3600) == NOW - 3610


def test_a_time_server_corrects_the_clock_chip_and_not_the_other_way_round():
    clock, _ = clock_and_ticks()
    clock.set(NOW, "rtc")
    assert clock.set(NOW + 100, "ntp")
    assert clock.source == "ntp"
    assert not clock.set(NOW, "rtc")
    assert clock.unix() == NOW + 100


def test_a_correction_of_a_second_changes_no_times():
    clock, _ = clock_and_ticks()
    clock.set(NOW, "ntp")
    clock.set(NOW + 1, "ntp")
    assert clock.unix() == NOW
    clock.set(NOW + 2, "ntp")
    assert clock.unix() == NOW + 2
