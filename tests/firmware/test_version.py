from pathlib import Path
import re
import tomllib

ROOT = Path(__file__).resolve().parents[2]


def test_the_hub_says_the_version_of_this_release() -> None:
    (said,) = re.findall(r'^VERSION = "(.+)"$', (ROOT / "firmware/hub/main.py").read_text(), re.MULTILINE)
    assert said == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
