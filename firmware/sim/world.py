"""What is around a planter: air, light, soil, somebody who waters, a battery that runs down, a radio.

Pure: time comes in as an argument, chance from the place's name and the time, so that the same place at the same time
is always the same. One law for a demonstration, not a climate model: the air is warmest in the afternoon and keeps its
water, so the vapour pressure deficit follows the temperature; the soil loses a share of the water that is left, faster
in dry air and in the light; below a threshold somebody waters. `day_s` shortens the day, and all that goes with it.

`settings` (world.json), all optional:
    day_s 86400 · seed 1 · start 65 (% at the beginning) · drying_days 3 · watered_below 30 · watered_to 75
    battery_days 20 · battery_mv, rssi: fixed
    moisture, temperature, humidity: what the sensors see instead of the above, to the digit
    soil_mv: what the probe's pin carries, whatever the soil: a number, or {"from": 1000, "step": 1} for another number
             at each wake
    sht: "absent" or "crc" for an air sensor that is not there, or garbles
"""

from binascii import crc32
from math import cos, exp, pi, sin

_STEPS_PER_DAY = 480  # of the soil's arithmetic, on a fixed grid: who asks how often changes nothing
_MOST_STEPS = 14400  # 30 days at once; what lies further back is not worth the time
_DRIEST = 8.0  # % that a probe still shows in air-dry soil
_WATERING_STEPS = 10  # to soak in
_FULL_MV = 4150
_EMPTY_MV = 3350


class World:
    """One planter's surroundings."""

    def __init__(self, place: str, settings: dict, state: list | None = None) -> None:
        """Go on from `state()` of an earlier process, or begin."""
        self.settings = settings
        self.probe = (2900, 1630)  # mV of the soil probe in dry and in wet soil
        self._seed = crc32(("%s/%s" % (settings.get("seed", 1), place)).encode())
        self._begun, self._step, self.moisture, self._watering, self.wakes = state or (None, 0, 0.0, False, 0)

    def state(self) -> list:
        """Return what the next process needs to go on."""
        return [self._begun, self._step, self.moisture, self._watering, self.wakes]

    def advance(self, now: float) -> None:
        """Let the soil live up to this Unix time; going back does nothing."""
        length = self._day_s() / _STEPS_PER_DAY
        step = int(now / length)
        if self._begun is None:
            self._begun, self._step, self.moisture = now, step, float(self.settings.get("start", 65))
        self._step = max(self._step, step - _MOST_STEPS)
        while self._step < step:
            self._step += 1
            self._live((self._step + 0.5) * length)

    def light(self, now: float) -> float:
        """Return how much light there is, 0 at night to 1 at noon of a clear day."""
        day, phase = self._day(now)
        return max(0.0, sin((phase - 0.25) * 2 * pi)) * (0.4 + 0.6 * self._chance(day))

    def temperature(self, now: float) -> float:
        """Return degrees Celsius in the greenhouse: coldest before dawn, warmest in the afternoon."""
        if "temperature" in self.settings:
            return self.settings["temperature"]
        day, phase = self._day(now)
        swing = 4.0 + 5.0 * self._between_days(day, phase)
        return 19.0 + 2.0 * self._between_days(day + 7777, phase) - swing * cos((phase - 0.1) * 2 * pi)

    def humidity(self, now: float) -> float:
        """Return relative humidity in percent: the air holds its water while it warms and cools."""
        if "humidity" in self.settings:
            return self.settings["humidity"]
        day, phase = self._day(now)
        vapour = _saturation(11.0 + 3.0 * self._between_days(day + 3333, phase))
        return max(20.0, min(97.0, 100 * vapour / _saturation(self.temperature(now))))

    def soil_mv(self, now: float, sample: int) -> float:
        """Return what the powered probe's pin carries; `sample` tells one conversion from the next."""
        dry, wet = self.probe
        fixed = self.settings.get("soil_mv")
        if isinstance(fixed, dict):
            return fixed["from"] + fixed["step"] * self.wakes
        if fixed is not None:
            return fixed
        if "moisture" in self.settings:
            noise = sample % 3 - 1  # a probe that reads the same to the digit for ever is stuck; the median is exact
            return dry + (wet - dry) * self.settings["moisture"] / 100 + noise
        return dry + (wet - dry) * self.moisture / 100 + 4 * self._gauss(int(now * 1000) + sample)

    def battery_mv(self, now: float) -> int:
        """Return the battery's voltage, as it runs down and is charged again."""
        if "battery_mv" in self.settings:
            return self.settings["battery_mv"]
        life = self.settings.get("battery_days", 20) * self._day_s()
        offset = self._chance(1) * 0.6 * life
        used = (now - (self._begun or now) + offset) % life / life
        return int(_FULL_MV - (_FULL_MV - _EMPTY_MV) * used)

    def rssi(self, now: float) -> int:
        """Return how strong the access point is heard, dBm."""
        if "rssi" in self.settings:
            return self.settings["rssi"]
        return int(-50 - 20 * self._chance(2) + 2 * self._gauss(int(now)))

    def _live(self, at: float) -> None:
        temperature = self.temperature(at)
        deficit_kpa = _saturation(temperature) * (1 - self.humidity(at) / 100)
        per_day = (0.3 + deficit_kpa) * (0.5 + 1.5 * self.light(at)) / self.settings.get("drying_days", 3)
        self.moisture = _DRIEST + (self.moisture - _DRIEST) * exp(-per_day / _STEPS_PER_DAY)
        if self.moisture < self.settings.get("watered_below", 30):
            self._watering = True
        if self._watering:
            goal = self.settings.get("watered_to", 75)
            self.moisture += (goal - self.settings.get("watered_below", 30)) / _WATERING_STEPS
            self._watering = self.moisture < goal

    def _day_s(self) -> float:
        return float(self.settings.get("day_s", 86400))

    def _day(self, now: float) -> tuple[int, float]:
        day = int(now / self._day_s())
        return day, now / self._day_s() - day

    def _between_days(self, day: int, phase: float) -> float:
        """Return chance, 0 to 1, that goes over smoothly from one day to the next."""
        share = (1 - cos(phase * pi)) / 2
        return self._chance(day) * (1 - share) + self._chance(day + 1) * share

    def _chance(self, number: int) -> float:
        return (crc32(b"%d" % number, self._seed) & 0xFFFF) / 0xFFFF

    def _gauss(self, number: int) -> float:
        """Return noise of about the standard deviation 1: the sum of four even ones."""
        drawn = crc32(b"%d" % number, self._seed)
        return ((drawn & 0xFF) + (drawn >> 8 & 0xFF) + (drawn >> 16 & 0xFF) + (drawn >> 24 & 0xFF) - 510) / 148


def _saturation(celsius: float) -> float:
    """Return the saturation vapour pressure in kPa (FAO Irrigation and Drainage Paper 56, equation 11)."""
    return 0.6108 * exp(17.27 * celsius / (celsius + 237.3))
