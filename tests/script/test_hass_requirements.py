"""A start of `hass` installs what is missing, which takes a minute and the network: so nothing may be missing."""

import json
from pathlib import Path
import subprocess

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
import pytest

from script.environment.layout import HOME_ASSISTANT, ROOT

# What hass itself says it sets up without being asked, and which version of each distribution is installed.
ASK_HASS = """
import importlib.metadata, json
from homeassistant import bootstrap, components, requirements
from homeassistant.const import BASE_PLATFORMS
print(json.dumps({
    "components": components.__path__[0],
    "defaults": sorted(bootstrap.DEFAULT_INTEGRATIONS | bootstrap.CORE_INTEGRATIONS | BASE_PLATFORMS),
    "discovery": requirements.DISCOVERY_INTEGRATIONS,
    "installed": {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()},
}))
"""
# what demo/ lists beside them
LISTED = {"config", "energy", "history", "logbook", "mqtt", "my", "recorder", "sun"}
# `hass` is told to take them as they are: see pyproject.toml
SKIPPED = {"pymicro-vad", "pyspeex-noise"}


@pytest.fixture(scope="module")
def hass() -> dict[str, object]:
    asked = subprocess.run([HOME_ASSISTANT / "bin" / "python", "-c", ASK_HASS], capture_output=True, check=True)
    answer: dict[str, object] = json.loads(asked.stdout)
    return answer


def requirements_with_dependencies(components: Path, domains: set[str], discovery: dict[str, list[str]]) -> set[str]:
    """Walk as homeassistant/requirements.py does: what a manifest depends on, comes after, is discovered by."""
    requirements: set[str] = set()
    done: set[str] = set()
    while pending := domains - done:
        domain = pending.pop()
        done.add(domain)
        manifest_file = components / domain / "manifest.json"
        if manifest_file.exists():
            manifest = json.loads(manifest_file.read_text())
            requirements |= set(manifest.get("requirements", ()))
            domains |= set(manifest.get("dependencies", ())) | set(manifest.get("after_dependencies", ()))
            domains |= {found_by for found_by, keys in discovery.items() if any(key in manifest for key in keys)}
    return requirements


def missing(hass: dict[str, object], requirements: set[str]) -> list[str]:
    installed = {canonicalize_name(name): version for name, version in hass["installed"].items()}  # type: ignore[attr-defined]
    parsed = [Requirement(requirement) for requirement in sorted(requirements)]
    return [
        str(requirement)
        for requirement in parsed
        if requirement.name not in SKIPPED
        and not requirement.specifier.contains(
            installed.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]


def test_the_first_start_of_the_newest_home_assistant_installs_nothing(hass: dict[str, object]) -> None:
    needed = requirements_with_dependencies(
        Path(str(hass["components"])), {*hass["defaults"], *LISTED}, hass["discovery"]
    )  # type: ignore[misc, arg-type]
    assert len(needed) > 10
    assert missing(hass, needed) == []


def test_neither_do_the_requirements_of_our_integration(hass: dict[str, object]) -> None:
    manifest = json.loads((ROOT / "custom_components" / "sigacs" / "manifest.json").read_text())
    assert missing(hass, set(manifest["requirements"])) == []
