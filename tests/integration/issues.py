"""What Home Assistant's Repairs list, as its page shows it, and days that pass quickly."""

from collections.abc import Mapping
from datetime import timedelta
import json
from pathlib import Path
import re

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sigacs.const import DOMAIN

HOUR_S = 3600
DAY_S = 86_400
_TRANSLATIONS = Path(__file__).resolve().parents[2] / "custom_components" / DOMAIN / "translations"


async def look_again(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let the sweep look at everything again."""
    await leap(hass, freezer, 60)


async def leap(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass in one step, and the sweep after it."""
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


def listed(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """What the page lists now, ignored or not; each can be read in both languages, with all that is to be filled in."""
    found = [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN and issue.active]
    for issue in found:
        for language in ("en", "fr"):
            texts = json.loads((_TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))["issues"]
            wanted = set(re.findall(r"\{(\w+)\}", json.dumps(texts[issue.translation_key])))
            assert wanted <= set(issue.translation_placeholders or {}), issue.translation_key
    return found


def pressing(hass: HomeAssistant) -> list[str | None]:
    """What is listed and not ignored, by its key."""
    return sorted(str(issue.translation_key) for issue in listed(hass) if issue.dismissed_version is None)


def the(hass: HomeAssistant, key: str) -> ir.IssueEntry:
    """The one issue of a kind."""
    (issue,) = [one for one in listed(hass) if one.translation_key == key]
    return issue


def about(hass: HomeAssistant, key: str) -> Mapping[str, str]:
    """What fills in its sentences."""
    return the(hass, key).translation_placeholders or {}
