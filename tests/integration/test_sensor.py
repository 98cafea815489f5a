from collections.abc import Mapping
from typing import Any

from cryptography.x509 import load_pem_x509_certificate
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.sigacs.const import DOMAIN
from tests.certs.greenhouse import Greenhouse
from tests.integration.stage import (
    direct_entry,
    entity,
    fire,
    fire_all,
    is_known,
    over_home_assistant,
    pass_time,
    planters,
    restart,
    set_up,
    state,
    until,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

EVERYTHING: dict[str, str | bytes] = {
    "/serre/1/bac/1/sol": "65.0",
    "/serre/1/bac/1/air/temp": "22.5",
    "/serre/1/bac/1/air/hum": "58.0",
    "/serre/1/bac/1/batterie": "87",
    "/serre/1/bac/1/tension": "3.91",
    "/serre/1/bac/1/rssi": "-61",
    "/serre/1/bac/1/sol/brut": "1843",
    "/serre/1/bac/1/co2": "412",
    "/serre/nord/bac/tomates_2/sol": "0",
    "/serre/nord/etat": "online",
    "/serre/nord/sante": '{"version": "1.2.0", "certificates": {"client": 1830000000, "ca": 2110000000}}',
}


async def test_everything_that_is_shown_of_two_greenhouses(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, snapshot: SnapshotAssertion
) -> None:
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await over_home_assistant(hass)
    await fire_all(hass, EVERYTHING)
    await pass_time(hass, freezer, 30)
    registry = er.async_get(hass)
    shown = {
        entry.unique_id: described(hass, entry) for entry in registry.entities.values() if entry.platform == DOMAIN
    }
    assert shown == snapshot


async def test_a_french_house_reads_french(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, snapshot: SnapshotAssertion
) -> None:
    hass.config.language = "fr"
    await over_home_assistant(hass)
    await fire_all(hass, EVERYTHING)
    names = {
        entry.unique_id: f"{entry.domain}: {entry.original_name}"
        for entry in er.async_get(hass).entities.values()
        if entry.platform == DOMAIN
    }
    assert names == snapshot
    assert planters(hass) == {"Bac 1", "Bac tomates_2"}
    assert names["home_assistant/serre/1/bac/1#needs_water"] == "binary_sensor: Besoin d'eau"


async def test_what_a_keeper_looks_at_what_they_set_and_what_is_for_those_who_repair(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, EVERYTHING)
    by_category: dict[str | None, set[str]] = {}
    for entry in er.async_get(hass).entities.values():
        key = entry.unique_id.rpartition("#")[2]
        if entry.platform == DOMAIN and "/bac/" not in key:
            by_category.setdefault(entry.entity_category, set()).add(key)
    assert by_category == {
        None: {
            *(
                "needs_water",
                "status",
                "last_watered",
                "watering",
                "needs_water_at",
                "mark_watered",
                "vpd",
                "dew_point",
            ),
            *("thirsty", "silence", "air_temperature", "air_humidity", "frost", "condensation"),
        },
        "config": {
            *("dry_below", "recovery_gap", "wet_above", "rest_until", "frost_below"),
            *("calibrate_dry", "calibrate_wet", "calibrate_reset"),
        },
        "diagnostic": {"last_seen", "hub", "broker", "certificate_client", "certificate_ca"},
    }


def described(hass: HomeAssistant, entry: er.RegistryEntry) -> dict[str, Any]:
    """What a person sees of an entity, and what other programs build on."""
    device = dr.async_get(hass).async_get(entry.device_id or "")
    shown = hass.states.get(entry.entity_id)
    return {
        "entity_id": entry.entity_id,
        "device": device.name if device else None,
        "name": entry.original_name,
        "translation_key": entry.translation_key,
        "category": entry.entity_category and str(entry.entity_category),
        "disabled_by": entry.disabled_by and str(entry.disabled_by),
        "precision": entry.options.get("sensor", {}).get("suggested_display_precision"),
        "state": shown.state if shown else None,
        "attributes": {str(key): str(value) for key, value in shown.attributes.items()} if shown else None,
    }


async def test_a_planter_is_a_child_of_its_greenhouse(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/nord/bac/tomates_2/sol", "65.0")
    registry = dr.async_get(hass)
    (planter,) = registry.child_devices
    assert planter.name == "Planter tomates_2"
    assert planter.id == entity(hass, "/serre/nord/bac/tomates_2/sol").device_id
    parent = registry.async_get(planter.parent_device_id)
    assert parent is not None
    assert (parent.name, parent.manufacturer) == ("Greenhouse nord", "SIGACS")


async def test_a_device_that_speaks_one_topic_only_works(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/air/hum", "58.0")
    assert state(hass, "/serre/1/bac/1/air/hum") == "58.0"
    assert not is_known(hass, "/serre/1/bac/1/sol")


async def test_zero_is_a_value(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/1/sol": "0", "/serre/1/bac/1/air/temp": "-0.0"})
    assert state(hass, "/serre/1/bac/1/sol") == "0.0"
    assert state(hass, "/serre/1/bac/1/air/temp") == "0.0"


async def test_a_measure_that_we_do_not_know_comes_disabled(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/co2/haut", "412")
    unknown = entity(hass, "/serre/1/bac/1/co2/haut")
    assert unknown.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert unknown.original_name == "co2/haut"
    assert hass.states.get(unknown.entity_id) is None


async def test_a_measure_that_we_do_not_know_works_once_it_is_enabled(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/co2", "412")
    er.async_get(hass).async_update_entity(entity(hass, "/serre/1/bac/1/co2").entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await fire(hass, "/serre/1/bac/1/co2", "415.5")
    assert state(hass, "/serre/1/bac/1/co2") == "415.5"


async def test_the_time_of_the_newest_message_is_shown(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert state(hass, "/serre/1/bac/1#last_seen") == "2026-11-22T12:00:00+00:00"
    freezer.move_to("2026-11-22 12:15:00+00:00")
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert state(hass, "/serre/1/bac/1#last_seen") == "2026-11-22T12:15:00+00:00"


async def test_a_message_writes_its_own_entity_and_no_other(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, EVERYTHING)
    await pass_time(hass, freezer, 30)
    written: list[str] = []

    @callback
    def note(data: Mapping[str, Any]) -> bool:
        written.append(data["entity_id"])
        return False

    for event_type in ("state_changed", "state_reported"):
        hass.bus.async_listen(event_type, lambda _event: None, event_filter=note)
    await fire(hass, "/serre/nord/bac/tomates_2/sol", "1.0")
    assert written == [entity(hass, "/serre/nord/bac/tomates_2/sol").entity_id]


# Certificates

CLIENT, CA = "/serre/1#certificate_client", "/serre/1#certificate_ca"


async def test_the_certificates_of_a_hub_are_shown_from_when_it_names_them(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/etat": "online", "/serre/1/sante": "{}"})
    assert not is_known(hass, "#certificate_client")
    await fire(hass, "/serre/1/sante", '{"certificates": {"client": 1830000000, "other": 1830000000}}')
    assert state(hass, CLIENT) == "2027-12-28T13:20:00+00:00"
    assert not is_known(hass, "#certificate_ca")
    await fire(hass, "/serre/1/sante", '{"certificates": {"client": 1840000000, "ca": 2110000000}}')
    assert (state(hass, CLIENT), state(hass, CA)) == ("2028-04-22T07:06:40+00:00", "2036-11-11T07:06:40+00:00")
    await restart(hass, entry, freezer)
    assert (state(hass, CLIENT), state(hass, CA)) == ("unknown", "unknown")
    await fire(hass, "/serre/1/sante", '{"certificates": {"client": 1840000000}}', retain=True)
    assert (state(hass, CLIENT), state(hass, CA)) == ("2028-04-22T07:06:40+00:00", "unknown")


async def test_without_certificates_there_is_nothing_to_show_of_them(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/1/sol": "50", "/serre/1/sante": '{"certificates": {}}'})
    assert not any(is_known(hass, f"#certificate_{name}") for name in ("client", "ca", "server", "own", "authority"))


async def test_the_certificates_of_our_own_link_are_shown(hass: HomeAssistant, greenhouse: Greenhouse) -> None:
    await set_up(hass, direct_entry(greenhouse))
    await until(lambda: is_known(hass, "#certificate_server"))
    await hass.async_block_till_done()
    folder = greenhouse.pki.folder
    for name, file in (
        ("own", "dashboard/client.crt"),
        ("authority", "dashboard/ca.crt"),
        ("server", "server/server.crt"),
    ):
        certificate = load_pem_x509_certificate((folder / file).read_bytes())
        assert state(hass, f"#certificate_{name}") == certificate.not_valid_after_utc.isoformat()
