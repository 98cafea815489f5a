"""Soil moisture from a probe's voltage: the median of some samples, between two calibration points.

Works for a probe whose voltage falls with water (M5Stack Earth: 2900 mV dry, 1630 mV wet) and for one where it rises.
Pure. A reading that cannot be soil gives a reason, never a value in its place.
"""

from micropython import const

_SHORT_UV = const(50_000)  # no soil conducts so well: the pin is at ground, or the probe has no power
_RAIL_UV = const(3_100_000)  # where an ESP32's converter ends with 11 dB: the pin is at the supply
_UNSTEADY_UV = const(300_000)  # between samples a millisecond apart: the pin hangs in the air
_BEYOND = 0.1  # of the span between dry and wet, past dry: drier than dry earth is no earth


def median(samples: list) -> int:
    """Return the middle one of an odd number of samples."""
    return sorted(samples)[len(samples) // 2]


def percent(microvolts: float, dry_mv: int, wet_mv: int) -> float:
    """Return moisture, 0 to 100 %, on the line between the two points of the calibration."""
    return max(0.0, min(100.0, _share(microvolts, dry_mv, wet_mv) * 100))


def implausible(samples: list, dry_mv: int, wet_mv: int) -> str:
    """Return why these samples are not those of a probe in soil; empty when they may be."""
    middle = median(samples)
    if middle < _SHORT_UV:
        return "0 V"
    if middle >= _RAIL_UV:
        return "rail"
    if max(samples) - min(samples) > _UNSTEADY_UV:
        return "unstable"
    return "out of soil" if _share(middle, dry_mv, wet_mv) < -_BEYOND else ""


def _share(microvolts: float, dry_mv: int, wet_mv: int) -> float:
    return (microvolts / 1000 - dry_mv) / (wet_mv - dry_mv)
