"""Somebody before the form of a direct connection, with the folder that the greenhouse's keeper gave out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import socket
from typing import Any

from aiohttp import FormData
from aiohttp.test_utils import TestClient
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
import pytest
import voluptuous as vol

from custom_components.sigacs.const import DOMAIN
from tests.certs.greenhouse import Greenhouse
from tests.integration.papers import Paper
from tests.integration.stage import direct_data

FILES = {"ca_file": "ca.crt", "certificate_file": "client.crt", "key_file": "client.key"}


@dataclass
class Person:
    """Somebody before the form, with the folder that the greenhouse's keeper gave out."""

    hass: HomeAssistant
    http: TestClient
    greenhouse: Greenhouse
    uploads: dict[str, str] = field(default_factory=dict)

    def entered(self, who: str = "dashboard", **changes: Any) -> dict[str, Any]:
        """What is typed into the form."""
        data = direct_data(self.greenhouse, who)
        return {key: data[key] for key in ("host", "port", "username", "password")} | changes

    def folder(self, who: str = "dashboard") -> dict[str, bytes]:
        """The three files."""
        return {field: (self.greenhouse.pki.folder / who / name).read_bytes() for field, name in FILES.items()}

    async def upload(self, content: bytes) -> str:
        """Choose a file in the browser."""
        form = FormData()
        form.add_field("file", content, filename="chosen", content_type="application/octet-stream")
        response = await self.http.post("/api/file_upload", data=form)
        assert response.status == 200
        return str((await response.json())["file_id"])

    async def start(self) -> dict[str, Any]:
        """Add the integration."""
        return dict(await self.hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER}))

    async def submit(
        self, form: Mapping[str, Any], entered: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> dict[str, Any]:
        """Fill in the form and send it."""
        self.uploads = {field: await self.upload(content) for field, content in files.items()}
        result = await self.hass.config_entries.flow.async_configure(form["flow_id"], {**entered, **self.uploads})
        return dict(result)


def suggested(form: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows as already filled in."""
    fields = {str(key): key.description or {} for key in form["data_schema"].schema}
    return {key: shown["suggested_value"] for key, shown in fields.items() if "suggested_value" in shown}


async def hub_says_that_it_is_there(person: Person) -> None:
    with person.greenhouse.client("hub-1") as hub:
        await person.hass.async_add_executor_job(lambda: hub.publish("/serre/1/etat", "online", retain=True))


def required(form: Mapping[str, Any]) -> set[str]:
    """The fields that the form does not let go empty."""
    return {str(key) for key in form["data_schema"].schema if isinstance(key, vol.Required)}


def own_files(paper: Paper, ca: Paper) -> dict[str, bytes]:
    """Three files that are not from the keeper."""
    return {"ca_file": ca.pem, "certificate_file": paper.pem, "key_file": paper.key_bytes()}


def no_host_name_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the DNS know nothing; the plugin forbids to ask it."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        if host == "127.0.0.1":
            return real(host, *arguments, **named)
        if isinstance(host, str):
            host.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
