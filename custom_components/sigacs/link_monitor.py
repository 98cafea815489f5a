"""What becomes of the link's ups and downs: one log line each way, a sensor, and a request for new credentials.

A hundred attempts may fail in a night; people are told once.
"""

import logging
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .greenhouse.watched import Watched
from .transport.link import NEEDS_NEW_CREDENTIALS, Link

_LOGGER = logging.getLogger(__name__)

_ASK_AFTER: Final = 3
"""A broker that is just stopping looks once like one that does not like us: ask a person only when it repeats."""


class LinkMonitor(Watched):
    """Follows the link; `link` is None until the first attempt has ended."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Prepare; nothing is known yet."""
        super().__init__()
        self.link: Link | None = None
        self._hass = hass
        self._entry = entry
        self._refused_in_a_row = 0

    @callback
    def changed(self, link: Link) -> None:
        """Take the outcome of an attempt, or the end of a session."""
        before, self.link = self.link, link
        self._refused_in_a_row = self._refused_in_a_row + 1 if link.problem in NEEDS_NEW_CREDENTIALS else 0
        if self._refused_in_a_row == _ASK_AFTER:
            self._entry.async_start_reauth(self._hass)
        if link != before:
            self._log(before, link)
        if link.up:
            self._withdraw_request()
        # A session that was made anew while the link stayed up may have been shown another certificate.
        if link.up or link != before:
            self.tell()

    def _log(self, before: Link | None, link: Link) -> None:
        title = self._entry.title
        if link.up:
            if before:
                _LOGGER.info("%s: the broker is reachable again", title)
        elif before is None or before.up:
            _LOGGER.warning("%s: no link to the broker (%s); trying again until it is back", title, link.problem)
        else:
            _LOGGER.debug("%s: still no link to the broker, now %s", title, link.problem)

    def _withdraw_request(self) -> None:
        """End a request for new credentials that the broker's recovery has answered."""
        for flow in list(self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})):
            self._hass.config_entries.flow.async_abort(flow["flow_id"])
