"""MicroPython's `machine` as UIFlow2 2.4.2 has it: pins, ADC, I2C with an SHT3x or SHT4x, clock, watchdog, sleep.

What fails on a board fails here: a conversion on ADC2 while Wi-Fi is on, an output on an input-only pin, a measurement
that is fetched too early, a probe without power, `RTC().datetime(...)` before a time zone was set, a watchdog not fed.
"""

import _thread
from binascii import crc32
import os
import time

import utime

from sim.device import AsleepError, ResetError, running

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

_CAUSES = {"power": PWRON_RESET, "reset": HARD_RESET, "watchdog": WDT_RESET, "deepsleep": DEEPSLEEP_RESET}
_PINS = tuple(n for n in range(40) if n not in (20, 24, 28, 29, 30, 31))  # of an ESP32
_INPUT_ONLY = (34, 35, 36, 37, 38, 39)
_ADC1 = (32, 33, 34, 35, 36, 37, 38, 39)
_ADC2 = (0, 2, 4, 12, 13, 14, 15, 25, 26, 27)
_SATURATED_MV = 3134  # what `read_uv` tells at most with 11 dB
_PROBE_RISE_MS = 5  # time constant of the soil probe's pin after power on
_ENODEV = 19
_ETIMEDOUT = 116


def unique_id() -> bytes:
    return b"\x02" + crc32(running().folder.encode()).to_bytes(4, "big") + b"\x01"


def reset_cause() -> int:
    return _CAUSES[running().reset_cause]


def reset() -> None:
    running().write("reset", "reset")
    raise ResetError


def lightsleep(time_ms: int) -> None:
    time.sleep_ms(time_ms)


def deepsleep(time_ms: int) -> None:
    raise AsleepError(time_ms / 1000)


class Pin:
    IN = 1
    OUT = 3

    def __init__(self, number: int, mode: int = -1, pull: int = -1, *, value: int | None = None) -> None:
        if number not in _PINS:
            raise ValueError("invalid pin")
        if mode == self.OUT and number in _INPUT_ONLY:
            raise ValueError("pin can only be input")
        self._number = number
        if mode == self.OUT:
            self.value(value or 0)

    def value(self, level: int | None = None) -> int | None:
        levels = running().parts.setdefault("pins", {})
        if level is None:
            return levels.get(self._number, (0, 0))[0]
        levels[self._number] = (int(bool(level)), time.ticks_ms())
        return None

    def on(self) -> None:
        self.value(1)

    def off(self) -> None:
        self.value(0)


class ADC:
    ATTN_11DB = 3

    def __init__(self, pin: Pin, *, atten: int = 0) -> None:
        if pin._number not in _ADC1 + _ADC2:  # noqa: SLF001 - of this module
            raise ValueError("invalid pin")
        self._pin = pin._number  # noqa: SLF001 - of this module
        self._full_mv = _SATURATED_MV if atten == self.ATTN_11DB else 950

    def read_uv(self) -> int:
        device = running()
        wlan = device.parts.get("wlan")
        if self._pin in _ADC2 and wlan and wlan.active():
            raise OSError(_ETIMEDOUT, "ESP_ERR_TIMEOUT")  # the radio has ADC2
        count = device.parts["conversions"] = device.parts.get("conversions", 0) + 1
        powered_ms = _powered_ms(device)
        if powered_ms is None:
            return 1000 * (3 + count % 2)
        millivolts = device.world.soil_mv(device.time(), count)
        if powered_ms < 5 * _PROBE_RISE_MS:
            millivolts *= powered_ms / (powered_ms + _PROBE_RISE_MS)
        return int(1000 * max(0, min(self._full_mv, millivolts)))


def _powered_ms(device) -> int | None:
    """Return for how long the probe has had power; None while it has none."""
    pin = (device.config.get("pins") or {}).get("power")
    if pin is None:
        on, since = device.parts.get("ext_output", (False, 0))
    else:
        on, since = device.parts.get("pins", {}).get(pin, (0, 0))
    return time.ticks_diff(time.ticks_ms(), since) if on else None


class I2C:
    """A bus with the air sensor of the board's configuration on it (SHT3x or SHT4x, address 0x44)."""

    def __init__(self, number: int, *, scl: Pin, sda: Pin, freq: int = 400000) -> None:
        for pin in (scl, sda):
            if pin._number in _INPUT_ONLY:  # noqa: SLF001 - of this module
                raise ValueError("pin can only be input")
        self._ready_at = None

    def writeto(self, address: int, command: bytes) -> int:
        device = running()
        sensor = device.config.get("air")
        if address != 0x44 or sensor is None or device.world.settings.get("sht") == "absent":
            raise OSError(_ENODEV)
        takes_ms = {("sht30", b"\x24\x00"): 15, ("sht40", b"\xfd"): 9}.get((sensor, bytes(command)))
        if takes_ms is None:
            raise OSError(_ENODEV)  # not acknowledged
        self._ready_at = time.ticks_add(time.ticks_ms(), takes_ms)
        return len(command)

    def readfrom(self, address: int, count: int) -> bytes:
        device = running()
        if address != 0x44 or self._ready_at is None or time.ticks_diff(time.ticks_ms(), self._ready_at) < 0:
            raise OSError(_ENODEV)
        self._ready_at = None
        world, now = device.world, device.time()
        temperature = _word((world.temperature(now) + 45) / 175, int(now))
        humidity = world.humidity(now)
        share = humidity / 100 if device.config.get("air") == "sht30" else (humidity + 6) / 125
        answer = bytearray(temperature + _word(share, int(now)))
        if world.settings.get("sht") == "crc":
            answer[2] ^= 0x10
        return bytes(answer[:count])


def _word(share: float, now: int) -> bytes:
    """Return a sensor's two bytes and their CRC; the lowest bit is noise."""
    raw = max(0, min(65535, int(share * 65535 + 0.5))) & 0xFFFE | now & 1
    crc = 0xFF
    for byte in raw.to_bytes(2, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (0x31 if crc & 0x80 else 0)) & 0xFF
    return raw.to_bytes(2, "big") + bytes((crc,))


class RTC:
    """The system's clock, which UIFlow2 writes through to the BM8563 (m5stack/machine_rtc.c)."""

    def datetime(self, civil: tuple | None = None) -> tuple | None:
        device = running()
        if civil is None:
            unix = device.clock()
            now = time.gmtime(time.ticks_ms() // 1000 if unix is None else unix)
            return (now[0], now[1], now[2], now[6], now[3], now[4], now[5], 0)
        if "TZ" not in device.parts:
            print('Guru Meditation Error: strlen(getenv("TZ")) of a zone that was never set')
            os.system("kill -9 $PPID")  # noqa: S605, S607 - a board would crash here too
        year, month, day, _, hour, minute, second, _ = civil
        device.set_clock(_unix(year, month, day) + hour * 3600 + minute * 60 + second)
        return None

    def memory(self, content: bytes | None = None) -> bytes | None:
        device = running()
        if content is None:
            return device.read_bytes("rtc.bin") or b""
        if len(content) > 2048:
            raise ValueError("buffer too long")
        device.write("rtc.bin", content)
        return None


def _unix(year: int, month: int, day: int) -> int:
    """Return midnight of a day, by the days-from-civil rule."""
    year -= month < 3
    era_day = (153 * ((month + 9) % 12) + 2) // 5 + day - 1 + year % 400 * 365 + year % 400 // 4 - year % 400 // 100
    return (year // 400 * 146097 + era_day - 719468) * 86400


class WDT:
    """The watchdog: who does not feed it in time dies, whatever else runs. Making it again sets another time."""

    def __init__(self, id: int = 0, timeout: int = 5000) -> None:  # noqa: A002 - the real one's name
        self._device = running()
        self._device.parts["wdt_ms"] = timeout
        self.feed()
        if not _watched:
            _thread.start_new_thread(_watch, ())
        _watched[self._device.folder] = self._device

    def feed(self) -> None:
        self._device.parts["wdt_fed"] = self._device.ticks_ms()


_watched = {}


def _watch() -> None:
    """Kill this process when a board's watchdog was not fed; a board that sleeps has none."""
    while True:
        utime.sleep_ms(50)
        for device in list(_watched.values()):
            timeout = device.parts.get("wdt_ms")
            fed = device.parts.get("wdt_fed")
            if timeout and fed is not None and time.ticks_diff(device.ticks_ms(), fed) > timeout:
                print("%s: the watchdog was not fed for %d ms" % (device.folder, timeout))
                device.write("reset", "watchdog")
                os.system("kill -9 $PPID")  # noqa: S605, S607 - a board would reset here too
