from sim.world import World

DAY = 86400
NOW = 1795356000 // DAY * DAY  # a midnight


def test_the_same_place_at_the_same_time_is_the_same():
    def story(place):
        world = World(place, {})
        world.advance(NOW)
        world.advance(NOW + 3 * DAY)
        return world.moisture, world.temperature(NOW), world.humidity(NOW), world.soil_mv(NOW, 1), world.rssi(NOW)

    assert story("1/1") == story("1/1")
    assert story("1/1") != story("1/2")


def test_who_looks_how_often_changes_nothing():
    one, other = World("1/1", {}), World("1/1", {})
    one.advance(NOW)
    for second in range(0, 2 * DAY, 700):
        other.advance(NOW + second)
    one.advance(NOW + 2 * DAY)
    other.advance(NOW + 2 * DAY)
    assert one.moisture == other.moisture


def test_another_process_goes_on_where_the_last_one_ended():
    one, other = World("1/1", {}), World("1/1", {})
    for world in (one, other):
        world.advance(NOW)
        world.advance(NOW + DAY)
    other = World("1/1", {}, other.state())
    for world in (one, other):
        world.advance(NOW + 2 * DAY)
    assert one.moisture == other.moisture


def test_the_night_is_dark_and_cold_the_afternoon_warm_and_dry():
    world = World("1/1", {})
    for day in range(5):
        midnight = NOW + day * DAY
        assert world.light(midnight) == world.light(midnight + DAY // 8) == 0
        assert world.light(midnight + DAY // 2) > 0.3
        assert world.temperature(midnight + DAY // 10) < world.temperature(midnight + 6 * DAY // 10) - 5
        assert world.humidity(midnight + DAY // 10) > world.humidity(midnight + 6 * DAY // 10)


def test_the_weather_stays_within_what_the_sensors_and_a_greenhouse_know():
    world = World("1/1", {})
    for hour in range(24 * 60):
        at = NOW + 3600 * hour
        assert 0 < world.temperature(at) < 45
        assert 20 <= world.humidity(at) <= 97
        assert 3300 < world.battery_mv(at) <= 4150
        assert -90 < world.rssi(at) < -30


def test_soil_dries_by_day_more_than_by_night_and_is_watered():
    world = World("1/1", {})
    world.advance(NOW)
    seen = []
    for hour in range(24 * 20):
        world.advance(NOW + 3600 * hour)
        seen.append(world.moisture)
    night, day = seen[0] - seen[6], seen[9] - seen[15]
    assert 0 < night < day
    assert 29 < min(seen) < 35
    assert 65 < max(seen) <= 80
    rises = sum(after > before for before, after in zip(seen, seen[1:]))
    assert 2 <= rises < len(seen) / 10  # quick to water, slow to dry


def test_a_short_day_brings_everything_along():
    world = World("1/1", {"day_s": 600})
    world.advance(NOW)
    before = world.moisture
    world.advance(NOW + 300)
    assert before - world.moisture > 1  # something moves while one looks
    assert world.temperature(NOW + 60) < world.temperature(NOW + 360)


def test_years_pass_in_bounded_time():
    world = World("1/1", {"day_s": 600})
    world.advance(NOW)
    world.advance(NOW + 10 * 365 * DAY)
    assert 8 < world.moisture < 80


def test_sensors_can_be_pinned_to_the_digit():
    world = World("1/1", {"moisture": 65.0, "temperature": 22.5, "humidity": 58.0})
    world.advance(NOW)
    samples = sorted(world.soil_mv(NOW, sample) for sample in range(9))
    assert samples[4] == 2074.5
    assert samples[0] < samples[8]  # or the node would call it stuck
    assert (world.temperature(NOW), world.humidity(NOW)) == (22.5, 58.0)


def test_the_probe_can_be_pinned_to_another_number_at_each_wake():
    world = World("1/1", {"soil_mv": {"from": 1000, "step": 1}})
    seen = []
    for wake in range(3):
        world.wakes = wake
        seen.append(world.soil_mv(NOW, wake))
    assert seen == [1000, 1001, 1002]
