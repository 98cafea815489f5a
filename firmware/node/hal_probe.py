"""A Stick's probes: soil on the Grove connector, air on the HAT connector, battery. Powered only while they are read.

The three boards have the same two connectors. M5Unified can cut the Grove connector's 5 V on an M5StickC and a StickC
Plus; on a Plus2 nothing can, so a GPIO may do it (`power`). Unit Earth and an I2C unit cannot share the one Grove
connector: both use its two signals.
"""

import time

import M5
import machine
from micropython import const

from node import sht

# Grove's white wire (beside Wi-Fi only GPIO 32 to 39 can measure a voltage), and the HAT connector
_PINS = {"soil": 33, "scl": 26, "sda": 0, "power": None}
_SAMPLES = const(9)
_SETTLE_MS = const(30)  # from power on until the probe's output stands


class Probes:
    """The probes of this board, switched on; `off` when they were read."""

    def __init__(self, config: dict) -> None:
        """Take the board, the pins that differ from its own, and the kind of air sensor."""
        whole = dict(_PINS)
        whole.update(config["pins"])
        self._soil = machine.ADC(machine.Pin(whole["soil"]), atten=machine.ADC.ATTN_11DB)  # pyright: ignore[reportCallIssue] - the stubs lack it
        self._bus = machine.Pin(whole["scl"]), machine.Pin(whole["sda"])
        self._air = config["air"]
        self._switched = config["board"] != "stickc-plus2"
        self._power = None
        if whole["power"] is not None:
            self._power = machine.Pin(whole["power"], machine.Pin.OUT, value=1)
        elif self._switched and not M5.Power.getExtOutput():
            M5.Power.setExtOutput(True)

    def read(self) -> tuple:
        """Return soil samples in microvolts, the air sensor's answer: None without one, empty if it is silent."""
        begun = time.ticks_ms()
        answer = self._measure_air(self._air) if self._air else None
        time.sleep_ms(max(0, _SETTLE_MS - time.ticks_diff(time.ticks_ms(), begun)))
        samples = []
        for _ in range(_SAMPLES):
            samples.append(self._soil.read_uv())
            time.sleep_ms(1)
        return samples, answer

    def off(self) -> None:
        """Cut their power. UIFlow2's `setExtOutput` writes to flash when the state is not the last one written."""
        if self._power:
            self._power.value(0)
        elif self._switched:
            M5.Power.setExtOutput(False)

    def _measure_air(self, kind: str) -> bytes:
        command, takes_ms = sht.COMMANDS[kind]
        scl, sda = self._bus
        try:
            bus = machine.I2C(0, scl=scl, sda=sda, freq=100_000)
            bus.writeto(sht.ADDRESS, command)
            time.sleep_ms(takes_ms)
            return bus.readfrom(sht.ADDRESS, sht.ANSWER)
        except OSError:  # not acknowledged, or the wires hang
            return b""


def battery() -> tuple:
    """Return volts and percent; None for what the board cannot tell."""
    millivolts = M5.Power.getBatteryVoltage()
    percent = M5.Power.getBatteryLevel()
    return (millivolts / 1000 if millivolts > 0 else None), (percent if percent >= 0 else None)
