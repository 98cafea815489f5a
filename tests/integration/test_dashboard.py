"""The dashboard's files are where the frontend looks for them, and only the right ones are kept by browsers."""

from http import HTTPStatus
from pathlib import Path
import re
import shutil

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MqttMockHAClient,
    WebSocketGenerator,
)

from custom_components.sigacs import dashboard
from custom_components.sigacs.const import DOMAIN
from tests.integration.stage import over_home_assistant, set_up
from tests.integration.test_manifest import MANIFEST

FILES = Path(dashboard.__file__).parent / "frontend"
IMPORT = re.compile(r'^(?:import|export)\b[^;]*?"\./([^"]+)"', re.MULTILINE)
MONTH_S = 31 * 86400


@pytest.fixture
async def frontend(hass: HomeAssistant, tmp_path: Path, mqtt_mock: MqttMockHAClient) -> None:
    """Home Assistant's frontend, without its own files: these are a package of 60 MB."""
    (tmp_path / "hass_frontend").mkdir()
    assert await async_setup_component(hass, "frontend", {"frontend": {"development_repo": str(tmp_path)}})
    hass.http.app._router.freeze = lambda: None  # as Home Assistant's server does itself


def modules(hass: HomeAssistant) -> list[str]:
    """What every page of the frontend loads beside its own files."""
    return sorted(hass.data[DATA_EXTRA_MODULE_URL].urls)


@pytest.mark.usefixtures("frontend")
async def test_pages_that_are_open_load_it_as_soon_as_we_are_set_up(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    page = await hass_ws_client(hass)
    await page.send_json_auto_id({"type": "frontend/subscribe_extra_js"})
    assert (await page.receive_json())["success"]
    await over_home_assistant(hass)
    event = (await page.receive_json())["event"]
    assert event == {"change_type": "added", "item": {"type": "module", "url": modules(hass)[0]}}


@pytest.mark.usefixtures("frontend")
async def test_every_file_is_served_beside_the_one_that_is_loaded_and_may_be_kept(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    await over_home_assistant(hass)
    [url] = modules(hass)
    client = await hass_client()
    needed = {url.rpartition("/")[2]}
    served: set[str] = set()
    while left := needed - served:
        name = left.pop()
        answer = await client.get(f"{url.rpartition('/')[0]}/{name}")
        assert answer.status == HTTPStatus.OK, name
        assert answer.content_type == "text/javascript"
        assert answer.headers["Cache-Control"] == f"public, max-age={MONTH_S}"
        text = await answer.text()
        assert text == (FILES / name).read_text()
        served.add(name)
        needed |= set(IMPORT.findall(text))
    assert served == {file.name for file in FILES.iterdir()}, "all of them are used, and none is missing"


@pytest.mark.usefixtures("frontend")
async def test_the_address_names_the_version(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    [url] = modules(hass)
    assert re.fullmatch(rf"/sigacs_static/{re.escape(MANIFEST['version'])}-[0-9a-f]{{12}}/sigacs\.js", url)


@pytest.mark.usefixtures("frontend")
@pytest.mark.parametrize("changed", ["sigacs.js", "model.js"])
async def test_another_content_has_another_address(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    await over_home_assistant(hass)
    [before] = modules(hass)
    copy = tmp_path / "copy"
    shutil.copytree(FILES, copy)
    monkeypatch.setattr(dashboard, "_FOLDER", copy)
    await dashboard.offer_dashboard(hass)
    assert modules(hass) == [before], "a copy is the same"
    (copy / changed).write_text((FILES / changed).read_text() + "\n")
    await dashboard.offer_dashboard(hass)
    assert len(modules(hass)) == 2


@pytest.mark.usefixtures("frontend")
async def test_two_entries_load_it_once(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await set_up(hass, MockConfigEntry(domain=DOMAIN, unique_id="second", data={"transport": "home_assistant"}))
    assert len(modules(hass)) == 1


@pytest.mark.usefixtures("frontend")
async def test_nothing_is_written_into_the_keepers_dashboards_and_their_resources(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    page = await hass_ws_client(hass)
    for command in ("lovelace/resources", "lovelace/dashboards/list"):
        await page.send_json_auto_id({"type": command})
        assert (await page.receive_json())["result"] == [], command


async def test_without_a_frontend_all_else_works(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    await over_home_assistant(hass)
    assert "frontend" not in hass.config.components
