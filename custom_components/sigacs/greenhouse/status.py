"""What is said of a planter's soil, and why. "I do not know" is an answer of its own, and never the green one."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """What a keeper is told."""

    FINE = "fine"
    NEEDS_WATER = "needs_water"
    TOO_WET = "too_wet"
    UNKNOWN = "unknown"
    AT_REST = "at_rest"


class Reason(StrEnum):
    """Why that is said."""

    MOIST_ENOUGH = "moist_enough"
    JUST_BELOW = "just_below"
    BELOW_THRESHOLD = "below_threshold"
    NOT_RECOVERED = "not_recovered"
    WATERED_WITHOUT_RISE = "watered_without_rise"
    ABOVE_LIMIT = "above_limit"
    NEVER_MEASURED = "never_measured"
    BROKER_UNREACHABLE = "broker_unreachable"
    HUB_OFFLINE = "hub_offline"
    SILENT = "silent"
    SOIL_SILENT = "soil_silent"
    REFUSED = "refused"
    VOLTAGE_MISSING = "voltage_missing"
    IMPLAUSIBLE_VOLTAGE = "implausible_voltage"
    RESTING = "resting"


class Status(NamedTuple):
    """A state with its reason."""

    state: State
    reason: Reason


NEVER_MEASURED = Status(State.UNKNOWN, Reason.NEVER_MEASURED)
