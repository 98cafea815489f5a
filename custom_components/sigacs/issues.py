"""Keeps Home Assistant's Repairs in step with the troubles that there are, once a minute."""

from time import monotonic, time
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_translations_loaded

from .const import DOMAIN
from .greenhouse.recurring import QUIET_S, Recurring
from .troubles import Issue, Situation, wanted
from .wording import Wording

if TYPE_CHECKING:
    from .coordinator import SigacsCoordinator

_INTERVAL_S: Final = 59.0
"""Once a minute; the sweep that calls comes every 30 s, and not to the millisecond."""
_REFUSALS: Final = 3
"""Bursts of refused messages within a day: one may be a slip of a hand that tries something out."""


class Issues:
    """Keeps the issues of one entry in step with what is known."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, coordinator: SigacsCoordinator) -> None:
        """Prepare; nothing is shown before the first update."""
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._refusals = Recurring(_REFUSALS, count=0)
        self._losses: dict[str, Recurring] = {}
        self._shown: dict[str, Issue] = {}
        self._looked_at = -_INTERVAL_S
        self._began_at = monotonic()
        self._inherited = set(_registered(hass, entry.entry_id))
        """Ignored ones of an earlier run. Not all is known at once: what is not wanted again within a day is over."""

    @callback
    def update(self) -> None:
        """Look at everything again, unless that was done within the last minute.

        Right after Home Assistant's language was changed the words are not there yet: then it is done a little later.
        """
        now = monotonic()
        if now - self._looked_at >= _INTERVAL_S and async_translations_loaded(self._hass, {DOMAIN}):
            self._looked_at = now
            self._count(now)
            self._show(wanted(self._situation(now)))
            if self._inherited and now - self._began_at > QUIET_S:
                for issue_id in self._inherited:
                    ir.async_delete_issue(self._hass, DOMAIN, issue_id)
                self._inherited.clear()

    @callback
    def withdraw(self) -> None:
        """Show nothing any more. What a person chose to ignore stays ignored, should it be there again later."""
        for issue_id in self._shown:
            issue = ir.async_get(self._hass).async_get_issue(DOMAIN, self._id(issue_id))
            if issue and issue.dismissed_version is None:
                ir.async_delete_issue(self._hass, DOMAIN, issue.issue_id)
        self._shown.clear()

    def _count(self, now: float) -> None:
        self._refusals.look(self._coordinator.refusals.counts.total(), now)
        for greenhouse in self._coordinator.site.greenhouses.values():
            if (dropped := greenhouse.health.dropped) is not None:
                self._losses.setdefault(greenhouse.id, Recurring(1)).look(dropped, now)

    def _situation(self, now: float) -> Situation:
        return Situation(
            self._hass,
            self._entry,
            self._coordinator,
            Wording.of_system(self._hass),
            self._refusals,
            self._losses,
            now,
            time(),
        )

    def _show(self, issues: dict[str, Issue]) -> None:
        for issue_id in self._shown.keys() - issues.keys():
            ir.async_delete_issue(self._hass, DOMAIN, self._id(issue_id))
        for issue_id, issue in issues.items():
            self._inherited.discard(self._id(issue_id))
            if self._shown.get(issue_id) != issue:
                ir.async_create_issue(
                    self._hass,
                    DOMAIN,
                    self._id(issue_id),
                    data=dict(issue.data) if issue.data else None,
                    is_fixable=issue.data is not None,
                    learn_more_url=issue.learn_more,
                    severity=issue.severity,
                    translation_key=issue.key,
                    translation_placeholders=dict(issue.about),
                )
        self._shown = issues

    def _id(self, issue_id: str) -> str:
        return f"{self._entry.entry_id}_{issue_id}"


def _registered(hass: HomeAssistant, entry_id: str) -> list[str]:
    prefix = f"{entry_id}_"
    return [id_ for domain, id_ in ir.async_get(hass).issues if domain == DOMAIN and id_.startswith(prefix)]


@callback
def withdraw_all(hass: HomeAssistant, entry_id: str) -> None:
    """Forget every issue of an entry that is removed, the ignored ones too."""
    for issue_id in _registered(hass, entry_id):
        ir.async_delete_issue(hass, DOMAIN, issue_id)
