"""What is known: greenhouses and their planters, with a channel per measure and what follows from them.

A message reaches its channel alone (`coordinator` looks it up by the whole topic), so nothing here is copied or walked
per message. Readings are frozen. Times are seconds of a monotonic clock that the caller reads: a jump of the wall clock
neither kills nor revives a planter. What people set and read by the calendar is in Unix seconds, called `wall`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import math

from . import measure
from .air import GreenhouseAir, PlanterAir
from .alerts import Alerts, Listening, silence_of
from .calibration import plausible
from .care import GreenhouseCare, PlanterCare
from .channel import Channel
from .climate import Probe
from .freshness import DEFAULT_PERIOD_S, silence_limit_s
from .hub import Health
from .soil import Outlook, Soil
from .status import Reason, State, Status
from .topic import greenhouse_path, planter_path
from .watched import Watched

_MOISTURE_DECIMALS = 1
_AT_REST = Status(State.AT_REST, Reason.RESTING)


@dataclass(slots=True, eq=False)
class Greenhouse(Watched):
    """One hub and its planters. `online` is None until the hub has said so.

    `listening_since` and `offline_since` are monotonic seconds: of our link to the broker, None while it is down, and
    of the hub's last will, None while it is online.
    """

    id: str
    online: bool | None = None
    health: Health = field(default_factory=Health)
    care: GreenhouseCare = field(default_factory=GreenhouseCare)
    air: GreenhouseAir = field(default_factory=GreenhouseAir, repr=False)
    alerts: Alerts[Planter] = field(default_factory=Alerts, repr=False)
    planters: dict[str, Planter] = field(default_factory=dict, repr=False)
    listening_since: float | None = None
    offline_since: float | None = None

    def __str__(self) -> str:
        """Spell where its topics begin."""
        return greenhouse_path(self.id)

    @property
    def connected(self) -> bool | None:
        """What the hub said, unless the silence of all its planters contradicts it.

        A broker goes on keeping `online` for a hub that it threw out, without publishing the last will.
        """
        if self.online and self.planters and all(planter.silent for planter in self.planters.values()):
            return None
        return self.online

    @property
    def period_s(self) -> float:
        """Seconds between two measurements: as announced by the hub, or the default."""
        return self.health.period_s or DEFAULT_PERIOD_S

    @property
    def silence_limit_s(self) -> float:
        """Seconds of silence that this period allows."""
        return silence_limit_s(self.period_s)

    def hub_said(self, *, online: bool, now: float) -> None:
        """Take what the hub, or its last will, says."""
        if online:
            self.offline_since = None
        elif self.offline_since is None:
            self.offline_since = now
        self.online = online

    def review_alerts(self, now: float, wall: float, limit_s: float) -> None:
        """Judge anew who is thirsty, and who is silent without being at rest."""
        awake = [planter for planter in self.planters.values() if not planter.resting(wall)]
        thirsty = sorted((planter for planter in awake if planter.soil.needs_water), key=Planter.moisture_share)
        listening = Listening(self.listening_since, self.offline_since, limit_s, self.period_s)
        unknown = (planter for planter in awake if planter.soil.needs_water is None)
        silence = silence_of(awake, listening, now)
        all_heard = self.online is not False and not any(planter.silent for planter in awake)
        speaking = listening.settled(now) or (listening.since is not None and all_heard)
        self.alerts.review(thirsty, unknown, silence, speaking=speaking)

    def review_air(self, now: float) -> None:
        """Judge anew the air that its planters share."""
        probes = (planter.probe for planter in self.planters.values())
        self.air.review(probes, self.care.frost_below_c, now, self.period_s)


@dataclass(slots=True, eq=False)
class Planter(Watched):
    """One planter; `heard_at` is the second of its newest message of any measure, None when there was none.

    It is silent while none of its measures is fresh. `told_at` is when its listeners were last told, `late_at` when it
    was last heard of by late measurements, `implausible` whether its probe gives a voltage that no soil can.
    """

    id: str
    greenhouse: Greenhouse
    heard_at: float | None = None
    silent: bool = True
    told_at: float = -math.inf
    late_at: float | None = None
    implausible: bool = False
    care: PlanterCare = field(default_factory=PlanterCare)
    soil: Soil = field(default_factory=Soil, repr=False)
    outlook: Outlook = field(default_factory=Outlook, repr=False)
    air: PlanterAir = field(default_factory=PlanterAir, repr=False)
    channels: dict[str, Channel] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """Spell where its topics begin."""
        return planter_path(self.greenhouse.id, self.id)

    @property
    def probe(self) -> Probe:
        """The fresh values of its air."""
        return Probe(self.id, self.value(measure.AIR_TEMPERATURE), self.value(measure.AIR_HUMIDITY))

    def value(self, of: measure.Measure) -> float | None:
        """The newest value of a measure while it is fresh."""
        channel = self.channels.get(of.leaf)
        return channel.value if channel else None

    def resting(self, wall: float) -> bool:
        """Whether its keeper wants no alerts of it, or of its greenhouse, at this time."""
        return self.care.resting(wall) or self.greenhouse.care.resting(wall)

    def moisture_share(self) -> float:
        """How much of the moisture that it should have at least is there: the smaller, the more urgent."""
        moisture = self.value(measure.SOIL_MOISTURE)
        return math.inf if moisture is None else moisture / max(self.care.limits.dry_below, 1.0)

    def heard(self, at: float) -> None:
        """Note a message; an older one than the newest changes nothing."""
        if self.heard_at is None or at > self.heard_at:
            self.heard_at = at

    def speaks(self) -> bool:
        """Note that something of it is fresh; true when it was silent until now, which its greenhouse is told."""
        if not self.silent:
            return False
        self.silent = False
        self.greenhouse.tell()
        return True

    def judge(self, now: float, limit_s: float) -> bool:
        """Judge every channel anew and tell those that changed; true when this made the planter silent."""
        for channel in [channel for channel in self.channels.values() if channel.judge(now, limit_s)]:
            channel.tell()
        was_silent = self.silent
        self.silent = not any(channel.fresh for channel in self.channels.values())
        return self.silent and not was_silent

    def probe_voltage(self, millivolts: float) -> float | None:
        """Take the bare probe's voltage; the moisture in % that it means, when this planter has been calibrated."""
        calibration = self.care.calibration
        moisture = calibration.moisture(millivolts)
        self.implausible = moisture is None if calibration.complete else not plausible(millivolts)
        if self.implausible and (soil := self.channels.get(measure.SOIL_MOISTURE.leaf)):
            soil.distrust()
        return None if moisture is None else round(moisture, _MOISTURE_DECIMALS)

    def measured(self, leaf: str, value: float, wall: float) -> Iterator[tuple[Channel, float]]:
        """What a value of the past means for which channels, on the scale that moisture had at that time."""
        channel = self.channels.get(leaf)
        calibrated = self.care.calibration.complete and wall >= self.care.calibrated_at
        if channel and not (calibrated and channel.measure is measure.SOIL_MOISTURE):
            yield channel, value
        soil = self.channels.get(measure.SOIL_MOISTURE.leaf)
        if calibrated and soil and leaf == measure.PROBE_VOLTAGE.leaf:
            moisture = self.care.calibration.moisture(value)
            if moisture is not None:
                yield soil, moisture

    @property
    def trusts_moisture(self) -> bool:
        """Whether a moisture that the node worked out counts: not when calibrated here, nor from a broken probe."""
        if self.care.calibration.complete:
            return False
        return not (self.implausible and self.value(measure.PROBE_VOLTAGE) is not None)

    def take_moisture(self, moisture: float, now: float, wall: float) -> bool:
        """Learn from a soil reading that its channel has taken; true when it proves a watering."""
        period_s = self.greenhouse.period_s
        watered = self.soil.take(moisture, now, wall, period_s, self.care)
        self.outlook.drying.take(moisture, wall, self.air.vpd_kpa, period_s)
        if watered:
            self.outlook.drying.watered(self.soil.last_watered or wall)
        return watered

    def foresee(self, wall: float) -> None:
        """Judge anew when it will need water, which takes some milliseconds."""
        self.outlook.review(wall, self.care.limits.dry_below, self.greenhouse.period_s, trusted=self.soil.trusted)

    def review(self, wall: float) -> bool:
        """Judge anew what is to be said of the soil; true when it is something else than before."""
        moisture = self.value(measure.SOIL_MOISTURE)
        if self.resting(wall):
            status = _AT_REST
        elif moisture is None:
            status = Status(State.UNKNOWN, self._why_unknown())
        else:
            status = self.soil.verdict(moisture, self.care)
        return self.soil.say(status, trusted=moisture is not None)

    def review_air(self) -> None:
        """Judge anew what follows from its air."""
        self.air.review(self.value(measure.AIR_TEMPERATURE), self.value(measure.AIR_HUMIDITY))

    def _why_unknown(self) -> Reason:
        """Name the first cause that explains it; what lies further up the way comes first."""
        soil, voltage = (self.channels.get(one.leaf) for one in (measure.SOIL_MOISTURE, measure.PROBE_VOLTAGE))
        refused = soil is not None and soil.refused_at > -math.inf and soil.refused_since
        causes = (
            (self.implausible and voltage is not None and voltage.fresh, Reason.IMPLAUSIBLE_VOLTAGE),
            (soil is None and voltage is None, Reason.NEVER_MEASURED),
            (self.greenhouse.listening_since is None, Reason.BROKER_UNREACHABLE),
            (self.greenhouse.online is False, Reason.HUB_OFFLINE),
            (refused, Reason.REFUSED),
            (self.silent, Reason.SILENT),
            (self.care.calibration.complete, Reason.VOLTAGE_MISSING),
        )
        return next((reason for holds, reason in causes if holds), Reason.SOIL_SILENT)
