"""From nothing to a link that works: two ways to the broker, each tried before an entry is made.

user --------> menu -> home_assistant --------------------+-> (nothing_heard) -> entry
  (no MQTT) |                                             |
            +-----> direct: files checked, then tried ----+
mqtt, a hub announced itself -> discovery_confirm -> entry
reconfigure is as user; reauth_confirm is direct without the address
  a running connection to the same broker takes new files and logins as it runs; else the entry is loaded anew
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, override

from homeassistant import config_entries
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import callback
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
from homeassistant.util import dt as dt_util

from .certificates import CertificateError, Fault, check
from .const import CONF_TRANSPORT, DOMAIN, TRANSPORT_DIRECT, TRANSPORT_HOME_ASSISTANT
from .coordinator import SigacsConfigEntry
from .direct_form import KEPT_AS, Uploads, entered, field_of, missing, schema, shown, without_files
from .greenhouse.hub import decode_state
from .greenhouse.refusal import RefusedError
from .greenhouse.topic import parse
from .options_flow import SigacsOptionsFlow
from .settings import broker_settings, running_connection
from .transport.direct import DirectTransport
from .transport.home_assistant import HomeAssistantTransport, is_set_up, payload_bytes
from .transport.link import LinkError

_BETWEEN_TWO: Final = (Fault.KEY_DOES_NOT_MATCH, Fault.NOT_SIGNED_BY_CA)
"""Which of the two files is the wrong one only a person knows, and need not give both again."""
_LISTEN_S: Final = 5
"""A hub's state is retained: where there is one, and it may be read, it is heard at once."""


class SigacsConfigFlow(ConfigFlow, domain=DOMAIN):
    """Set up, repair or change the way to a broker."""

    VERSION = 1

    def __init__(self) -> None:
        """Start with nothing."""
        self._uploads: Uploads | None = None
        self._title = ""
        self._data: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: SigacsConfigEntry) -> SigacsOptionsFlow:
        """The options that can be changed at any time."""
        return SigacsOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer Home Assistant's MQTT where there is one."""
        return await self._offer_ways("user")

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the broker, the login, the certificates, or the way itself; entities keep their history."""
        return await self._offer_ways("reconfigure")

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for what the broker does not accept any more."""
        return await self.async_step_reauth_confirm()

    async def _offer_ways(self, step_id: str) -> ConfigFlowResult:
        if not is_set_up(self.hass):
            return await self.async_step_direct()
        return self.async_show_menu(step_id=step_id, menu_options=["home_assistant", "direct"])

    # Home Assistant's MQTT

    @override
    async def async_step_mqtt(self, discovery_info: MqttServiceInfo) -> ConfigFlowResult:
        """Take a hub's announcement.

        With an entry there, it must end before a unique id is set: each announcement would be written into that entry.
        """
        if self._async_current_entries():
            return self.async_abort(reason="already_configured")
        try:
            topic = parse(discovery_info.topic)
            decode_state(payload_bytes(discovery_info.payload))
        except RefusedError:
            return self.async_abort(reason="not_a_greenhouse")
        await self.async_set_unique_id(TRANSPORT_HOME_ASSISTANT)
        self.context["title_placeholders"] = {"name": topic.greenhouse}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask before anything is added, unless the greenhouse came in by another way meanwhile."""
        if self._async_current_entries():
            return self.async_abort(reason="already_configured")
        if user_input is None:
            self._set_confirm_only()
            return self.async_show_form(
                step_id="discovery_confirm", description_placeholders=self.context["title_placeholders"]
            )
        self._propose("SIGACS", {CONF_TRANSPORT: TRANSPORT_HOME_ASSISTANT})
        return self._finish()

    async def async_step_home_assistant(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Use Home Assistant's own MQTT; there is nothing to fill in."""
        data = {CONF_TRANSPORT: TRANSPORT_HOME_ASSISTANT}
        self._async_abort_entries_match(data)
        heard = asyncio.Event()
        transport = HomeAssistantTransport(self.hass)
        try:
            await transport.start(lambda _message: heard.set(), lambda _link: None)
            await _wait_for(heard)
        except LinkError as error:
            return self.async_abort(reason=error.problem)
        finally:
            await transport.stop()
        await self._claim(TRANSPORT_HOME_ASSISTANT)
        self._propose("SIGACS", data)
        return self._finish() if heard.is_set() else await self.async_step_nothing_heard()

    async def async_step_nothing_heard(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Connected, but no greenhouse spoke: that may be right, or an access rule may be missing."""
        if user_input is None:
            return self.async_show_form(step_id="nothing_heard")
        return self._finish()

    # A connection of our own

    async def async_step_direct(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the broker is, who we are, and for the three files."""
        return await self._direct_form("direct", user_input)

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new login or new files; what is left empty stays as it is."""
        return await self._direct_form("reauth_confirm", user_input)

    async def _direct_form(self, step_id: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        known = self._known()
        uploads = self._uploads = self._uploads or Uploads(self.hass)
        data = {**known, **entered(user_input or {}), CONF_TRANSPORT: TRANSPORT_DIRECT}
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := missing(data)):
            try:
                return await self._try_direct(data, uploads, user_input)
            except CertificateError as error:
                if error.fault not in _BETWEEN_TWO:
                    uploads.given.pop(error.file, None)
                errors[error.file] = error.fault
            except LinkError as error:
                errors[field_of(error.problem)] = error.problem
        form = schema(known, uploads.given, with_address=self.source != config_entries.SOURCE_REAUTH)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form, without_files(user_input or shown(known))),
            errors=errors,
            description_placeholders={"host": str(known.get(CONF_HOST))},
        )

    async def _try_direct(
        self, data: dict[str, Any], uploads: Uploads, user_input: Mapping[str, Any]
    ) -> ConfigFlowResult:
        address = {key: data[key] for key in (CONF_HOST, CONF_PORT)}
        self._async_abort_entries_match(address)
        is_new = not self._known()
        data |= await self._check_files(data, uploads, user_input)
        if (entry := self._changed_entry()) and (running := running_connection(entry, data)):
            await running.renew(broker_settings(data))
            return self.async_update_and_abort(entry, data=data)
        heard = asyncio.Event()
        session = await DirectTransport(self.hass, broker_settings(data)).try_once(lambda _message: heard.set())
        try:
            if is_new:
                await _wait_for(heard)
        finally:
            await session.close()
        await self._claim("{host}:{port}".format_map(address).lower())
        self._propose(data[CONF_HOST], data)
        return await self.async_step_nothing_heard() if is_new and not heard.is_set() else self._finish()

    async def _check_files(
        self, data: Mapping[str, Any], uploads: Uploads, user_input: Mapping[str, Any]
    ) -> dict[str, str]:
        for file in KEPT_AS:
            if upload_id := user_input.get(file):
                await uploads.take(file, upload_id)
        contents = {
            file: uploads.given[file] if file in uploads.given else data[kept_as].encode()
            for file, kept_as in KEPT_AS.items()
        }
        return await self.hass.async_add_executor_job(check, contents, dt_util.utcnow())

    # The entry

    def _changed_entry(self) -> ConfigEntry | None:
        """The entry that is being repaired or changed, if any."""
        match self.source:
            case config_entries.SOURCE_REAUTH:
                return self._get_reauth_entry()
            case config_entries.SOURCE_RECONFIGURE:
                return self._get_reconfigure_entry()
            case _:
                return None

    def _known(self) -> Mapping[str, Any]:
        """What that entry already holds of a connection of our own."""
        entry = self._changed_entry()
        return entry.data if entry and entry.data[CONF_TRANSPORT] == TRANSPORT_DIRECT else {}

    async def _claim(self, unique_id: str) -> None:
        """Name a new entry after where it listens. A changed one keeps its id: all else is named after that."""
        if self._changed_entry():
            return
        # An entry that has moved away since still bears the id of its first place.
        taken = {entry.unique_id for entry in self._async_current_entries(include_ignore=False)}
        while unique_id in taken:
            unique_id += "+"
        await self.async_set_unique_id(unique_id, raise_on_progress=False)

    def _propose(self, title: str, data: dict[str, Any]) -> None:
        self._title, self._data = title, data

    def _finish(self) -> ConfigFlowResult:
        if entry := self._changed_entry():
            return self.async_update_reload_and_abort(entry, data=self._data)
        return self.async_create_entry(title=self._title, data=self._data)


async def _wait_for(heard: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_LISTEN_S):
            await heard.wait()
