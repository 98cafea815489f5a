from hub import sntp, time_setting
from shared.calendar import civil, unix_of
from shared.clock import Clock

NOW = 1795356000
DEFECT = 946684800


class Board:
    """What hal_system does, in memory."""

    def __init__(self, unix, **remembered):
        self.civil = civil(unix)
        self.remembered = remembered

    def rtc(self):
        return self.civil

    def set_rtc(self, moment):
        self.civil = moment

    def recall(self, key, default):
        return self.remembered.get(key, default)

    def remember(self, key, number):
        self.remembered[key] = number


def new_clock():
    return Clock(lambda: 0)


def synchronise(clock, board, answers, doubtful=0):
    """Ask hosts that answer with these times; None for one that does not."""

    async def ask(host):
        if answers[host] is None:
            raise OSError(110)
        return answers[host]

    before = sntp.ask
    sntp.ask = ask
    try:
        time_setting.synchronise(clock, board, list(range(len(answers))), doubtful).send(None)
    except StopIteration as result:
        return result.value
    finally:
        sntp.ask = before
    raise AssertionError("it waits for something")


def test_the_clock_chip_is_believed_if_it_can_be_right():
    clock = new_clock()
    time_setting.start(clock, Board(NOW))
    assert (clock.unix(), clock.source) == (NOW, "rtc")
    clock = new_clock()
    time_setting.start(clock, Board(DEFECT))  # a chip whose battery was empty
    assert clock.unix() is None


def test_a_time_server_sets_the_clock_and_the_chip():
    clock, board = new_clock(), Board(DEFECT)
    assert synchronise(clock, board, [NOW]) == (3600, 0)
    assert (clock.unix(), clock.source) == (NOW, "ntp")
    assert unix_of(*board.civil) == NOW


def test_the_next_server_is_asked_when_one_is_silent_or_wrong():
    clock = new_clock()
    assert synchronise(clock, Board(0), [None, 12345, NOW]) == (3600, 0)
    assert clock.unix() == NOW
    assert synchronise(new_clock(), Board(0), [None, None]) == (60, 0)
    assert synchronise(new_clock(), Board(0), []) == (60, 0)


def test_a_leap_of_a_clock_that_was_right_takes_two_that_agree():
    clock, board = new_clock(), Board(0)
    synchronise(clock, board, [NOW])
    assert synchronise(clock, board, [NOW - 90000]) == (60, -90000)
    assert clock.unix() == NOW
    assert synchronise(clock, board, [NOW + 5000, NOW + 80000], -90000) == (60, 80000)
    assert clock.unix() == NOW
    assert synchronise(clock, board, [NOW - 90000, NOW - 90003]) == (3600, 0)
    assert clock.unix() == NOW - 90003
    assert synchronise(clock, board, [NOW - 500], 0) == (60, 89503)
    assert synchronise(clock, board, [NOW - 499], 89503) == (3600, 0)
    assert clock.unix() == NOW - 499


def test_a_clock_chip_may_be_corrected_by_any_amount_at_once():
    clock, board = new_clock(), Board(NOW + 864000)
    time_setting.start(clock, board)
    assert synchronise(clock, board, [NOW]) == (3600, 0)
    assert clock.unix() == NOW


def test_a_system_that_adds_thirty_years_for_tls_is_set_back_once_and_it_is_remembered():
    clock, board = new_clock(), Board(NOW)
    time_setting.start(clock, board)
    time_setting.shift(clock, board)
    assert unix_of(*board.civil) == NOW - DEFECT
    assert board.remembered == {"tls_shift": 1}
    assert clock.unix() == NOW  # what is sent stays true
    clock = new_clock()
    time_setting.start(clock, board)  # after a restart
    assert clock.unix() == NOW
    synchronise(clock, board, [NOW + 5])
    assert unix_of(*board.civil) == NOW + 5 - DEFECT
    time_setting.shift(clock, board)  # it was not that
    assert unix_of(*board.civil) == NOW + 5
    assert board.remembered == {"tls_shift": 0}


def test_without_a_time_nothing_is_shifted():
    board = Board(NOW)
    time_setting.shift(new_clock(), board)
    assert unix_of(*board.civil) == NOW
    assert board.remembered == {}
