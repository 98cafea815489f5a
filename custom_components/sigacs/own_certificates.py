"""When the certificates end that this Home Assistant holds itself: its own, and that of the authority that it trusts.

They stand as PEM text in our entry's data or, on the other way to the broker, in that of Home Assistant's MQTT. What
cannot be read has no end that we know: it is not for us to judge files that a working connection uses.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from cryptography import x509
from homeassistant.core import HomeAssistant, callback

from .certificates import has_issued
from .const import CONF_CA_CERTIFICATE, CONF_CLIENT_CERTIFICATE, CONF_TRANSPORT, TRANSPORT_DIRECT
from .transport.home_assistant import MQTT_DOMAIN

OWN: Final = "own"
AUTHORITY: Final = "authority"

_OURS: Final = (CONF_CLIENT_CERTIFICATE, CONF_CA_CERTIFICATE)
_OF_MQTT: Final = ("client_cert", "certificate")
"""Under these names Home Assistant's MQTT keeps them; the latter is the word "auto" for the public authorities."""


@callback
def own_certificates(hass: HomeAssistant, data: Mapping[str, Any]) -> Mapping[str, float]:
    """Unix seconds at which each ends, under OWN and AUTHORITY; `data` is that of an entry of ours."""
    if data[CONF_TRANSPORT] == TRANSPORT_DIRECT:
        return ends(*(data.get(name) for name in _OURS))
    entries = hass.config_entries.async_entries(MQTT_DOMAIN, include_ignore=False, include_disabled=False)
    return ends(*(entries[0].data.get(name) for name in _OF_MQTT)) if entries else {}


@lru_cache(maxsize=4)
def ends(own: str | None, authority: str | None) -> Mapping[str, float]:
    """Read PEM text: of a chain the earliest end counts, of several authorities the one that issued ours."""
    chain, authorities = _certificates(own), _certificates(authority)
    issuers = [one for one in authorities if chain and has_issued(one, chain[-1])] or authorities
    found = {OWN: min(map(_end, chain), default=None), AUTHORITY: max(map(_end, issuers), default=None)}
    return {name: end for name, end in found.items() if end is not None}


def _certificates(text: object) -> Sequence[x509.Certificate]:
    if not isinstance(text, str):
        return ()
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        return ()


def _end(certificate: x509.Certificate) -> float:
    return certificate.not_valid_after_utc.timestamp()
