"""The demonstration opens with the dashboard that the integration offers, in a folder of an older one too."""

from typing import Any

from demo.api import Api
from demo.dashboard import lay_out
from tests.e2e.house import House

PATH = "demo-greenhouses"
FIXED = {"views": [{"title": "Today", "cards": []}]}
OURS = {"strategy": {"type": "custom:sigacs"}}


async def shown(api: Api) -> tuple[list[str], dict[str, Any]]:
    """The titles of all dashboards of the demonstration, and what the first holds."""
    dashboards = [one for one in await api.command("lovelace/dashboards/list") if one["url_path"] == PATH]
    return [one["title"] for one in dashboards], await api.command("lovelace/config", url_path=PATH)


async def test_home_assistant_opens_with_it(bare_house: House) -> None:
    await lay_out(bare_house.api, "en")
    assert await shown(bare_house.api) == (["Greenhouses"], OURS)
    data = await bare_house.api.command("frontend/get_system_data", key="core")
    assert data["value"]["default_panel"] == PATH


async def test_a_dashboard_of_fixed_views_is_replaced_under_its_old_address(bare_house: House) -> None:
    await lay_out(bare_house.api, "en")
    await bare_house.api.command("lovelace/config/save", url_path=PATH, config=FIXED)
    await lay_out(bare_house.api, "fr")
    assert await shown(bare_house.api) == (["Serres"], OURS)
