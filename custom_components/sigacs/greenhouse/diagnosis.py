"""Why a planter no longer speaks: the most probable cause, from what is known.

`facts_of` gathers, `diagnose` judges: the first line of a table that holds is the answer. What lies further up the way
from the probe to us comes first, because it explains all that is below it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from .channel import Channel
from .hub import HUB_CERTIFICATE, Health
from .measure import AIR_HUMIDITY, AIR_TEMPERATURE, BATTERY, PROBE_VOLTAGE, SIGNAL_STRENGTH, SOIL_MOISTURE, Measure
from .refusal import Example, Refusals
from .state import Planter

CLOCK_TOLERANCE_S: Final = 300.0
"""By so much may a hub's clock differ: late measurements up to here count as not from the future (docs/protocol.md)."""
CLOCK_PATIENCE_S: Final = 900
"""Uptime within which a hub that has just started may be without the time."""
_LOW_BATTERY: Final = 20.0
_WEAK_SIGNAL_DBM: Final = -85.0
"""Below this an ESP32 loses packets, and its connection at the slowest rates some 10 dB further down (datasheet)."""


class Cause(StrEnum):
    """What is most probably the matter."""

    LINK_DOWN = "link_down"
    AT_REST = "at_rest"
    HUB_CERTIFICATE_EXPIRED = "hub_certificate_expired"
    HUB_CLOCK_WRONG = "hub_clock_wrong"
    HUB_OFFLINE = "hub_offline"
    HUB_NEVER_HEARD = "hub_never_heard"
    REFUSED = "refused"
    NEVER_HEARD = "never_heard"
    LATE_ONLY = "late_only"
    GREENHOUSE_SILENT = "greenhouse_silent"
    BATTERY_LOW = "battery_low"
    SIGNAL_WEAK = "signal_weak"
    SILENT = "silent"
    PROBE_IMPLAUSIBLE = "probe_implausible"
    VOLTAGE_MISSING = "voltage_missing"
    SOIL_SILENT = "soil_silent"
    AIR_SILENT = "air_silent"
    SPEAKS = "speaks"


class Diagnosis(NamedTuple):
    """A cause, and the names of the facts that a sentence about it needs."""

    cause: Cause
    about: dict[str, object]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a planter's silence. Moments are Unix seconds; None is "not known", or "never".

    `problem` is why there is no link to the broker. `since` is when the planter was last heard, `late_at` when late
    measurements of it came although it was silent by then. `silent`: nothing of it is fresh; `soil_fresh` and
    `air_fresh` are None where it never had such a probe. `alone`: no other planter of its greenhouse was heard until
    about the same time as it was; `others_speak`: another one is heard now.
    """

    greenhouse: str
    planter: str
    problem: str | None = None
    since: float | None = None
    silent: bool = True
    rest_until: float | None = None
    late_at: float | None = None
    soil_fresh: bool | None = None
    soil_since: float | None = None
    air_fresh: bool | None = None
    air_since: float | None = None
    implausible: bool = False
    millivolts: float | None = None
    voltage_missing: bool = False
    battery: float | None = None
    signal: float | None = None
    refused: Example | None = None
    alone: bool = True
    others_speak: bool = False
    hub_online: bool | None = None
    hub_certificate_end: float | None = None
    hub_certificate_expired: bool = False
    hub_clock_offset_s: float | None = None

    @property
    def unheard_greenhouse(self) -> bool:
        """Whether neither the hub nor any of its planters can be heard, whatever the broker keeps of it."""
        return self.hub_online is False or (self.silent and not self.alone and not self.others_speak)

    @property
    def topic(self) -> str | None:
        """Where the newest message of this planter was refused."""
        return self.refused.topic if self.refused else None

    @property
    def payload(self) -> str | None:
        """What was refused there."""
        return self.refused.payload if self.refused else None

    @property
    def reason(self) -> str | None:
        """Why."""
        return self.refused.reason if self.refused else None


type _Holds = Callable[[Facts], bool]

CAUSES: Final[tuple[tuple[Cause, _Holds, tuple[str, ...]], ...]] = (
    (Cause.LINK_DOWN, lambda facts: facts.problem is not None, ("problem",)),
    (Cause.AT_REST, lambda facts: facts.silent and facts.rest_until is not None, ("rest_until",)),
    (
        Cause.HUB_CERTIFICATE_EXPIRED,
        lambda facts: facts.unheard_greenhouse and facts.hub_certificate_expired,
        ("greenhouse", "hub_certificate_end"),
    ),
    (
        Cause.HUB_CLOCK_WRONG,
        lambda facts: facts.unheard_greenhouse and clock_is_wrong(facts.hub_clock_offset_s),
        ("hub_clock_offset_s", "since"),
    ),
    (Cause.HUB_OFFLINE, lambda facts: facts.hub_online is False, ("since",)),
    (
        Cause.HUB_NEVER_HEARD,
        lambda facts: facts.hub_online is None and facts.since is None and not facts.others_speak,
        ("greenhouse",),
    ),
    (Cause.REFUSED, lambda facts: facts.refused is not None, ("topic", "payload", "reason")),
    (Cause.LATE_ONLY, lambda facts: facts.silent and facts.late_at is not None, ("since", "late_at")),
    (Cause.NEVER_HEARD, lambda facts: facts.since is None, ("greenhouse", "planter")),
    (Cause.GREENHOUSE_SILENT, lambda facts: facts.unheard_greenhouse, ("since",)),
    (
        Cause.BATTERY_LOW,
        lambda facts: facts.silent and facts.battery is not None and facts.battery <= _LOW_BATTERY,
        ("since", "battery"),
    ),
    (
        Cause.SIGNAL_WEAK,
        lambda facts: facts.silent and facts.signal is not None and facts.signal <= _WEAK_SIGNAL_DBM,
        ("since", "signal"),
    ),
    (Cause.SILENT, lambda facts: facts.silent, ("since",)),
    (Cause.PROBE_IMPLAUSIBLE, lambda facts: facts.implausible, ("millivolts",)),
    (Cause.VOLTAGE_MISSING, lambda facts: facts.voltage_missing, ("since",)),
    (Cause.SOIL_SILENT, lambda facts: facts.soil_fresh is False, ("soil_since", "since")),
    (Cause.AIR_SILENT, lambda facts: facts.air_fresh is False, ("air_since", "since")),
)
"""In the order in which they are looked for: a cause, when it holds, and the facts that a sentence about it says."""


def diagnose(facts: Facts) -> Diagnosis:
    """Find the most probable cause, with what a sentence about it needs to say."""
    cause, names = next(((cause, names) for cause, holds, names in CAUSES if holds(facts)), (Cause.SPEAKS, ("since",)))
    return Diagnosis(cause, {name: getattr(facts, name) for name in names})


def clock_is_wrong(offset_s: float | None) -> bool:
    """Whether a hub's clock is too far from ours; one that is not known is not wrong."""
    return offset_s is not None and abs(offset_s) > CLOCK_TOLERANCE_S


def clock_is_lost(health: Health) -> bool:
    """Whether the hub still does not know the time, long after its start."""
    return health.clock_unset and (health.uptime_s or 0) > CLOCK_PATIENCE_S


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, on both clocks: what was a second of the monotonic one becomes a Unix second."""

    now: float
    wall: float

    def unix(self, at: float | None) -> float | None:
        """The Unix second of a monotonic one."""
        return None if at is None else self.wall - (self.now - at)


def facts_of(
    planter: Planter, moment: Moment, refusals: Refusals, limit_s: float, *, problem: str | None = None
) -> Facts:
    """Gather what is known. `limit_s`: how long silence is normal; `problem`: see Facts."""
    greenhouse = planter.greenhouse
    health = greenhouse.health
    certificate_end = health.certificates.get(HUB_CERTIFICATE)
    soil = _channels(planter, SOIL_MOISTURE, PROBE_VOLTAGE)
    air = _channels(planter, AIR_TEMPERATURE, AIR_HUMIDITY)
    others = [other for other in greenhouse.planters.values() if other is not planter]
    since = moment.unix(planter.heard_at)
    return Facts(
        greenhouse=greenhouse.id,
        planter=planter.id,
        problem=problem,
        since=since,
        silent=planter.silent and not _heard_within(planter, moment.now, limit_s),
        rest_until=_rest_until(planter, moment.wall),
        late_at=_late_while_silent(planter, moment, limit_s),
        soil_fresh=any(channel.fresh for channel in soil) if soil else None,
        soil_since=moment.unix(_newest(soil)),
        air_fresh=any(channel.fresh for channel in air) if air else None,
        air_since=moment.unix(_newest(air)),
        implausible=planter.implausible and planter.value(PROBE_VOLTAGE) is not None,
        millivolts=planter.value(PROBE_VOLTAGE),
        voltage_missing=planter.care.calibration.complete and planter.value(PROBE_VOLTAGE) is None,
        battery=_last(planter, BATTERY),
        signal=_last(planter, SIGNAL_STRENGTH),
        refused=_refused(planter, refusals),
        alone=not any(_fell_silent_together(planter, other, limit_s) for other in others),
        others_speak=any(not other.silent for other in others),
        hub_online=greenhouse.online,
        hub_certificate_end=certificate_end,
        hub_certificate_expired=certificate_end is not None and certificate_end <= moment.wall,
        hub_clock_offset_s=health.clock_offset_s,
    )


def _channels(planter: Planter, *measures: Measure) -> list[Channel]:
    return [planter.channels[measure.leaf] for measure in measures if measure.leaf in planter.channels]


def _newest(channels: list[Channel]) -> float | None:
    return max((channel.reading.heard_at for channel in channels if channel.reading), default=None)


def _last(planter: Planter, measure: Measure) -> float | None:
    """The newest value, however old: what it was when the planter was last heard."""
    return next((channel.reading.value for channel in _channels(planter, measure) if channel.reading), None)


def _rest_until(planter: Planter, wall: float) -> float | None:
    ends = [care.rest_until for care in (planter.care, planter.greenhouse.care) if care.resting(wall)]
    return max((end for end in ends if end is not None), default=None)


def _heard_within(planter: Planter, now: float, limit_s: float) -> bool:
    """Whether it was heard at all, even with values that cannot be used."""
    return planter.heard_at is not None and now - planter.heard_at <= limit_s


def _late_while_silent(planter: Planter, moment: Moment, limit_s: float) -> float | None:
    """When late measurements of it came, if that was while it should have spoken."""
    at, heard_at = planter.late_at, planter.heard_at
    return moment.unix(at) if at is not None and (heard_at is None or at > heard_at + limit_s) else None


def _fell_silent_together(planter: Planter, other: Planter, limit_s: float) -> bool:
    if planter.heard_at is None or other.heard_at is None:
        return planter.heard_at is other.heard_at
    return abs(planter.heard_at - other.heard_at) <= limit_s


def _refused(planter: Planter, refusals: Refusals) -> Example | None:
    """The newest message of this planter that was refused, when nothing was taken from its topic since."""
    waiting = {channel.topic for channel in planter.channels.values() if channel.refused_since and not channel.fresh}
    return next((example for example in reversed(refusals.examples) if example.topic in waiting), None)
