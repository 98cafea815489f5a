"""The simulated hardware has nothing that the real one lacks, and fails where the real one fails."""

import ast
import json
from pathlib import Path
import re
import subprocess

import pytest

from tests.firmware.node.stick import FIRMWARE, Stick

STUBS = FIRMWARE.parent / ".tools/stubs"
MODULES = ("machine", "network", "esp32", "M5")
HAL = sorted(FIRMWARE.rglob("hal_*.py"))


def public(module: ast.Module) -> dict[str, set[str]]:
    """Names of a module, and of each class (or instance of it) in it."""
    names: dict[str, set[str]] = {}
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names[node.name] = members(node) if isinstance(node, ast.ClassDef) else set()
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    made = (
                        node.value.func.id
                        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
                        else ""
                    )
                    names[target.id] = names.get(made, set())
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            kind = node.annotation.id if isinstance(node.annotation, ast.Name) else ""
            names[node.target.id] = names.get(kind, set())
    return {name: own for name, own in names.items() if not name.startswith("_")}


def members(made: ast.ClassDef) -> set[str]:
    names = {node.name for node in made.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names |= {
        node.target.id for node in made.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    for node in made.body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def stub(name: str) -> dict[str, set[str]]:
    path = STUBS / f"{name}.pyi"
    if not path.exists():
        pytest.skip("the stubs are not there: script/setup brings them")
    return public(ast.parse(path.read_text()))


@pytest.mark.parametrize("name", MODULES)
def test_the_simulated_module_has_nothing_that_the_real_one_lacks(name: str) -> None:
    fake, real = public(ast.parse((FIRMWARE / f"sim/modules/{name}.py").read_text())), stub(name)
    assert set(fake) - set(real) == set()
    for part, names in fake.items():
        assert names - real[part] == set(), part


@pytest.mark.parametrize("file", HAL, ids=[str(file.relative_to(FIRMWARE)) for file in HAL])
def test_the_hardware_layer_uses_only_what_the_real_modules_have(file: Path) -> None:
    tree = ast.parse(file.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        path = re.sub(r"\([^)]*\)", "", ast.unparse(node)).split(".")
        if path[0] in MODULES and path[0] in imported:
            real = stub(path[0])
            assert path[1] in real, f"{file.name}: {ast.unparse(node)}"
            if real[path[1]] and len(path) > 2:
                assert path[2] in real[path[1]], f"{file.name}: {ast.unparse(node)}"


def test_only_the_hardware_layer_imports_hardware() -> None:
    for file in FIRMWARE.rglob("*.py"):
        if file in HAL or "sim" in file.relative_to(FIRMWARE).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not set(names) & set(MODULES), file


def board(micropython: Path, stick: Stick, program: str) -> subprocess.CompletedProcess[str]:
    """Run some lines on the simulated board."""
    head = (
        "import sys\n"
        f"sys.path[:] = [{str(FIRMWARE / 'sim/modules')!r}, {str(FIRMWARE)!r}, '.frozen']\n"
        "from sim.device import Device, run\n"
        f"device = run(Device({str(stick.folder)!r})); device.start()\n"
        "import M5, machine, network, esp32, time\n"
    )
    return subprocess.run([micropython, "-c", head + program], capture_output=True, text=True, check=False, timeout=20)


def told(micropython: Path, stick: Stick, program: str) -> str:
    done = board(micropython, stick, program)
    return (done.stdout + done.stderr).strip().splitlines()[-1]


def test_a_watchdog_that_is_not_fed_resets_the_board_whatever_it_does(micropython: Path, stick: Stick) -> None:
    done = board(micropython, stick, "machine.WDT(timeout=300)\nwhile True:\n    pass\n")
    assert "the watchdog was not fed for 300 ms" in done.stdout
    assert (stick.folder / "reset").read_text() == "watchdog"
    assert told(micropython, stick, "print(machine.reset_cause() == machine.WDT_RESET)") == "True"


def test_a_watchdog_that_is_fed_does_nothing(micropython: Path, stick: Stick) -> None:
    program = (
        "dog = machine.WDT(timeout=400)\nfor _ in range(8):\n    time.sleep_ms(100)\n    dog.feed()\nprint('alive')\n"
    )
    assert told(micropython, stick, program) == "alive"


def test_setting_the_clock_without_a_time_zone_crashes_as_on_a_board(micropython: Path, stick: Stick) -> None:
    program = (
        "M5.begin()\n%sfrom shared import hal_system\n"
        "hal_system.set_rtc((2026, 11, 22, 14, 0, 7))\nprint(hal_system.rtc()[:5])\n"
    )
    assert "Guru Meditation" in board(micropython, stick, program % "").stdout
    assert told(micropython, stick, program % "time.timezone('GMT0')\n") == "(2026, 11, 22, 14, 0)"
    assert json.loads((stick.folder / "clock.json").read_text())["offset"] != 0
    assert (
        told(micropython, stick, "from shared import hal_system\nprint(hal_system.rtc()[:4])") == "(2026, 11, 22, 14)"
    )


def test_a_clock_that_was_never_set_begins_long_ago(micropython: Path, stick: Stick) -> None:
    stick.write("clock.json", {"offset": None})
    assert int(told(micropython, stick, "from shared import hal_system\nprint(hal_system.rtc()[0])")) < 2020


def test_numbers_survive_a_power_cut_only_when_they_were_committed(micropython: Path, stick: Stick) -> None:
    program = "from shared.hal_system import recall, remember\n"
    assert told(micropython, stick, program + "print(recall('boots', 7))") == "7"
    board(micropython, stick, program + "remember('boots', -3)")
    board(micropython, stick, "esp32.NVS('sigacs').set_i32('boots', 9)")
    assert told(micropython, stick, program + "print(recall('boots', 7))") == "-3"
    assert "KEY_TOO_LONG" in told(micropython, stick, program + "remember('a' * 16, 1)")
    assert "OverflowError" in told(micropython, stick, program + "remember('big', 1 << 31)")


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("M5.Power.getBatteryVoltage()", "M5.begin() comes first"),
        ("M5.begin(); M5.Power.deepSleep(3600000000)", "OverflowError"),
        ("machine.Pin(34, machine.Pin.OUT)", "pin can only be input"),
        ("machine.Pin(24)", "invalid pin"),
        ("machine.ADC(machine.Pin(5))", "invalid pin"),
        ("w = network.WLAN(); w.active(True); machine.ADC(machine.Pin(26)).read_uv()", "ESP_ERR_TIMEOUT"),
        ("network.WLAN().connect('serre', 'simulated')", "Wifi Not Started"),
        ("w = network.WLAN(); w.active(True); w.status('rssi')", "Wifi Not Connected"),
        ("network.hostname('x' * 33)", "bad hostname"),
        ("i = machine.I2C(0, scl=machine.Pin(26), sda=machine.Pin(0)); i.readfrom(0x44, 6)", "OSError"),
        ("machine.RTC().memory(bytes(2049))", "buffer too long"),
    ],
)
def test_what_fails_on_a_board_fails_here(micropython: Path, stick: Stick, program: str, says: str) -> None:
    assert says in told(micropython, stick, program)


def test_a_probe_without_power_or_read_too_early_gives_no_true_voltage(micropython: Path, stick: Stick) -> None:
    stick.world(moisture=50.0)
    head = (
        "M5.begin(); a = machine.ADC(machine.Pin(33), atten=machine.ADC.ATTN_11DB); r = lambda: a.read_uv() // 1000\n"
    )
    assert int(told(micropython, stick, head + "print(r())")) < 2200
    assert 2260 < int(told(micropython, stick, head + "time.sleep_ms(40); print(r())")) < 2270
    assert int(told(micropython, stick, head + "M5.Power.setExtOutput(False); time.sleep_ms(40); print(r())")) < 10


def test_wifi_can_be_switched_off_from_outside_and_comes_back(micropython: Path, stick: Stick) -> None:
    off = stick.folder / "wifi.off"
    program = f"""
import os
from shared.hal_wifi import Wifi
w = Wifi('serre', 'simulated', 'sigacs-1')
def until(state):
    for _ in range(700):
        if w.state() == state:
            print(state, network.hostname(), w.lease()[0], w.rssi() is None)
            return
        time.sleep_ms(10)
    print('still', w.state())
w.connect(); until('connected')
open({str(off)!r}, 'w').close(); until('lost')
w.connect(); until('no_network')
os.remove({str(off)!r}); w.connect(); until('connected')
"""
    assert board(micropython, stick, program).stdout.splitlines() == [
        "connected sigacs-1 192.168.4.20 False",
        "lost sigacs-1 0.0.0.0 True",
        "no_network sigacs-1 0.0.0.0 True",
        "connected sigacs-1 192.168.4.20 False",
    ]


def test_the_hubs_wifi_is_kept_and_found_again(micropython: Path, stick: Stick) -> None:
    off = stick.folder / "wifi.off"
    program = f"""
import asyncio, os
from shared.hal_wifi import Wifi
w = Wifi('serre', 'simulated', 'sigacs-1')
async def until(state):
    for _ in range(150):
        if (w.state() == 'connected') == state:
            print(state)
            return
        await asyncio.sleep_ms(100)
async def run():
    asyncio.create_task(w.keep())
    await until(True)
    open({str(off)!r}, 'w').close()
    await until(False)
    os.remove({str(off)!r})
    await until(True)
asyncio.run(run())
"""
    assert board(micropython, stick, program).stdout.split() == ["True", "False", "True"]
