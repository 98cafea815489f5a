import json
from pathlib import Path
import subprocess

from tests.firmware.node.stick import FIRMWARE, HERE, Hub, Stick, free_port

AT_ONCE = 7  # clients that a hub lets in; one more may be asked to come back at its next wake


def test_many_nodes_in_one_process_wait_side_by_side(hub: Hub, micropython: Path, tmp_path: Path) -> None:
    sticks = [Stick(micropython, tmp_path / f"b{number}", hub.port) for number in range(AT_ONCE)]
    for stick in sticks:
        stick.asleep()
    hub.freeze()
    command = [micropython, FIRMWARE / "sim/run.py", "--once", "fleet", *(stick.folder for stick in sticks)]
    fleet = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert fleet.stdout
        assert f"{AT_ONCE} nodes awake\n" in fleet.stdout
        assert not any(stick.wakes for stick in sticks)  # all of them wait for the hub, and none for another one
        hub.go_on()
        assert fleet.wait(10) == 0
        assert all(stick.wakes[-1]["delivered"] for stick in sticks)
    finally:
        fleet.kill()
        fleet.communicate()


def test_a_thousand_wakes_leave_nothing_behind(hub: Hub, stick: Stick, micropython: Path) -> None:
    stick.write("wifi.json", {"connect_ms": 0, "dhcp_ms": 0})
    (stick.folder / "wakes.jsonl").unlink()
    command = [micropython, HERE / "soak.py", FIRMWARE, stick.folder, "1000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["undelivered"] == 0
    assert max(result["heap"][1:]) - min(result["heap"][1:]) < 2048


def test_a_hub_that_resets_starts_anew_with_its_port_free(micropython: Path, tmp_path: Path) -> None:
    flash = tmp_path / "hub/flash"
    (flash / "hub").mkdir(parents=True)
    (flash / "boot.py").touch()
    (flash / "main.py").write_text("from hub import main\nmain.main()\n")
    (flash / "hub/main.py").write_text(
        """
import asyncio, machine, os

async def _serve(reader, writer):
    await reader.read(10)

async def _run():
    await asyncio.start_server(_serve, "127.0.0.1", int(open("port").read()))
    await asyncio.open_connection("127.0.0.1", int(open("port").read()))
    await asyncio.sleep_ms(50)
    print("up", machine.reset_cause())
    if machine.reset_cause() == machine.PWRON_RESET:
        machine.reset()

def main():
    asyncio.run(_run())
"""
    )
    (flash / "port").write_text(str(free_port()))
    command = [micropython, FIRMWARE / "sim/run.py", "hub", tmp_path / "hub"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.stdout.splitlines() == ["up 1", "up 2"], done.stdout + done.stderr
