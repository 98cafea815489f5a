"""The demonstration opens with the dashboard that the integration offers, in a folder of an older one too."""

from typing import Any

import pytest_asyncio

from demo.api import Api
from demo.dashboard import lay_out
from tests.e2e.house import House

PATH = "demo-greenhouses"
FIXED = {"views": [{"title": "Today", "cards": []}]}
OURS = {"strategy": {"type": "custom:sigacs"}}


@pytest_asyncio.fixture(loop_scope="session")
async def api(bare_house: House) -> Api:
    """A fresh connection: while a test runs that is not async, nobody answers Home Assistant's pings on the old one."""
    await bare_house.api.hang_up()
    return bare_house.api


async def shown(api: Api) -> tuple[list[str], dict[str, Any]]:
    """The titles of all dashboards of the demonstration, and what the first holds."""
    dashboards = [one for one in await api.command("lovelace/dashboards/list") if one["url_path"] == PATH]
    return [one["title"] for one in dashboards], await api.command("lovelace/config", url_path=PATH)


async def test_home_assistant_opens_with_it(api: Api) -> None:
    await lay_out(api, "en")
    assert await shown(api) == (["Greenhouses"], OURS)
    data = await api.command("frontend/get_system_data", key="core")
    assert data["value"]["default_panel"] == PATH


async def test_a_dashboard_of_fixed_views_is_replaced_under_its_old_address(api: Api) -> None:
    await lay_out(api, "en")
    await api.command("lovelace/config/save", url_path=PATH, config=FIXED)
    await lay_out(api, "fr")
    assert await shown(api) == (["Serres"], OURS)
