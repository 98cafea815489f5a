"""Home Assistant's frontend loads the dashboard from here: one module, which imports those that lie beside it.

Their address holds a hash of them all. So a browser may keep them, and has the new ones at once after an update.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from .const import DOMAIN

_FOLDER: Final = Path(__file__).parent / "frontend"
_ENTRY: Final = "sigacs.js"
_DIGITS: Final = 12


async def offer_dashboard(hass: HomeAssistant) -> None:
    """Have the frontend load the dashboard; nothing where there is no frontend. To be called once: paths stay."""
    if "frontend" not in hass.config.components:
        return
    version = (await async_get_integration(hass, DOMAIN)).version
    address = f"/{DOMAIN}_static/{version}-{await hass.async_add_executor_job(_hash_of, _FOLDER)}"
    await hass.http.async_register_static_paths([StaticPathConfig(address, str(_FOLDER), cache_headers=True)])
    add_extra_js_url(hass, f"{address}/{_ENTRY}")


def _hash_of(folder: Path) -> str:
    """Of each file's name and content: another one when any of them changes."""
    found = sha256()
    for file in sorted(folder.glob("*.js")):
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)}\n".encode() + content)
    return found.hexdigest()[:_DIGITS]
