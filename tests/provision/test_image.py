import json
from pathlib import Path
import shutil
from typing import Any

import pytest

from certs.errors import RequestError
from certs.passwords import Login
from certs.pki import Pki
from provision.boards import BOARDS, HUB, UIFLOW_VERSION, board_named
from provision.capacity import blocks_needed
from provision.errors import ProvisionError
from provision.firmware import FIRMWARE, first_code, role_code
from provision.image import hub_image, node_image, planter_board, write_hub, write_node
from provision.install import Image
from provision.keys import node_key, node_password
from provision.settings import Settings


def config_of(image: Image) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(image.slot["config.json"])
    return config


def test_a_hub_gets_its_certificate_login_and_the_key_of_its_planters(authority: Path, wishes: Settings) -> None:
    image = hub_image(authority, "1", wishes)
    config = config_of(image)
    login = Login.read(authority / "hub-1" / "login.txt")
    assert config["login"] == {"user": "hub-1", "password": login.password}
    assert config["node_key"] == node_key(authority, "1").hex()
    assert config["broker"] == {"host": "127.0.0.1", "port": 8883}
    assert (config["role"], config["greenhouse"], config["listen"], config["period"]) == ("hub", "1", 1883, 900)
    for name in ("ca.crt", "client.crt", "client.key"):
        assert image.slot[f"pki/{name}"] == (authority / "hub-1" / name).read_bytes()


def test_a_node_gets_a_password_that_its_hub_can_check(authority: Path, wishes: Settings) -> None:
    config = config_of(node_image(authority, "1", "3", wishes))
    key = bytes.fromhex(config_of(hub_image(authority, "1", wishes))["node_key"])
    assert config["login"] == {"user": "bac-3", "password": node_password(key, "bac-3")}
    assert config["hub"] == {"host": "192.168.42.50", "port": 1883}
    assert (config["planter"], config["board"], config["air"]) == ("3", "stickc", "sht30")
    assert not [path for path in node_image(authority, "1", "3", wishes).slot if path.startswith("pki/")]


def test_a_new_planter_changes_nothing_on_the_hub(authority: Path, wishes: Settings) -> None:
    before = hub_image(authority, "1", wishes)
    node_image(authority, "1", "4", wishes)
    assert hub_image(authority, "1", wishes) == before


def test_what_is_missing_at_the_authority_is_issued(authority: Path, wishes: Settings) -> None:
    assert not (authority / "hub-2").exists()
    config = config_of(hub_image(authority, "2", wishes))
    assert config["login"]["user"] == "hub-2"
    assert "hub-2" in {row.who for row in Pki(authority).status()}


def test_a_part_of_the_authority_is_enough_for_the_hub_that_it_holds(
    authority: Path, wishes: Settings, tmp_path: Path
) -> None:
    image = hub_image(authority, "1", wishes)
    part = tmp_path / "part"
    shutil.copytree(authority / "hub-1", part / "hub-1")
    shutil.copy(authority / "ca.crt", part)
    assert hub_image(part, "1", wishes).slot.keys() == image.slot.keys()
    with pytest.raises(ProvisionError, match="run python -m certs hub 2, and copy its folder"):
        hub_image(part, "2", wishes)


def test_a_planter_can_come_before_its_hub(authority: Path, wishes: Settings) -> None:
    password = config_of(node_image(authority, "2", "1", wishes))["login"]["password"]
    key = bytes.fromhex(config_of(hub_image(authority, "2", wishes))["node_key"])
    assert password == node_password(key, "bac-1")


def test_a_hub_whose_key_was_deleted_here_is_not_issued_behind_its_back(authority: Path, wishes: Settings) -> None:
    (authority / "hub-1" / "client.key").unlink()
    with pytest.raises(RequestError, match="renew hub-1"):
        hub_image(authority, "1", wishes)


def test_a_renewed_certificate_is_what_the_next_run_writes(authority: Path, wishes: Settings, tmp_path: Path) -> None:
    write_hub(authority, "1", wishes, tmp_path)
    old = (tmp_path / "flash" / "a" / "pki" / "client.crt").read_bytes()
    Pki(authority).renew(["hub-1"])
    done = write_hub(authority, "1", wishes, tmp_path)
    assert (done.slot, done.trial) == ("b", True)
    assert (tmp_path / "flash" / "a" / "pki" / "client.crt").read_bytes() == old
    assert (tmp_path / "flash" / "b" / "pki" / "client.crt").read_bytes() == (
        authority / "hub-1" / "client.crt"
    ).read_bytes()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wifi": {"ssid": "garden"}}, r"wifi\.password: is missing"),
        ({"wifi": {"ssid": "garden", "password": "short"}}, r"wifi\.password: must be 8 to 63 bytes, or empty\. "),
        ({"broker": {}}, r"broker\.host: is missing"),
        ({"period": 0}, "period: must be a number from 1 to 86400, not 0"),
        ({"language": "de"}, "language: must be 'en'|'fr', not 'de'"),
        ({"broker": {"host": "127.0.0.2"}}, "broker's certificate is for greenhouse.test, 127.0.0.1, and the hub"),
        ({"broker": {"host": "127.0.0.1", "name": "other.test"}}, "call it “other.test”"),
    ],
)
def test_a_hub_that_could_not_run_is_refused_here(
    authority: Path, wishes: Settings, changes: Settings, said: str
) -> None:
    with pytest.raises(ProvisionError, match=said):
        hub_image(authority, "1", {**wishes, **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hub": {}}, r"hub\.host: is missing"),
        ({"node": {}}, "board: must be 'stickc'|'stickc-plus'|'stickc-plus2', not ''"),
        ({"node": {"board": "core2"}}, "board: must be"),
        ({"node": {"board": "stickc", "air": "dht11"}}, "air: must be"),
        (
            {"node": {"board": "stickc", "soil": {"dry_mv": 1000, "wet_mv": 1000}}},
            "dry_mv and wet_mv of planter 1/3 are the same",
        ),
        ({"node": {"board": "stickc", "pins": {"soil": 99}}}, "pins: must be"),
    ],
)
def test_a_node_that_could_not_run_is_refused_here(
    authority: Path, wishes: Settings, changes: Settings, said: str
) -> None:
    with pytest.raises(ProvisionError, match=said):
        node_image(authority, "1", "3", {**wishes, **changes})


def test_names_that_no_topic_can_hold_are_refused(authority: Path, wishes: Settings) -> None:
    with pytest.raises(ProvisionError, match="planter: must be 1 to 32 of"):
        node_image(authority, "1", "a b", wishes)
    with pytest.raises(RequestError, match="cannot name a hub"):
        hub_image(authority, "a/b", wishes)


def test_the_board_on_usb_decides_unless_the_settings_say_another(authority: Path, wishes: Settings) -> None:
    plus2 = BOARDS["stickc-plus2"]
    assert config_of(node_image(authority, "1", "3", {**wishes, "node": {}}, plus2))["board"] == "stickc-plus2"
    with pytest.raises(
        ProvisionError, match=r"This is a M5STACK StickC PLUS2, and sigacs\.toml says that planter 1/3 has"
    ):
        node_image(authority, "1", "3", wishes, plus2)
    assert planter_board(wishes, "1", "3") == "stickc"
    with pytest.raises(ProvisionError, match="board = one of stickc, stickc-plus, stickc-plus2, not None"):
        planter_board({**wishes, "node": {}}, "1", "3")


def test_the_code_is_whole_compiled_and_of_the_role_alone() -> None:
    for role, other in (("hub", "node"), ("node", "hub")):
        code = role_code(role)
        sources = {path.relative_to(FIRMWARE).with_suffix(".mpy").as_posix() for path in (FIRMWARE / role).glob("*.py")}
        assert sources <= code.keys()
        assert {"shared/config.mpy", "shared/mqtt.mpy"} <= code.keys()
        assert not [path for path in code if path.startswith((f"{other}/", "sim/"))]
        assert {content[:2] for content in code.values()} == {b"M\x06"}, "the bytecode of MicroPython 1.23 to 1.25"
    assert list(first_code()) == ["slots.mpy", "hal_restart.mpy", "main.py", "boot.py"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = (\n", "This is no Python: .*broken.py, line 1"),
        (
            "def f(a, /): pass\n",
            "does not compile for the boards:\n(.*\n)*.*broken.py",
        ),  # Python, yet not MicroPython's
    ],
)
def test_code_that_does_not_compile_is_named(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "hub").mkdir()
    (tmp_path / "main.py").touch()
    (tmp_path / "hub" / "main.py").touch()
    (tmp_path / "hub" / "broken.py").write_text(source)
    with pytest.raises(ProvisionError, match=said):
        role_code("hub", tmp_path)


def test_everything_fits_with_both_slots_and_a_full_queue(authority: Path, wishes: Settings) -> None:
    for board in BOARDS.values():
        image = hub_image(authority, "1", wishes) if board.role == "hub" else node_image(authority, "1", "3", wishes)
        assert blocks_needed(image, board) < 0.5 * board.flash_bytes / 4096


def test_what_does_not_fit_is_refused(authority: Path, wishes: Settings) -> None:
    image = node_image(authority, "1", "3", wishes)
    fat = Image(image.first, {**image.slot, "node/fat.mpy": bytes(400_000)})
    with pytest.raises(ProvisionError, match="do not fit into the 632 KiB of a M5STACK StickC: "):
        blocks_needed(fat, BOARDS["stickc"])


def test_a_planter_of_another_board_is_a_folder_like_any(authority: Path, wishes: Settings, tmp_path: Path) -> None:
    write_node(authority, "1", "3", wishes, tmp_path / "device")
    assert json.loads((tmp_path / "device" / "flash" / "a" / "config.json").read_text())["planter"] == "3"
    assert (tmp_path / "device" / "flash" / "slot").read_text() == "a"


def test_boards_are_told_apart_by_what_they_say_of_themselves() -> None:
    assert board_named("M5STACK Core2 with ESP32(SPIRAM)") is HUB
    assert board_named("M5STACK StickC with ESP32").id == "stickc"
    assert board_named("M5STACK StickC PLUS with ESP32").id == "stickc-plus"
    assert board_named("M5STACK StickC PLUS2 with ESP32(SPIRAM)").id == "stickc-plus2"
    with pytest.raises(ProvisionError, match=f"UIFlow2 {UIFLOW_VERSION}"):
        board_named("M5STACK StickS3 with ESP32-S3")
