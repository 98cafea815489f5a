"""Where everything lies that `script/setup` makes. All of it is ignored by git and can be deleted at any time."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
REQUIREMENTS = ROOT / "requirements"
FIRMWARE = ROOT / "firmware"

DEVELOPMENT = ROOT / ".venv"
HOME_ASSISTANT = TOOLS / "hass"
STUBS = TOOLS / "stubs"

PYTHON_VERSION = ">=3.14.2,<3.15"  # what Home Assistant needs, and what the pinned wheels are built for
