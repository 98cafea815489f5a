"""Our picture, as Home Assistant shows it in its lists: custom integrations bring their own (2026.3 and later)."""

from io import BytesIO

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

SIZES = {"icon.png": 256, "icon@2x.png": 512, "dark_icon.png": 256, "dark_icon@2x.png": 512}


async def shown(hass: HomeAssistant, hass_client: ClientSessionGenerator, name: str) -> Image.Image:
    assert await async_setup_component(hass, "brands", {})
    client = await hass_client()
    response = await client.get(f"/api/brands/integration/sigacs/{name}")
    assert response.status == 200
    content = await response.read()
    assert len(content) < 20_000
    picture = Image.open(BytesIO(content), formats=["PNG"])
    return picture.convert("RGBA")


@pytest.mark.parametrize("name", SIZES)
async def test_home_assistant_shows_our_icon_trimmed_on_nothing(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, name: str
) -> None:
    picture = await shown(hass, hass_client, name)
    assert picture.size == (SIZES[name], SIZES[name])
    drawn = picture.getchannel("A")
    last = SIZES[name] - 1
    assert [drawn.getpixel(corner) for corner in ((0, 0), (last, 0), (0, last), (last, last))] == [0] * 4
    left, upper, right, lower = drawn.getbbox() or (0, 0, 0, 0)
    assert max(right - left, lower - upper) > 0.9 * SIZES[name]


@pytest.mark.parametrize(("small", "large"), [("icon.png", "icon@2x.png"), ("dark_icon.png", "dark_icon@2x.png")])
async def test_the_small_icon_is_the_large_one(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, small: str, large: str
) -> None:
    reduced = (await shown(hass, hass_client, large)).resize((256, 256), Image.Resampling.BOX)
    difference = sum(
        abs(ours - theirs)
        for ours, theirs in zip((await shown(hass, hass_client, small)).tobytes(), reduced.tobytes(), strict=True)
    )
    assert difference / (256 * 256 * 4) < 4


@pytest.mark.parametrize(("name", "instead"), [("logo.png", "icon.png"), ("dark_logo@2x.png", "dark_icon@2x.png")])
async def test_where_a_logo_is_asked_for_the_icon_stands(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, name: str, instead: str
) -> None:
    assert await shown(hass, hass_client, name) == await shown(hass, hass_client, instead)


async def test_the_dark_icon_is_another_one(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
    assert await shown(hass, hass_client, "dark_icon.png") != await shown(hass, hass_client, "icon.png")
