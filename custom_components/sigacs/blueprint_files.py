"""Puts our blueprints where Home Assistant looks for them, in its language, and keeps them up to date.

An integration cannot ship blueprints otherwise: only files in the configuration's own folder are read. Each is written
from one description, with the texts of `blueprints/<language>.json`. Its first line bears a checksum of the rest: a
file that does not match it was changed by its keeper, or is another's, and is left alone for ever.
"""

from hashlib import sha256
import json
import logging
from pathlib import Path
import re
from string import Template
from textwrap import indent
from typing import Final

from homeassistant.const import SERVICE_RELOAD
from homeassistant.core import HomeAssistant

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

BLUEPRINTS: Final = ("daily_round", "watering_alert", "frost_warning", "silence_warning")
_AUTOMATION: Final = "automation"
_SOURCES: Final = Path(__file__).parent / "blueprints"
_MARK: Final = "# Kept up to date by the SIGACS integration until you change it. {}\n"
_INCLUDE: Final = re.compile(r"^( *)#include (\w+)\n", re.MULTILINE)


async def install(hass: HomeAssistant) -> None:
    """Write what is missing or out of date. Never raises: without blueprints, everything else works."""
    folder = Path(hass.config.path("blueprints", _AUTOMATION, DOMAIN))
    try:
        written = await hass.async_add_executor_job(_write_all, folder, hass.config.language)
    except OSError as error:
        _LOGGER.warning("The automation blueprints cannot be written to %s: %s", folder, error)
        return
    if written:
        await _reload(hass)


def render(name: str, language: str) -> str:
    """Write one blueprint in a language, English where we do not speak it."""
    texts = _SOURCES / f"{language.partition('-')[0]}.json"
    words = json.loads((texts if texts.exists() else _SOURCES / "en.json").read_text(encoding="utf-8"))
    blueprint = Template(_INCLUDE.sub(_included, _source(name))).substitute(words["common"] | words[name])
    return _MARK.format(_checksum(blueprint)) + blueprint


def _write_all(folder: Path, language: str) -> bool:
    """Write the blueprints; true when anything changed. Runs in the executor."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [name for name in BLUEPRINTS if _write(folder / f"{name}.yaml", render(name, language))]
    return bool(written)


def _write(path: Path, blueprint: str) -> bool:
    there = path.read_text(encoding="utf-8") if path.exists() else None
    if there == blueprint or (there is not None and not _is_ours(there)):
        return False
    path.write_text(blueprint, encoding="utf-8")
    return True


def _is_ours(blueprint: str) -> bool:
    mark, _, rest = blueprint.partition("\n")
    return f"{mark}\n" == _MARK.format(_checksum(rest))


def _checksum(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _source(name: str) -> str:
    return (_SOURCES / f"{name}.yaml").read_text(encoding="utf-8")


def _included(match: re.Match[str]) -> str:
    return indent(_source(match[2]), match[1])


async def _reload(hass: HomeAssistant) -> None:
    """Let those automations that use them follow; those that are not set up yet will read them anyway."""
    if hass.services.has_service(_AUTOMATION, SERVICE_RELOAD):
        await hass.services.async_call(_AUTOMATION, SERVICE_RELOAD)
