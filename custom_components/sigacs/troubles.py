"""What is wrong and wants a person: a table of functions that look at a `Situation` and name the troubles in it.

An issue's id says what it is about and never how long it has lasted, so that ignoring it holds; a certificate's has the
stage in it, so that who ignored "in a month" is told again "in three days". One cause is one issue: a greenhouse that
is silent hides the silence of its planters, and the expired certificate of a hub hides that of its greenhouse.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.issue_registry import IssueSeverity

from .const import CONF_TRANSPORT, TRANSPORT_DIRECT
from .explanation import explained
from .greenhouse.alerts import Cause
from .greenhouse.diagnosis import clock_is_lost, clock_is_wrong
from .greenhouse.expiry import Stage, days_left, stage
from .greenhouse.freshness import silence_limit_s
from .greenhouse.hub import AUTHORITY as HUB_AUTHORITY, HUB_CERTIFICATE
from .greenhouse.recurring import Recurring
from .greenhouse.state import Greenhouse, Planter
from .own_certificates import AUTHORITY, OWN, own_certificates
from .wording import Wording, printable

if TYPE_CHECKING:
    from .coordinator import SigacsCoordinator

_GREENHOUSE_PATIENCE_S: Final = 3600.0
"""A hub that is off is shown at once by its sensor: here stands what somebody has to see to."""
_PLANTER_PATIENCE_S: Final = 86_400.0
_A_FEW: Final = 3

_DOCUMENTATION: Final = "https://github.com/sigacs/sigacs/blob/main/"
_HUB_SCREEN: Final = f"{_DOCUMENTATION}docs/devices.md#what-the-hubs-screen-says"
_NODE_SAYS: Final = f"{_DOCUMENTATION}docs/devices.md#what-a-node-says"
_WIRE: Final = f"{_DOCUMENTATION}docs/protocol.md#a-measurement"
_REFUSAL_TABLE: Final = f"{_DOCUMENTATION}docs/security.md#what-a-refusal-looks-like"
_RENEWAL: Final = f"{_DOCUMENTATION}docs/security.md#the-yearly-renewal-rehearsed"
_AUTHORITY_RENEWAL: Final = f"{_DOCUMENTATION}certs/README.md#when-the-authority-itself-must-go"
_MQTT_PAGE: Final = "homeassistant://config/integrations/integration/mqtt"


class Issue(NamedTuple):
    """One issue; `about` fills in its sentences, `data` is what its fix flow is told."""

    id: str
    key: str
    severity: IssueSeverity = IssueSeverity.WARNING
    about: Mapping[str, str] = {}
    data: Mapping[str, str | int | float | None] | None = None
    learn_more: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known now; `now` monotonic, `wall` Unix seconds."""

    hass: HomeAssistant
    entry: ConfigEntry
    coordinator: SigacsCoordinator
    wording: Wording
    refusals: Recurring
    losses: Mapping[str, Recurring]
    now: float
    wall: float

    def name(self, place: Greenhouse | Planter) -> str:
        """What a place's keeper calls it."""
        devices, identity, entry_id = dr.async_get(self.hass), self.coordinator.identity, self.entry.entry_id
        device = (
            devices.async_get_device_by_identifier(identity.greenhouse_device(place), entry_id)
            if isinstance(place, Greenhouse)
            else devices.async_get_child_device_by_identifier(identity.planter_device(place), entry_id)
        )
        return (device and (device.name_by_user or device.name)) or place.id

    def moment(self, at: float) -> str:
        """Say a monotonic second as a time of day."""
        return self.wording.moment(self.wall - (self.now - at))

    @property
    def listening_since(self) -> float | None:
        """Since when messages can arrive; None while they cannot."""
        site = self.coordinator.site
        return site.listening_since if site.deaf_since is None else None


type Kind = Callable[[Situation], Iterator[Issue]]

# Certificates

_SEVERITIES: Final[Mapping[Stage, IssueSeverity]] = {
    Stage.SOON: IssueSeverity.WARNING,
    Stage.NEAR: IssueSeverity.WARNING,
    Stage.URGENT: IssueSeverity.ERROR,
    Stage.EXPIRED: IssueSeverity.CRITICAL,
}


def _certificate(  # noqa: PLR0913 - each is a part of the sentence
    situation: Situation,
    end: float | None,
    whose: str,
    learn_more: str | None,
    *,
    of: str = "",
    about: Mapping[str, str] | None = None,
    data: Mapping[str, str | int | float | None] | None = None,
) -> Iterator[Issue]:
    """Say how near an end is, if it is near. `of` tells apart those that have the same owner."""
    if end is None or (near := stage(end, situation.wall)) is None:
        return
    state = "expired" if near is Stage.EXPIRED else "expires"
    yield Issue(
        f"certificate_{whose}{of}_{near}",
        f"certificate_{whose}_{state}",
        _SEVERITIES[near],
        {"date": situation.wording.day(end), "days": str(days_left(end, situation.wall)), **(about or {})},
        data,
        learn_more,
    )


def _own_certificate(situation: Situation) -> Iterator[Issue]:
    entry = situation.entry
    end = own_certificates(situation.hass, entry.data).get(OWN)
    if entry.data[CONF_TRANSPORT] == TRANSPORT_DIRECT:
        yield from _certificate(situation, end, "own", None, data={"entry_id": entry.entry_id})
    else:
        yield from _certificate(situation, end, "mqtt", _MQTT_PAGE)


def _server_certificate(situation: Situation) -> Iterator[Issue]:
    yield from _certificate(situation, situation.coordinator.transport.server_not_after, "server", _RENEWAL)


def _hub_certificates(situation: Situation) -> Iterator[Issue]:
    for greenhouse in situation.coordinator.site.greenhouses.values():
        end = greenhouse.health.certificates.get(HUB_CERTIFICATE)
        about = {"greenhouse": situation.name(greenhouse), "id": greenhouse.id}
        yield from _certificate(situation, end, "hub", _RENEWAL, of=str(greenhouse), about=about)


def _authorities(situation: Situation) -> Iterator[Issue]:
    """Say it once of an authority that several trust: they hold certificates with the same end."""
    holders: dict[float, list[str]] = {}
    if (own := own_certificates(situation.hass, situation.entry.data).get(AUTHORITY)) is not None:
        holders[own] = ["Home Assistant"]
    for greenhouse in situation.coordinator.site.greenhouses.values():
        if (end := greenhouse.health.certificates.get(HUB_AUTHORITY)) is not None:
            holders.setdefault(end, []).append(situation.name(greenhouse))
    for end, names in holders.items():
        about = {"holders": ", ".join(names)}
        yield from _certificate(situation, end, "authority", _AUTHORITY_RENEWAL, of=f"_{end:.0f}", about=about)


# Silence


def _nothing_received(situation: Situation) -> Iterator[Issue]:
    if (since := situation.listening_since) is not None and _is_deaf(situation, since):
        about = {"since": situation.moment(since)}
        yield Issue("nothing_received", "nothing_received", about=about, learn_more=_REFUSAL_TABLE)


def _is_deaf(situation: Situation, since: float) -> bool:
    """Whether a link that has stood long enough has brought nothing at all, though somebody should have spoken."""
    coordinator = situation.coordinator
    site = coordinator.site
    planters = list(site.planters)
    limits_s = map(coordinator.silence_limit_s, site.greenhouses.values())
    if situation.now - since <= max(limits_s, default=silence_limit_s(None)):
        return False
    if coordinator.late_messages or coordinator.refusals.counts:
        return False
    if any(greenhouse.online is not None or greenhouse.health.text for greenhouse in site.greenhouses.values()):
        return False
    if any(planter.heard_at is not None and planter.heard_at >= since for planter in planters):
        return False
    return not planters or any(not planter.resting(situation.wall) for planter in planters)


def _silences(situation: Situation) -> Iterator[Issue]:
    """A greenhouse, or else those of its planters that have been silent for a day."""
    since = situation.listening_since
    if since is None or _is_deaf(situation, since):
        return
    for greenhouse in situation.coordinator.site.greenhouses.values():
        silence = greenhouse.alerts.silence
        if silence is None:
            continue
        if silence.cause is Cause.HUB:
            if not _is_locked_out(greenhouse, situation.wall):
                yield from _greenhouse_silent(situation, greenhouse, silence.since)
        else:
            yield from _planters_silent(
                situation,
                greenhouse,
                {planter: since if planter.heard_at is None else planter.heard_at for planter in silence.planters},
            )


def _is_locked_out(greenhouse: Greenhouse, wall: float) -> bool:
    """Whether the hub's own certificate explains all of it, which has an issue of its own."""
    return greenhouse.health.certificates.get(HUB_CERTIFICATE, wall + 1) <= wall


def _greenhouse_silent(situation: Situation, greenhouse: Greenhouse, noticed_at: float) -> Iterator[Issue]:
    """Tell it after an hour, with when the last of it was heard: it may have been silent before we listened."""
    heard_at = [planter.heard_at for planter in greenhouse.planters.values() if planter.heard_at is not None]
    since = max(heard_at, default=noticed_at)
    if situation.now - since >= _GREENHOUSE_PATIENCE_S:
        about = {"greenhouse": situation.name(greenhouse), "since": situation.moment(since)}
        yield Issue(
            f"greenhouse_silent{greenhouse}", "greenhouse_silent", IssueSeverity.ERROR, about, learn_more=_HUB_SCREEN
        )


def _planters_silent(
    situation: Situation, greenhouse: Greenhouse, silent_since: Mapping[Planter, float]
) -> Iterator[Issue]:
    """Tell of each planter after a day; of more than a few at once, which hardly have a cause each."""
    long = {planter: since for planter, since in silent_since.items() if situation.now - since >= _PLANTER_PATIENCE_S}
    if len(long) <= _A_FEW:
        for planter, since in long.items():
            yield _planter_silent(situation, planter, since)
        return
    about = {
        "greenhouse": situation.name(greenhouse),
        "count": str(len(long)),
        "planters": ", ".join(map(situation.name, long)),
    }
    yield Issue(f"planters_silent{greenhouse}", "planters_silent", about=about, learn_more=_NODE_SAYS)


def _planter_silent(situation: Situation, planter: Planter, since: float) -> Issue:
    about = {
        "planter": situation.name(planter),
        "greenhouse": situation.name(planter.greenhouse),
        "since": situation.moment(since),
        "why": explained(situation.coordinator, planter, situation.wording),
    }
    data = {"entry_id": situation.entry.entry_id, "place": str(planter)}
    return Issue(f"planter_silent{planter}", "planter_silent", about=about, data=data)


# What a hub or a node does wrong


def _refused_payloads(situation: Situation) -> Iterator[Issue]:
    examples = situation.coordinator.refusals.examples
    if examples and situation.refusals.troubles(situation.now):
        newest = examples[-1]
        about = {
            "topic": printable(newest.topic),
            "payload": printable(newest.payload[2:-1]),
            "reason": situation.wording.refusal(newest.reason),
        }
        yield Issue("refused_payloads", "refused_payloads", about=about, learn_more=_WIRE)


def _hub_clocks(situation: Situation) -> Iterator[Issue]:
    for greenhouse in situation.coordinator.site.greenhouses.values():
        if not greenhouse.connected or (greenhouse.alerts.silence and greenhouse.alerts.silence.cause is Cause.HUB):
            continue
        health = greenhouse.health
        about = {"greenhouse": situation.name(greenhouse), "id": greenhouse.id}
        if clock_is_lost(health):
            yield Issue(f"hub_clock_unset{greenhouse}", "hub_clock_unset", about=about, learn_more=_HUB_SCREEN)
        elif (offset_s := health.clock_offset_s) is not None and clock_is_wrong(offset_s):
            about["offset"] = situation.wording.span(offset_s)
            yield Issue(f"hub_clock_wrong{greenhouse}", "hub_clock_wrong", about=about, learn_more=_HUB_SCREEN)


def _hub_losses(situation: Situation) -> Iterator[Issue]:
    for greenhouse in situation.coordinator.site.greenhouses.values():
        losses = situation.losses.get(greenhouse.id)
        if losses and losses.troubles(situation.now):
            about = {"greenhouse": situation.name(greenhouse), "count": str(losses.count)}
            yield Issue(f"hub_dropping{greenhouse}", "hub_dropping", about=about, learn_more=_HUB_SCREEN)


_KINDS: Final[tuple[Kind, ...]] = (
    _own_certificate,
    _server_certificate,
    _hub_certificates,
    _authorities,
    _nothing_received,
    _silences,
    _refused_payloads,
    _hub_clocks,
    _hub_losses,
)


def wanted(situation: Situation) -> dict[str, Issue]:
    """All that is wrong, by issue id."""
    return {issue.id: issue for kind in _KINDS for issue in kind(situation)}
