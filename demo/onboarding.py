"""The first person at a new Home Assistant, over the interfaces that the welcome pages use."""

from dataclasses import dataclass
import json
from pathlib import Path
import secrets
from typing import Any, Self

from .api import Api, ApiError

# The project's greenhouse stands in Lorient.
_PLACE = {
    "latitude": 47.7483,
    "longitude": -3.3702,
    "elevation": 20,
    "unit_system": "metric",
    "time_zone": "Europe/Paris",
    "country": "FR",
    "currency": "EUR",
}
_HOME = {"en": "SIGACS greenhouses", "fr": "Serres SIGACS"}
LANGUAGES = tuple(_HOME)
_FOREVER = 10**13  # ms since 1970, beyond every clock of a test


@dataclass(frozen=True)
class Person:
    """A login of Home Assistant."""

    username: str
    password: str

    @classmethod
    def at(cls, path: Path) -> Self:
        """Read the login kept in this file; make one up, and keep it for this account alone, when there is none."""
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            person = cls("demo", secrets.token_urlsafe(9))
            path.unlink(missing_ok=True)
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(json.dumps(vars(person)))
            return person


async def welcome(api: Api, person: Person, language: str) -> None:
    """Do whatever onboarding is left to do, and log in; a start interrupted in the middle of it is gone on with."""
    left = await _steps_left(api)
    if "user" in left:
        account = {"name": "Demo", "username": person.username, "password": person.password}
        about = {"client_id": f"{api.url}/", "language": language}
        await api.use_code((await api.post("/api/onboarding/users", account | about))["auth_code"])
    else:
        await api.log_in(person.username, person.password)
    if left:
        await api.command("config/core/update", location_name=_HOME[language], language=language, **_PLACE)
    if "analytics" in left:
        await api.post("/api/onboarding/analytics")
    if "integration" in left:
        about = {"client_id": f"{api.url}/", "redirect_uri": f"{api.url}/"}
        await api.post("/api/onboarding/integration", about)


async def set_language(api: Api, language: str) -> None:
    """Change the language in which Home Assistant names things from now on, when it is another one."""
    config: dict[str, Any] = await api.command("get_config")
    if config["language"] != language:
        await api.command("config/core/update", location_name=_HOME[language], language=language)


async def _steps_left(api: Api) -> set[str]:
    try:
        steps = await api.get("/api/onboarding")
    except ApiError:
        return set()  # with all of it done, the page is gone
    return {step["step"] for step in steps if not step["done"]}


def logged_in(url: str, token: str) -> str:
    """Return the script with which a page at this address finds itself logged in, as the login page leaves it."""
    tokens = {
        "access_token": token,
        "token_type": "Bearer",
        "refresh_token": "",
        "expires_in": _FOREVER,
        "expires": _FOREVER,
        "hassUrl": url,
        "clientId": f"{url}/",
    }
    return f"localStorage.hassTokens = {json.dumps(json.dumps(tokens))};"
