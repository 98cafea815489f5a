"""Names that more than one file of the integration needs."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "sigacs"
PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.DATETIME,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SENSOR,
)
MANUFACTURER: Final = "SIGACS"

# Configuration entry: data
CONF_TRANSPORT: Final = "transport"
TRANSPORT_HOME_ASSISTANT: Final = "home_assistant"
TRANSPORT_DIRECT: Final = "direct"
CONF_CA_CERTIFICATE: Final = "ca_certificate"
CONF_CLIENT_CERTIFICATE: Final = "client_certificate"
CONF_CLIENT_KEY: Final = "client_key"
DEFAULT_PORT: Final = 8883

# Configuration entry: options
CONF_SILENCE_MINUTES: Final = "silence_minutes"
CONF_MAX_PLANTERS: Final = "max_planters"
DEFAULT_MAX_PLANTERS: Final = 200
"""Whoever may publish can create devices: enough for the largest greenhouse, too few to drown Home Assistant."""
MOST_PLANTERS: Final = 400
"""Home Assistant keeps 10,000 enabled entities for an entry, and a planter with every known measure has 23."""
MAX_OTHER_MEASURES: Final = 16
"""Measures of anybody's invention that one planter may have, for the same reason."""
