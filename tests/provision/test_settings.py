from pathlib import Path
import tomllib
from typing import Any

from hypothesis import given, strategies as st
import pytest

from provision import settings
from provision.errors import ProvisionError
from tests.provision.conftest import SIGACS_TOML, WIFI_PASSWORD


def test_what_a_person_wrote_is_read(authority: Path) -> None:
    merged = settings.for_greenhouse(settings.read(authority), "1")
    assert merged["wifi"] == {"ssid": "garden", "password": WIFI_PASSWORD}
    assert merged["broker"] == {"host": "127.0.0.1", "port": 8883}
    assert (merged["period"], merged["language"], merged["ntp"]) == (900, "en", [])


def test_a_file_that_others_can_read_is_refused(authority: Path) -> None:
    (authority / "sigacs.toml").chmod(0o640)
    with pytest.raises(ProvisionError, match=r"others can read it: chmod 600 .*sigacs\.toml"):
        settings.read(authority)


def test_a_file_that_is_no_toml_is_refused_with_its_line(authority: Path) -> None:
    (authority / "sigacs.toml").write_text("[wifi]\nssid = garden\n")
    with pytest.raises(ProvisionError, match="line 2"):
        settings.read(authority)


def test_no_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match=r"sigacs\.toml: No such file"):
        settings.read(tmp_path)


def test_what_is_said_for_one_counts_before_what_is_said_for_all() -> None:
    wishes = tomllib.loads(
        SIGACS_TOML
        + """
        [node]
        board = "stickc"
        soil.dry_mv = 2800
        [greenhouse.1]
        period = 600
        refused_nodes = ["9"]
        node.soil.wet_mv = 1500
        [greenhouse.1.hub]
        host = "192.168.42.51"
        [greenhouse.1.planter.3]
        board = "stickc-plus2"
        air = "none"
        soil.dry_mv = 2750
        """
    )
    third = settings.for_planter(wishes, "1", "3")
    assert third["node"] == {
        "board": "stickc-plus2",
        "air": None,
        "soil": {"dry_mv": 2750, "wet_mv": 1500},
        "pins": {},
    }
    assert (third["period"], third["hub"]["host"], third["refused_nodes"]) == (600, "192.168.42.51", ["9"])
    assert settings.for_planter(wishes, "1", "4")["node"]["soil"] == {"dry_mv": 2800, "wet_mv": 1500}
    other = settings.for_planter(wishes, "2", "3")
    assert (other["period"], other["hub"]["host"], other["node"]["board"]) == (900, "192.168.42.50", "stickc")


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"perod": 900}, "there is no setting perod"),
        ({"node": {"bord": "stickc"}}, "there is no setting node.bord"),
        ({"node": {"pins": {"led": 10}}}, "there is no setting node.pins.led"),
        ({"greenhouse": {"1": {"planter": {"3": {"soils": {}}}}}}, "no setting greenhouse.1.planter.3.soils"),
        ({"refused_nodes": ["3"]}, "there is no setting refused_nodes"),
        ({"wifi": "garden"}, "wifi must be a table"),
        ({"period": {"s": 900}}, "period must be a value, not a table"),
        ({"greenhouse": {"1": 3}}, "greenhouse.1 must be a table"),
    ],
)
def test_a_setting_that_does_not_exist_is_named(wishes: dict[str, Any], said: str) -> None:
    with pytest.raises(ProvisionError, match=said):
        settings.for_greenhouse(wishes, "1")


@given(
    st.dictionaries(
        st.sampled_from(sorted(settings.QUESTIONS)),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f")),
        min_size=len(settings.QUESTIONS),
    )
)
def test_whatever_a_person_answers_is_kept_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, answers: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("answers")
    settings.create(folder, answers)
    made = settings.read(folder)
    assert made["wifi"] == {"ssid": answers["ssid"], "password": answers["password"]}
    assert (made["broker"]["host"], made["hub"]["host"]) == (answers["broker"], answers["hub"])
    assert (folder / "sigacs.toml").stat().st_mode & 0o777 == 0o600
    settings.for_planter(made, "1", "1")


def test_what_is_there_is_never_overwritten(authority: Path) -> None:
    with pytest.raises(FileExistsError):
        settings.create(authority, dict.fromkeys(settings.QUESTIONS, "x"))
    assert (authority / "sigacs.toml").read_text() == SIGACS_TOML
