"""The integration's configuration, through its own forms: what a person does in Settings, over REST."""

from collections.abc import Mapping
from pathlib import Path
import re
from typing import Any, NamedTuple

from certs.passwords import Login

from .api import Api, ApiError

DOMAIN = "sigacs"
_FLOWS = "/api/config/config_entries/flow"
_FILES = {"ca_file": "ca.crt", "certificate_file": "client.crt", "key_file": "client.key"}
_STEPS_AT_MOST = 6
_ROOT = "/serre/"
_ENTITY = re.compile(r"(/serre/[^/#]+(?:/bac/[^/#]+)?)(?:#(.+)|/(.+))")


class Place(NamedTuple):
    """A greenhouse or a planter: its name, and its entities by what they show, such as `status`, or by topic: `sol`."""

    name: str
    entities: dict[str, str]


async def fill_in(api: Api, host: str, port: int, credentials: Path) -> dict[str, Any]:
    """Upload the three files of a folder that `python -m certs dashboard` wrote; return the form with them."""
    login = Login.read(credentials / "login.txt")
    files = {field: await api.upload_file(credentials / name) for field, name in _FILES.items()}
    return {"host": host, "port": port, "username": login.user, "password": login.password, **files}


async def submit(api: Api, form: Mapping[str, Any], **start: Any) -> dict[str, Any]:
    """Go through the flow as a person would; return where it ends: an entry, an abort, or a form with errors."""
    answer: dict[str, Any] = await api.post(_FLOWS, {"handler": DOMAIN, **start})
    for _ in range(_STEPS_AT_MOST):
        match answer:
            case {"type": "menu"}:
                reply: Mapping[str, Any] = {"next_step_id": "direct"}
            case {"type": "form", "errors": errors} if errors:
                break
            case {"type": "form", "step_id": "direct"}:
                reply = form
            case {"type": "form"}:
                reply = {}
            case _:
                break
        answer = await api.post(f"{_FLOWS}/{answer['flow_id']}", reply)
    return answer


async def entries(api: Api) -> list[dict[str, Any]]:
    """List the integration's entries."""
    found: list[dict[str, Any]] = await api.command("config_entries/get", domain=DOMAIN)
    return found


async def connect(api: Api, port: int, credentials: Path) -> str:
    """Make the entry for the broker on this machine, or point the one that is there to it; return its id."""
    known = await entries(api)
    start = {"entry_id": known[0]["entry_id"]} if known else {}
    answer = await submit(api, await fill_in(api, "127.0.0.1", port, credentials), **start)
    if answer["type"] not in ("create_entry", "abort") or answer.get("reason", "").startswith("already"):
        raise ApiError(f"The integration's form does not accept the broker: {answer}")
    return str((await entries(api))[0]["entry_id"])


async def places(api: Api) -> dict[str, Place]:
    """List greenhouses and planters with their entities, whatever those are called in whatever language."""
    names = {}
    # Before the devices: a planter that appears in between has its device by then.
    entities = await api.command("config/entity_registry/list")
    for device in await api.command("config/device_registry/list"):
        for domain, identifier in device["identifiers"]:
            if domain == DOMAIN:
                names[_path(identifier)] = str(device["name_by_user"] or device["name"])
    found = {path: Place(name, {}) for path, name in sorted(names.items()) if path}
    for entity in entities:
        path = _path(entity["unique_id"]) if entity["platform"] == DOMAIN and not entity["disabled_by"] else ""
        if match := _ENTITY.fullmatch(path):
            place, fact, leaf = match.groups()
            found[place].entities[fact or leaf] = entity["entity_id"]
    return found


def _path(identifier: str) -> str:
    """Return what follows the entry: where the topics begin."""
    _, slash, rest = identifier.partition(_ROOT)
    return slash + rest
