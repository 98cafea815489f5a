"""What HACS, hassfest and Home Assistant read of us before any code runs."""

from importlib.metadata import version
import json
from pathlib import Path
import tomllib
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
import yaml

from custom_components.sigacs.const import DOMAIN
from custom_components.sigacs.greenhouse.topic import SUBSCRIPTIONS

ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = ROOT / "custom_components" / DOMAIN

BRONZE = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow",
    "config-flow-test-coverage",
    "dependency-transparency",
    "docs-actions",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "docs-triggers",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
]
SILVER = [
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
]
GOLD = [
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
]
PLATINUM = ["async-dependency", "inject-websession", "strict-typing"]


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


MANIFEST = load(INTEGRATION / "manifest.json")


def test_the_manifests_keys_are_in_the_order_that_hassfest_wants() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])


def test_the_manifest_has_what_hacs_asks_for() -> None:
    assert {"codeowners", "documentation", "domain", "issue_tracker", "name", "version"} <= set(MANIFEST)
    assert MANIFEST["domain"] == INTEGRATION.name
    assert MANIFEST["codeowners"]
    assert all(MANIFEST[key].startswith("https://") for key in ("documentation", "issue_tracker"))


def test_the_manifest_announces_only_what_is_kept_and_rarely_changes() -> None:
    assert MANIFEST["mqtt"] == ["/serre/+/etat"]
    assert set(MANIFEST["mqtt"]) <= set(SUBSCRIPTIONS)


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert MANIFEST["version"] == project["version"]


async def test_home_assistant_accepts_the_manifest(hass: HomeAssistant) -> None:
    integration = await async_get_integration(hass, DOMAIN)
    assert (integration.name, str(integration.version)) == ("SIGACS", MANIFEST["version"])
    assert integration.requirements == ["paho-mqtt>=2.1.0,<3"]


def test_hacs_offers_us_to_the_versions_that_we_test() -> None:
    hacs = load(ROOT / "hacs.json")
    assert set(hacs) <= {"content_in_root", "filename", "hide_default_branch", "homeassistant", "name", "zip_release"}
    assert hacs["name"] == MANIFEST["name"]
    tested = version("homeassistant").split(".")
    assert hacs["homeassistant"].split(".")[:2] == tested[:2]
    assert [part.isdigit() for part in hacs["homeassistant"].split(".")] == [True, True, True]
    assert hacs["homeassistant"].split(".") <= tested


def test_our_folder_is_the_only_one_that_hacs_could_take() -> None:
    folders = [one for one in (ROOT / "custom_components").iterdir() if one.is_dir() and one.name != "__pycache__"]
    assert folders == [INTEGRATION]


def test_the_quality_scale_answers_every_rule() -> None:
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
    assert set(rules) == {*BRONZE, *SILVER, *GOLD, *PLATINUM}
    assert len(rules) == 54
    status = {rule: said if isinstance(said, str) else said["status"] for rule, said in rules.items()}
    assert set(status.values()) <= {"done", "todo", "exempt"}
    assert [rule for rule in (*BRONZE, *SILVER) if status[rule] == "todo"] == []
    assert [rule for rule, said in rules.items() if status[rule] == "exempt" and not said.get("comment")] == []
