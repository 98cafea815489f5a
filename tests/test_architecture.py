"""The invariants of ARCHITECTURE.md, read off the source: who may import what, and what stands nowhere."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
import re
import subprocess
import sys

import pytest

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = ROOT / "custom_components" / "sigacs"
PACKAGE = "custom_components.sigacs"
DOMAIN_PACKAGE = f"{PACKAGE}.greenhouse"
PLATFORMS = ("binary_sensor", "button", "datetime", "event", "number", "sensor")
CALLED_BY_HOME_ASSISTANT = (
    *PLATFORMS,
    "condition",
    "config_flow",
    "diagnostics",
    "intent",
    "repairs",
    "system_health",
    "trigger",
)


@dataclass(frozen=True)
class Module:
    """One source file under its dotted name."""

    path: Path

    @property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def short(self) -> str:
        return self.name.removeprefix(f"{PACKAGE}.")

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    @property
    def imports(self) -> set[str]:
        """Every module that it imports or takes a name from, anywhere in the file, under its dotted name."""
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        found = set()
        for node in ast.walk(self.tree):
            match node:
                case ast.Import(names):
                    found |= {alias.name for alias in names}
                case ast.ImportFrom(module, names, level):
                    parts = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                    source = ".".join([*parts, *([module] if module else [])])
                    found |= {source} | {f"{source}.{alias.name}" for alias in names}
        return found

    def imports_any_of(self, *packages: str) -> set[str]:
        return {one for one in self.imports if any(one == name or one.startswith(f"{name}.") for name in packages)}


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(folder: Path) -> list[Module]:
    return [Module(path) for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts]


OURS = modules(INTEGRATION)
DOMAIN = [module for module in OURS if module.name.startswith(DOMAIN_PACKAGE)]
EVERYTHING = [
    module
    for folder in ("custom_components", "firmware", "certs", "demo", "provision", "bench", "script")
    for module in modules(ROOT / folder)
]


def names(some: list[Module]) -> list[str]:
    return [module.name for module in some]


def words(module: Module) -> Iterator[str]:
    """Every text in it but docstrings."""
    docstrings = {
        id(node.value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in docstrings:
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


# 1. The domain is pure


@pytest.mark.parametrize("module", DOMAIN, ids=names(DOMAIN))
def test_the_domain_imports_the_standard_library_and_itself_only(module: Module) -> None:
    roots = {one.partition(".")[0] for one in module.imports if not one.startswith(DOMAIN_PACKAGE)}
    assert roots <= sys.stdlib_module_names


@pytest.mark.parametrize("module", DOMAIN, ids=names(DOMAIN))
def test_the_domain_has_no_clock_no_log_and_no_input_or_output(module: Module) -> None:
    forbidden = (
        "asyncio",
        "io",
        "logging",
        "os",
        "pathlib",
        "random",
        "socket",
        "subprocess",
        "sys",
        "threading",
        "time",
    )
    assert module.imports_any_of(*forbidden, "datetime.datetime") == set()
    called = {
        node.func.id for node in ast.walk(module.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & {"open", "print", "input"} == set()


def test_the_domain_works_without_home_assistant() -> None:
    code = (
        "import sys; sys.modules['homeassistant'] = None; sys.path.insert(0, 'custom_components/sigacs')\n"
        "import greenhouse.site, greenhouse.refusal, greenhouse.hub\n"
        "print(greenhouse.site.measure_of('sol').decode(b'65.0'))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout == "65.0\n"


# 2. Who knows what


@pytest.mark.parametrize("module", OURS, ids=names(OURS))
def test_mqtt_is_known_behind_the_transport_alone(module: Module) -> None:
    allowed = {"paho": "transport.session", "homeassistant.components.mqtt": "transport.home_assistant"}
    for package, place in allowed.items():
        if module.short != place:
            assert module.imports_any_of(package) == set()


def test_both_ways_to_the_broker_are_really_there() -> None:
    by_name = {module.short: module for module in OURS}
    assert by_name["transport.session"].imports_any_of("paho")
    assert by_name["transport.home_assistant"].imports_any_of("homeassistant.components.mqtt")


def test_home_assistants_mqtt_is_imported_only_once_it_is_wanted() -> None:
    code = "import sys, custom_components.sigacs.config_flow\nprint('homeassistant.components.mqtt' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout == "False\n"


@pytest.mark.parametrize("module", OURS, ids=names(OURS))
def test_nothing_imports_what_home_assistant_calls(module: Module) -> None:
    own = module.short.partition(".")[0]
    others = (f"{PACKAGE}.{one}" for one in CALLED_BY_HOME_ASSISTANT if one != own)
    assert module.imports_any_of(*others) == set()


@pytest.mark.parametrize(
    ("layer", "above"),
    [
        (
            "greenhouse",
            {
                "transport",
                "backfill",
                "caretaker",
                "const",
                "clock",
                "identity",
                "link_monitor",
                "memory",
                "coordinator",
                "entity",
                "settings",
            },
        ),
        ("transport", {"const", "identity", "link_monitor", "coordinator", "entity", "settings", "certificates"}),
        ("caretaker", {"transport", "coordinator", "entity", "settings"}),
        ("memory", {"transport", "caretaker", "coordinator", "entity", "settings"}),
        ("backfill", {"transport", "caretaker", "coordinator", "entity", "settings"}),
        ("coordinator", {"entity", "settings", "certificates", "direct_form"}),
        ("entity", {"settings", "certificates", "direct_form"}),
    ],
)
def test_a_layer_does_not_look_up(layer: str, above: set[str]) -> None:
    for module in OURS:
        if module.short.partition(".")[0] == layer:
            assert module.imports_any_of(*(f"{PACKAGE}.{one}" for one in above)) == set(), module.name


@pytest.mark.parametrize("module", OURS, ids=names(OURS))
def test_the_integration_imports_itself_by_relative_names(module: Module) -> None:
    absolute = [
        node.lineno
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("custom_components"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("custom_components") for alias in node.names))
    ]
    assert absolute == []


# 3. Three parts that share vectors and no code


@pytest.mark.parametrize("part", ["custom_components", "firmware", "certs"])
def test_the_three_parts_never_import_one_another(part: str) -> None:
    others = {"custom_components", "firmware", "certs", "demo", "provision", "bench", "script", "tests"} - {part}
    assert {module.name: found for module in modules(ROOT / part) if (found := module.imports_any_of(*others))} == {}


ON_A_BOARD = [
    module for module in modules(ROOT / "firmware") if module.path.parent.name in ("firmware", "shared", "hub", "node")
]


@pytest.mark.parametrize(
    ("one", "others"),
    [
        ("node", ("hub", "sim")),
        ("hub", ("node", "sim")),
        ("shared", ("node", "hub", "sim")),
        ("firmware", ("sim",)),  # what a board runs first
    ],
)
def test_what_runs_on_a_board_knows_neither_the_other_board_nor_the_simulation(
    one: str, others: tuple[str, ...]
) -> None:
    folder = [module for module in ON_A_BOARD if module.path.parent.name == one]
    assert folder
    for module in folder:
        assert module.imports_any_of(*others) == set(), module.name


@pytest.mark.parametrize("module", ON_A_BOARD, ids=names(ON_A_BOARD))
def test_only_the_hal_knows_the_hardware(module: Module) -> None:
    hardware = ("machine", "network", "esp32", "espnow", "M5", "m5stack", "hardware", "unit", "neopixel")
    assert module.path.name.startswith("hal_") == bool(module.imports_any_of(*hardware))


# 4. TLS verification is never off


def _weakens_tls(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="check_hostname")], value=value):
            weak = ast.unparse(value) != "True"
        case (
            ast.Assign(targets=[ast.Attribute(attr="verify_mode")], value=value)
            | ast.keyword(arg="verify_mode" | "cert_reqs", value=value)
        ):
            weak = not ast.unparse(value).endswith("CERT_REQUIRED")
        case ast.keyword(arg="check_hostname" | "verify" | "verify_ssl" | "ssl", value=value):
            weak = ast.unparse(value) == "False"
        case ast.Attribute(attr=name) | ast.Name(id=name):
            weak = name in {"CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context", "tls_insecure_set"}
        case ast.Constant(value=str(text)):
            weak = text in {"--insecure", "--no-check-certificate"}
        case _:
            weak = False
    return weak


def test_tls_verification_is_switched_off_nowhere() -> None:
    everywhere = [*EVERYTHING, *(one for one in modules(ROOT / "tests") if one.path != Path(__file__).resolve())]
    found = [
        f"{module.path.relative_to(ROOT)}:{getattr(node, 'lineno', '?')}"
        for module in everywhere
        for node in ast.walk(module.tree)
        if _weakens_tls(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "context.verify_mode = ssl.CERT_NONE",
        "context.check_hostname = False",
        "requests.get(url, verify=False)",
        "client.tls_insecure_set(True)",
        "client.tls_set(cert_reqs=ssl.CERT_OPTIONAL)",
        "subprocess.run(['mosquitto_pub', '--insecure'])",
    ],
)
def test_the_search_for_that_finds_it(code: str) -> None:
    assert any(_weakens_tls(node) for node in ast.walk(ast.parse(code)))


# 6. The wire's words are values of three files

WIRE_WORD = re.compile(r"(?<![a-z])(serre|bac|sol|etat|sante|histo|batterie|tension|brut)(?![a-z])")
WHERE_THEY_STAND = {f"{DOMAIN_PACKAGE}.{one}" for one in ("topic", "measure", "hub")}


def test_the_wires_words_stand_in_three_files_only() -> None:
    found = {
        f"{module.name}: {word!r}"
        for module in OURS
        if module.name not in WHERE_THEY_STAND
        for word in words(module)
        if WIRE_WORD.search(word)
    }
    # An explanation of an access rule, or a sentence for people, lives in translations.
    assert found == set()


@pytest.mark.parametrize("module", OURS, ids=names(OURS))
def test_no_name_in_the_code_is_a_word_of_the_wire(module: Module) -> None:
    spoken = {
        name
        for node in ast.walk(module.tree)
        for name in (
            getattr(node, "id", None),
            getattr(node, "attr", None),
            getattr(node, "arg", None),
            getattr(node, "name", None),
        )
        if isinstance(name, str)
    }
    assert {name for name in spoken if WIRE_WORD.search(name.lower().replace("_", " "))} == set()
