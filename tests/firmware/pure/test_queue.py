import os

from hub.queue import Queue
from shared.clock import Clock

NOW = 1795356000
PERIOD = 900


class Hub:
    """A hub's queue in a folder of its own, over restarts, with a clock that can be moved."""

    def __enter__(self):
        self.path = "%s/queue-%s" % (os.getenv("TMPDIR") or "/tmp", os.urandom(6).hex())
        self.seconds = 0  # since the first start
        self.restart()
        return self

    def __exit__(self, *_):
        for folder in (self.path, self.path + "-held"):
            for name in os.listdir(folder):
                os.remove(folder + "/" + name)
            os.rmdir(folder)

    def restart(self, limit=1 << 20):
        started = self.seconds
        self.clock = Clock(lambda: ((self.seconds - started) * 1000) & 0x3FFFFFFF)
        self.queue = Queue(self.path, limit, self.clock, PERIOD)

    def set_clock(self):
        assert self.clock.set(NOW + self.seconds, "ntp")

    def measure(self, *payloads, age=0, planter="1"):
        for payload in payloads:
            self.queue.add(planter, "sol", payload, self.clock.uptime() - age)
        assert self.queue.commit() == len(payloads)

    def take(self):
        """Take all that can be had: payload, Unix time since NOW or None, age or None."""
        taken = []
        while readings := self.queue.batch(10):
            taken += [(one[2], one[3] if one[3] is None else one[3] - NOW, one[4]) for one in readings]
            self.queue.done(len(readings))
        return taken


def test_a_reading_comes_out_as_it_went_in():
    with Hub() as hub:
        hub.set_clock()
        hub.queue.add("bac-1", "sol/brut", "1843", 0)
        hub.queue.commit()
        assert hub.queue.batch(9) == [("bac-1", "sol/brut", "1843", NOW, 0)]
        assert len(hub.queue) == 1


def test_without_a_clock_what_is_fresh_goes_without_a_time():
    with Hub() as hub:
        hub.measure("1.0", "2.0")
        hub.seconds += PERIOD
        assert hub.take() == [("1.0", None, PERIOD), ("2.0", None, PERIOD)]


def test_without_a_clock_what_is_old_waits_and_what_is_fresh_passes_it():
    with Hub() as hub:
        hub.measure("1.0", "2.0")
        hub.seconds += PERIOD + 1
        hub.measure("3.0")
        assert hub.take() == [("3.0", None, 0)]
        assert len(hub.queue) == 2
        hub.seconds += PERIOD
        hub.measure("4.0")
        assert hub.take() == [("4.0", None, 0)]
        hub.set_clock()
        assert hub.take() == [("1.0", 0, 2 * PERIOD + 1), ("2.0", 0, 2 * PERIOD + 1)]
        assert len(hub.queue) == 0
        assert hub.queue.dropped == 0


def test_what_a_planter_kept_longer_than_a_period_waits_among_the_fresh():
    with Hub() as hub:
        hub.measure("2.0")
        hub.measure("1.0", age=5000)
        hub.measure("3.0")
        assert [one[0] for one in hub.take()] == ["2.0", "3.0"]
        hub.seconds += 10
        hub.set_clock()
        assert hub.take() == [("1.0", -5000, 5010)]


def test_the_clock_dates_what_was_measured_before_it_was_set():
    with Hub() as hub:
        hub.seconds += 100
        hub.measure("1.0")
        hub.seconds += 5000
        hub.set_clock()
        assert hub.take() == [("1.0", 100, 5000)]


def test_what_was_dated_keeps_its_time_over_a_restart_without_a_clock():
    with Hub() as hub:
        hub.set_clock()
        hub.seconds += 60
        hub.measure("1.0")
        hub.restart()
        assert hub.take() == [("1.0", 60, None)]


def test_a_clock_that_was_set_later_dates_what_was_stored_before_over_a_restart():
    with Hub() as hub:
        hub.seconds += 60
        hub.measure("1.0")
        hub.set_clock()
        hub.measure("2.0")
        hub.restart()
        assert hub.take() == [("1.0", 60, None), ("2.0", 60, None)]


def test_the_time_is_written_down_at_the_next_look_even_when_nothing_is_measured():
    with Hub() as hub:
        hub.seconds += 60
        hub.measure("1.0")
        hub.set_clock()
        hub.queue.batch(9)
        hub.restart()
        hub.seconds += 600
        hub.set_clock()
        assert hub.take() == [("1.0", 60, 600)]


def test_what_waits_for_the_time_gets_it_over_a_restart():
    with Hub() as hub:
        hub.measure("1.0")
        hub.seconds += 2000
        assert hub.take() == []
        hub.set_clock()
        hub.queue.batch(9)
        hub.restart()
        hub.set_clock()
        assert hub.take() == [("1.0", 0, 2000)]


def test_what_an_earlier_start_never_dated_is_dropped_and_counted_never_guessed():
    with Hub() as hub:
        hub.measure("1.0", "2.0")
        hub.seconds += 2000
        hub.take()  # now they wait
        hub.measure("3.0")
        hub.restart()
        hub.measure("4.0")
        assert hub.take() == [("4.0", None, 0)]
        assert hub.queue.dropped == 3
        hub.set_clock()
        assert hub.take() == []
        assert len(hub.queue) == 0


def test_one_start_does_not_lend_its_time_to_another():
    with Hub() as hub:
        hub.measure("lost")
        hub.restart()
        hub.seconds += 50
        hub.set_clock()
        hub.measure("2.0")
        hub.restart()
        assert hub.take() == [("2.0", 50, None)]
        assert hub.queue.dropped == 1


def test_what_was_measured_before_the_start_has_its_time_too():
    with Hub() as hub:
        hub.set_clock()
        hub.measure("1.0", age=3600)
        assert hub.take() == [("1.0", -3600, 3600)]


def test_what_was_not_done_comes_again():
    with Hub() as hub:
        hub.set_clock()
        hub.measure("1.0", "2.0", "3.0")
        assert len(hub.queue.batch(2)) == 2
        assert [one[2] for one in hub.queue.batch(9)] == ["1.0", "2.0", "3.0"]
        hub.queue.done(1)
        hub.restart()
        assert [one[2] for one in hub.queue.batch(9)] == ["2.0", "3.0"]


def test_beyond_its_room_the_oldest_are_dropped_and_counted():
    with Hub() as hub:
        hub.restart(limit=8192)
        hub.set_clock()
        for number in range(1000):
            hub.measure("%d" % number)
        left = [int(one[0]) for one in hub.take()]
        assert left == list(range(1000 - len(left), 1000))
        assert hub.queue.dropped == 1000 - len(left) > 0


def test_a_corrected_clock_corrects_what_this_start_still_has():
    with Hub() as hub:
        assert hub.clock.set(NOW - 3600, "rtc")
        hub.measure("1.0")
        hub.set_clock()
        assert hub.take() == [("1.0", 0, 0)]


class Dice:
    """Numbers that look random and are the same on every interpreter."""

    def __init__(self, seed):
        self.state = seed * 2654435761 + 1

    def below(self, limit):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % limit


def test_whatever_happens_each_reading_comes_once_with_its_true_time_or_is_counted():
    for seed in range(25):
        dice = Dice(seed)
        with Hub() as hub:
            limit = 8192 << dice.below(3)
            hub.restart(limit)
            truth = []  # by number: seconds since the first start at which it was measured
            came = {}
            dropped = 0  # before the last restart
            for _ in range(50):
                event = dice.below(12)
                if event < 5:
                    age = dice.below(3) and dice.below(4000)
                    count = 1 + dice.below(30)
                    first = len(truth)
                    truth += [hub.seconds - age] * count
                    hub.measure(*["%d" % number for number in range(first, first + count)], age=age)
                elif event < 7:
                    hub.seconds += dice.below(1500)
                elif event < 10:
                    readings = hub.queue.batch(1 + dice.below(40))
                    done = dice.below(len(readings) + 1)
                    for _, _, payload, unix, age in readings[:done]:
                        number = int(payload)
                        assert number not in came
                        came[number] = unix
                        if unix is None:
                            assert age == hub.seconds - truth[number] <= PERIOD
                        else:
                            assert unix == NOW + truth[number]
                    hub.queue.done(done)
                elif event == 10:
                    hub.set_clock()
                else:
                    dropped += hub.queue.dropped
                    hub.restart(limit)
                assert len(came) + len(hub.queue) + hub.queue.dropped + dropped == len(truth)
