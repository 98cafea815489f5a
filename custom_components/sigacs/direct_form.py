"""The form of a direct connection: its fields, what they show, and the files that are uploaded through it."""

from collections.abc import Container, Mapping
from typing import Any, Final

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    FileSelector,
    FileSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .certificates import LARGEST_FILE, CertificateError, Fault, File
from .const import CONF_CA_CERTIFICATE, CONF_CLIENT_CERTIFICATE, CONF_CLIENT_KEY, DEFAULT_PORT
from .transport.link import Problem

KEPT_AS: Final[Mapping[File, str]] = {
    File.CA: CONF_CA_CERTIFICATE,
    File.CERTIFICATE: CONF_CLIENT_CERTIFICATE,
    File.KEY: CONF_CLIENT_KEY,
}
"""Where an entry keeps what each file held."""

# Where a failed attempt is shown on the form; any other concerns the address.
_FIELD_OF_PROBLEM: Final[Mapping[Problem, str]] = {
    Problem.UNKNOWN_CA: File.CA,
    Problem.CLIENT_EXPIRED: File.CERTIFICATE,
    Problem.CLIENT_REVOKED: File.CERTIFICATE,
    Problem.CLIENT_UNKNOWN_CA: File.CERTIFICATE,
    Problem.CLIENT_REJECTED: File.CERTIFICATE,
    Problem.UNUSABLE_CERTIFICATE: File.CERTIFICATE,
    Problem.BAD_CREDENTIALS: CONF_PASSWORD,
}

_CERTIFICATE: Final = FileSelector(FileSelectorConfig(accept=".crt,.pem,.cer,.der"))
_SELECTORS: Final[Mapping[File, FileSelector]] = {
    File.CA: _CERTIFICATE,
    File.CERTIFICATE: _CERTIFICATE,
    File.KEY: FileSelector(FileSelectorConfig(accept=".key,.pem,.der")),
}
_PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_PORT: Final = vol.All(
    NumberSelector(NumberSelectorConfig(mode=NumberSelectorMode.BOX, min=1, max=65535)), vol.Coerce(int)
)


def schema(known: Mapping[str, Any], given: Container[File] = (), *, with_address: bool) -> vol.Schema:
    """Build the form. What an entry that is being changed already holds, or was given before, may be left empty."""
    address = {vol.Required(CONF_HOST): TextSelector(), vol.Required(CONF_PORT, default=DEFAULT_PORT): _PORT}
    return vol.Schema(
        {
            **(address if with_address else {}),
            vol.Required(CONF_USERNAME): TextSelector(),
            (vol.Optional if known else vol.Required)(CONF_PASSWORD): _PASSWORD,
            **{
                (vol.Optional if known or file in given else vol.Required)(file): selector
                for file, selector in _SELECTORS.items()
            },
        }
    )


def shown(known: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of an entry: nothing secret."""
    return {key: known[key] for key in (CONF_HOST, CONF_PORT, CONF_USERNAME) if key in known}


def without_files(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """What a form that comes back shows of what was entered: a file field that is filled hides its own label."""
    return {key: value for key, value in user_input.items() if key not in KEPT_AS}


def entered(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, without the files and without what was left empty."""
    typed = {
        key: value.strip() if key in (CONF_HOST, CONF_USERNAME) else value
        for key, value in without_files(user_input).items()
    }
    return {key: value for key, value in typed.items() if value != ""}


def missing(data: Mapping[str, Any]) -> dict[str, str]:
    """The errors of fields that were left empty while nothing was known; the form's own check takes "" for a text."""
    return {key: "missing" for key in (CONF_HOST, CONF_USERNAME, CONF_PASSWORD) if not data.get(key)}


def field_of(problem: Problem) -> str:
    """The field beside which a failed attempt is explained; `base` is the whole form."""
    return _FIELD_OF_PROBLEM.get(problem, "base")


class Uploads:
    """Files uploaded in one flow: Home Assistant deletes each at its first read, and a form may come back."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with none."""
        self._hass = hass
        self._read_before: dict[str, bytes] = {}
        self.given: dict[File, bytes] = {}
        """What each field holds: no file has to be chosen twice because another one was wrong."""

    async def take(self, file: File, upload_id: str) -> None:
        """Read what a field was given; CertificateError when it is too large, or gone with a restart."""
        if upload_id not in self._read_before:
            self._read_before[upload_id] = await self._hass.async_add_executor_job(self._read, file, upload_id)
        self.given[file] = self._read_before[upload_id]

    def _read(self, file: File, upload_id: str) -> bytes:
        try:
            with process_uploaded_file(self._hass, upload_id) as path:
                if path.stat().st_size > LARGEST_FILE:
                    raise CertificateError(file, Fault.TOO_LARGE)
                return path.read_bytes()
        except ValueError:
            raise CertificateError(file, Fault.UPLOAD_GONE) from None
