"""The demonstration's hass with less in it: no recorder, nothing logged below warning, and the probe."""

from collections.abc import Callable
import json
from pathlib import Path
import shutil
from typing import override

from demo.home_assistant import HomeAssistant, free_port

from .variants import Entry

_PROBE_DOMAIN = "bench_probe"
_PROBE = Path(__file__).with_name(_PROBE_DOMAIN)

# frontend: what hass is asked for, over HTTP, to see that it is up.
_CONFIGURATION = """\
homeassistant:
frontend:
logger:
  default: warning
{probe}:
  port: {port}
  entity_limit: {entity_limit}
"""

ENTITY_LIMIT = 10_000
"""What core allows one configuration entry (MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY); mqtt is exempt."""


class MeasuredHomeAssistant(HomeAssistant):
    """One hass process whose configuration entries are there from its first start."""

    def __init__(
        self, folder: Path, on_start: Callable[[int], None], entries: list[Entry], probe_port: int, entity_limit: int
    ) -> None:
        """Take a folder of its own, who is told of each new process, and where the probe finds the bench."""
        super().__init__(folder, free_port(), on_start)
        self._entries = entries
        self._probe = {"probe": _PROBE_DOMAIN, "port": probe_port, "entity_limit": entity_limit}

    @override
    def _write_folder(self) -> None:
        super()._write_folder()
        (self.config / "configuration.yaml").write_text(_CONFIGURATION.format_map(self._probe))
        shutil.copytree(
            _PROBE,
            self.config / "custom_components" / _PROBE_DOMAIN,
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )
        if not (stored := self.config / ".storage" / "core.config_entries").exists():
            stored.touch(mode=0o600)
            data = {"entries": self._entries}
            stored.write_text(json.dumps({"version": 1, "minor_version": 5, "key": stored.name, "data": data}))
