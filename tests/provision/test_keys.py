import hashlib
import hmac
from pathlib import Path

import pytest

from provision.errors import ProvisionError
from provision.keys import node_key, node_password, planter_user


def test_the_key_is_made_once_for_its_owners_eyes_only(authority: Path) -> None:
    key = node_key(authority, "1")
    assert len(key) == 32
    assert node_key(authority, "1") == key
    path = authority / "hub-1" / "node_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == key.hex() + "\n"


def test_each_greenhouse_has_its_own(authority: Path) -> None:
    assert node_key(authority, "1") != node_key(authority, "2")
    assert (authority / "hub-2").stat().st_mode & 0o777 == 0o700


def test_a_password_follows_from_key_and_user() -> None:
    key = bytes(range(32))
    expected = hmac.new(key, b"bac-3", hashlib.sha256).hexdigest()[:32]
    assert node_password(key, planter_user("3")) == expected
    # computed by hand once, so that nobody changes both sides at the same time
    assert expected == "066da85862f02be5f5d285ed27d609df"
    assert len({node_password(key, user) for user in ("bac-1", "bac-2", "observer")}) == 3


@pytest.mark.parametrize("text", ["", "short", "g" * 64, "0" * 63])
def test_a_damaged_key_is_not_silently_replaced(authority: Path, text: str) -> None:
    (authority / "hub-1" / "node_key").write_text(text)
    with pytest.raises(ProvisionError, match="Restore it from your backup"):
        node_key(authority, "1")
