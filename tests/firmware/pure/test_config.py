import json

from shared import config

COMMON = {
    "greenhouse": "1",
    "period": 900,
    "wifi": {"ssid": "garden", "password": "wet and green"},
    "login": {"user": "somebody", "password": "a secret of the tests"},
}
HUB = dict(COMMON)
HUB.update(
    {
        "role": "hub",
        "broker": {"host": "192.168.42.66", "port": 8883},
        "node_key": "0123456789abcdef" * 4,
        "refused_nodes": ["3"],
        "ntp": ["192.168.42.1", "pool.ntp.org"],
        "language": "fr",
        "listen": 1883,
        "dry": 30,
    }
)
NODE = dict(COMMON)
NODE.update(
    {
        "role": "node",
        "planter": "3",
        "hub": {"host": "192.168.42.50", "port": 1883},
        "board": "stickc-plus2",
        "air": "sht30",
        "soil": {"dry_mv": 2900, "wet_mv": 1630},
        "pins": {"soil": 33, "scl": 26, "sda": 0, "power": None},
    }
)

# field, values that fit, values that do not
FIELDS = (
    (HUB, "greenhouse", ("1", "Serre_a-2", "x" * 32), ("", "x" * 33, "a/b", "a b", "+", "#", "\xe9", 1, None, ["1"])),
    (HUB, "period", (1, 900, 86400), (0, -1, 86401, 900.5, "900", True, None)),
    (HUB, "wifi.ssid", ("x", "x" * 32, "Jardin d'\xe9t\xe9"), ("", "x" * 33, "\xe9" * 17, 7, None)),
    (HUB, "wifi.password", ("", "x" * 8, "x" * 63), ("x", "x" * 7, "x" * 64, "\xe9" * 32, None, 12345678)),
    (HUB, "wifi", (), ("garden", None, [], {}, {"ssid": "garden"})),
    (HUB, "login.user", ("hub-1",), ("", "x" * 65, None)),
    (HUB, "login.password", ("x",), ("", "x" * 65, None)),
    (HUB, "broker.host", ("192.168.42.66", "sigacs.local", "b"), ("", "a b", "http://b", "b:8883", None)),
    (HUB, "broker.port", (1, 8883, 65535), (0, 65536, "8883", None)),
    (HUB, "node_key", ("0" * 64,), ("0" * 63, "0" * 65, "G" * 64, "A" * 64, "", None, 0)),
    (HUB, "refused_nodes", ([], ["3", "Nord-1"]), ("3", ["a/b"], [3], None, {})),
    (HUB, "ntp", ([], ["a"], ["a", "b", "c", "d"]), ("pool.ntp.org", ["a"] * 5, [""], [1], None)),
    (HUB, "language", ("en", "fr"), ("de", "", "'en'", None, 1)),
    (HUB, "listen", (1, 1883), (0, 70000, "1883")),
    (HUB, "dry", (1, 30, 99), (0, 100, 30.5, None)),
    (NODE, "planter", ("1", "Nord"), ("", "1/3", None)),
    (NODE, "hub.host", ("192.168.42.50",), ("", None)),
    (NODE, "hub.port", (1883,), (0, None)),
    (NODE, "board", ("stickc", "stickc-plus", "stickc-plus2"), ("core2", "stick", "", None, 2)),
    (NODE, "air", ("sht30", "sht40", None), ("sht", "none", "None", "", 0, False)),
    (NODE, "soil.dry_mv", (1, 5000), (0, 5001, 2900.5, "2900", None)),
    (NODE, "soil", (), (None, {}, 1630)),
    (
        NODE,
        "pins",
        ({}, {"power": None}, {"soil": 36, "sda": 0}),
        ({"soil": 40}, {"soil": "33"}, {"soil": -1}, None, []),
    ),
)


def changed(whole, field, value):
    """A copy with another value in this field."""
    copy = json.loads(json.dumps(whole))
    place = copy
    parts = field.split(".")
    for part in parts[:-1]:
        place = place[part]
    place[parts[-1]] = value
    return copy


def complaint(whole):
    try:
        config.check(whole)
    except config.ConfigError as error:
        return str(error)
    return ""


def test_what_provisioning_writes_is_taken():
    assert complaint(HUB) == ""
    assert complaint(NODE) == ""


def test_values_at_the_edge_are_taken():
    for whole, field, good, _ in FIELDS:
        for value in good:
            assert complaint(changed(whole, field, value)) == "", (field, value)


def test_every_value_that_no_device_can_run_with_is_refused_by_its_field_with_what_to_do():
    for whole, field, _, bad in FIELDS:
        for value in bad:
            said = complaint(changed(whole, field, value))
            assert said.startswith(field), (field, value, said)
            assert said.endswith("Put it right in sigacs.toml and run script/provision again."), said


def test_a_field_that_is_missing_is_named():
    for whole in (HUB, NODE):
        for field in whole:
            if field != "role":
                copy = dict(whole)
                del copy[field]
                assert complaint(copy).startswith(field), field
                assert "is missing" in complaint(copy)


def test_a_secret_is_never_told():
    for whole, field, value in (
        (HUB, "wifi.password", "hush"),
        (HUB, "login.password", "hush" * 20),
        (HUB, "node_key", "hush"),
    ):
        said = complaint(changed(whole, field, value))
        assert field in said
        assert "hush" not in said


def test_other_values_are_told():
    assert "not 'core2'" in complaint(changed(NODE, "board", "core2"))


def test_a_role_that_is_none_is_refused():
    for whole in ({}, {"role": "gardener"}, {"role": ["hub"]}, [], "hub", None, 3):
        assert complaint(whole).startswith("role"), whole


def test_fields_that_are_not_known_are_left_alone():
    copy = dict(HUB)
    copy["later"] = {"than": "this version"}
    assert complaint(copy) == ""


def test_a_file_that_is_missing_or_cut_off_is_named():
    for path in ("no/such/config.json", __file__):
        said = ""
        try:
            config.load(path)
        except config.ConfigError as error:
            said = str(error)
        assert said.startswith(path)
        assert "script/provision" in said
