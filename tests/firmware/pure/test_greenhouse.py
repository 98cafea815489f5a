from hub.greenhouse import Greenhouse

PERIOD = 900
SILENT_AFTER = 2250
THIRSTY, SILENT, FAULT, WAITING, FINE = range(5)


def greenhouse(now=0, **moisture):
    """Planters with these values of soil moisture, just measured."""
    planters = Greenhouse(PERIOD)
    for name, value in moisture.items():
        planters.measured(name, "sol", value, now)
    planters.update(now)
    return planters


def states(planters, now):
    """Names and states, from the top of the screen."""
    planters.update(now)
    return [(row[1], row[0] >> 10) for row in planters.planters]


def test_a_greenhouse_begins_empty():
    assert states(Greenhouse(PERIOD), 0) == []


def test_the_thirsty_come_first_the_driest_of_them_on_top_then_the_driest_of_the_fine():
    planters = greenhouse(b1=70.0, b2=12.5, b3=29.9, b4=30.0, b5=0.0)
    assert states(planters, 0) == [("b5", THIRSTY), ("b2", THIRSTY), ("b3", THIRSTY), ("b4", FINE), ("b1", FINE)]


def test_the_threshold_is_the_configurations():
    planters = Greenhouse(PERIOD, 55)
    planters.measured("1", "sol", 54.9, 0)
    planters.measured("2", "sol", 55.0, 0)
    assert states(planters, 0) == [("1", THIRSTY), ("2", FINE)]


def test_zero_is_a_value():
    assert states(greenhouse(b1=0.0), 0) == [("b1", THIRSTY)]


def test_a_planter_is_silent_after_two_and_a_half_periods_and_stays_with_what_it_said_last():
    planters = greenhouse(1000, b1=64.0)
    assert states(planters, 1000 + SILENT_AFTER) == [("b1", FINE)]
    assert states(planters, 1001 + SILENT_AFTER) == [("b1", SILENT)]
    assert states(planters, 10**8) == [("b1", SILENT)]
    assert planters.planters[0][4:6] == [640, 1000]


def test_a_silent_planter_stands_between_the_thirsty_and_the_fine_whatever_it_said_last():
    planters = greenhouse(0, dry=5.0, wet=80.0)
    planters.measured("thirsty", "sol", 20.0, 3000)
    planters.measured("fine", "sol", 60.0, 3000)
    assert states(planters, 3000) == [("thirsty", THIRSTY), ("dry", SILENT), ("wet", SILENT), ("fine", FINE)]


def test_a_silent_planter_that_speaks_again_is_not_silent():
    planters = greenhouse(0, b1=64.0)
    assert states(planters, 5000) == [("b1", SILENT)]
    planters.measured("b1", "sol", 64.0, 5000)
    assert states(planters, 5000) == [("b1", FINE)]


def test_any_measure_proves_that_a_planter_speaks_but_moisture_alone_that_it_is_fine():
    planters = greenhouse(0, b1=64.0)
    planters.measured("b1", "batterie", 90.0, 3000)
    assert states(planters, 3000) == [("b1", FAULT)]


def test_a_planter_without_moisture_waits_and_is_not_fine():
    planters = Greenhouse(PERIOD)
    planters.measured("1", "air/temp", 21.0, 0)
    assert states(planters, 0) == [("1", WAITING)]
    assert states(planters, SILENT_AFTER + 1) == [("1", SILENT)]


def test_a_fault_is_shown_until_the_probe_speaks_again():
    planters = Greenhouse(PERIOD)
    planters.fault("1", "sol: 0 V", 0)
    planters.measured("1", "air/temp", 21.0, 0)
    planters.measured("1", "sol/brut", 0.0, 0)
    assert states(planters, 0) == [("1", FAULT)]
    assert planters.planters[0][3] == "sol: 0 V"
    planters.measured("1", "sol", 50.0, 900)
    assert states(planters, 900) == [("1", FINE)]


def test_a_fault_ends_when_the_node_says_so():
    planters = greenhouse(0, b1=64.0)
    planters.fault("b1", "air: missing", 0)
    assert states(planters, 0) == [("b1", FAULT)]
    planters.fault("b1", "", 900)
    assert states(planters, 900) == [("b1", FINE)]


def test_a_planter_with_a_fault_of_the_air_is_thirsty_all_the_same():
    planters = greenhouse(0, b1=10.0)
    planters.fault("b1", "air: crc", 0)
    assert states(planters, 0) == [("b1", THIRSTY)]


def test_an_old_reading_that_comes_late_does_not_replace_a_newer_one_nor_end_a_newer_fault():
    planters = greenhouse(1000, b1=64.0)
    planters.measured("b1", "sol", 20.0, 100)
    planters.fault("b1", "sol: rail", 1000)
    planters.measured("b1", "sol", 20.0, 99)
    assert states(planters, 1000) == [("b1", FAULT)]
    assert planters.planters[0][2:6] == [1000, "sol: rail", 640, 1000]


def test_a_planter_of_an_earlier_run_is_missed_when_it_stays_silent():
    planters = Greenhouse(PERIOD, 30, ["1", "2"])
    assert states(planters, 5) == [("1", WAITING), ("2", WAITING)]
    planters.measured("2", "sol", 50.0, 800)
    assert states(planters, SILENT_AFTER + 1) == [("1", SILENT), ("2", FINE)]


def test_readings_from_before_the_start_count_with_their_age():
    planters = Greenhouse(PERIOD)
    planters.measured("1", "sol", 50.0, -300)
    assert states(planters, 5) == [("1", FINE)]
    planters.measured("2", "sol", 50.0, -9000)
    assert states(planters, 5) == [("2", SILENT), ("1", FINE)]


def test_every_value_of_one_decimal_is_kept_exactly_below_zero_too():
    planters = Greenhouse(PERIOD)
    for tenths in range(-400, 1001):
        planters.measured("1", "air/temp", float("%.1f" % (tenths / 10)), 0)
        assert planters.planters[0][6] == tenths


def test_no_more_than_thirty_two_planters_are_shown_and_those_go_on():
    planters = Greenhouse(PERIOD)
    for number in range(40):
        planters.measured("b%02d" % number, "sol", 50.0, 0)
        planters.fault("b%02d" % number, "", 0)
    assert len(planters.planters) == 32
    planters.measured("b31", "sol", 1.0, 5)
    planters.measured("b32", "sol", 0.0, 5)
    assert states(planters, 5)[0] == ("b31", THIRSTY)
