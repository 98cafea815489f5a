"""What can be measured, and how its payload is read (docs/protocol.md).

A payload is a plain ASCII decimal. The ranges are the wire's: they refuse what no probe can mean, not what is unlikely.
"""

from dataclasses import dataclass
import math
import re
from typing import Final

from .refusal import Reason, RefusedError

LATE_LEAF: Final = "histo"
"""The leaf that carries late measurements with their own times, as JSON: never a live value."""

_LONGEST_PAYLOAD: Final = 32
_DECIMAL: Final = re.compile(rb"[+-]?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of measurement: its wire leaf and the inclusive range that is taken."""

    leaf: str
    low: float = -math.inf
    high: float = math.inf

    def decode(self, payload: bytes) -> float:
        """Read a payload; RefusedError says what is wrong with it. Minus zero becomes zero."""
        if not _DECIMAL.fullmatch(payload) or len(payload) > _LONGEST_PAYLOAD:
            raise _why_not_decimal(payload)
        value = float(payload) + 0.0
        if not self.low <= value <= self.high:
            raise RefusedError(Reason.OUT_OF_RANGE, f"{value} is outside {self.low:g}..{self.high:g}")
        return value


SOIL_MOISTURE: Final = Measure("sol", 0, 100)
AIR_TEMPERATURE: Final = Measure("air/temp", -40, 85)
AIR_HUMIDITY: Final = Measure("air/hum", 0, 100)
BATTERY: Final = Measure("batterie", 0, 100)
BATTERY_VOLTAGE: Final = Measure("tension", 0, 30)
SIGNAL_STRENGTH: Final = Measure("rssi", -130, 0)
PROBE_VOLTAGE: Final = Measure("sol/brut", 0, 5000)
AIR: Final = frozenset({AIR_TEMPERATURE, AIR_HUMIDITY})

MEASURES: Final = {
    measure.leaf: measure
    for measure in (
        SOIL_MOISTURE,
        AIR_TEMPERATURE,
        AIR_HUMIDITY,
        BATTERY,
        BATTERY_VOLTAGE,
        SIGNAL_STRENGTH,
        PROBE_VOLTAGE,
    )
}


def measure_of(leaf: str) -> Measure:
    """Find the measure of a leaf; a leaf that we do not know is any decimal number."""
    return MEASURES.get(leaf) or Measure(leaf)


def _why_not_decimal(payload: bytes) -> RefusedError:
    if not payload:
        return RefusedError(Reason.EMPTY, "empty payload: expected a decimal number such as 65.0")
    if len(payload) > _LONGEST_PAYLOAD:
        return RefusedError(Reason.TOO_LONG, f"{len(payload)} bytes: a measurement has at most {_LONGEST_PAYLOAD}")
    return RefusedError(
        Reason.NOT_DECIMAL, "not a plain decimal number: expected sign, digits and at most one point, such as 65.0"
    )
