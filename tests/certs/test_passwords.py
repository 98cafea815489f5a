"""Logins, and the hashes that Mosquitto accepts."""

import base64
import hashlib
from pathlib import Path
import re
import subprocess

from hypothesis import given, strategies as st
import pytest

from certs import passwords
from certs.errors import FolderError
from certs.passwords import Login

USERS = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)


def test_a_password_is_long_random_and_legible() -> None:
    made = [Login.create("hub-1").password for _ in range(100)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch("[a-hjkmnp-z2-9]{24}", password) for password in made)


def test_a_login_does_not_show_its_password_by_accident() -> None:
    login = Login.create("hub-1")
    assert login.password not in f"{login} {login!r}"


def test_a_login_file_reads_back(tmp_path: Path) -> None:
    login = Login.create("hub-1")
    path = tmp_path / "login.txt"
    path.write_text(login.text)
    assert Login.read(path) == login


@pytest.mark.parametrize("text", ["", "user: hub-1\n", "user hub-1\npassword x\n", "pass word\n"])
def test_a_damaged_login_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "login.txt"
    path.write_text(text)
    with pytest.raises(FolderError, match=r"login\.txt must hold the lines"):
        Login.read(path)


@given(USERS, st.text(min_size=1, max_size=60))
def test_a_hash_belongs_to_its_password_and_to_no_other_salt(user: str, password: str) -> None:
    login = Login(user, password)
    line, again = login.hashed, login.hashed
    assert line != again
    found, rest = line.split(":", 1)
    _, kind, iterations, salt, digest = rest.split("$")
    expected = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(iterations))
    assert (found, kind) == (user, "7")
    assert base64.b64decode(digest) == expected


def test_a_line_looks_as_mosquitto_passwd_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    path.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", path, "hub-1", "secret"], check=True)
    shape = re.compile(r"hub-1:\$7\$\d+\$[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]{86}==")
    assert shape.fullmatch(path.read_text().strip())
    assert shape.fullmatch(Login("hub-1", "secret").hashed)


@given(st.dictionaries(USERS, st.just("$7$101$c2FsdA==$aGFzaA==")), st.sets(USERS))
def test_a_password_file_holds_those_who_are_asked_for(hashes: dict[str, str], others: set[str]) -> None:
    lines = {user: f"{user}:{rest}" for user, rest in hashes.items()}
    kept = set(sorted(lines)[::2]) | others
    text = passwords.render(lines, kept)
    assert passwords.parse(text) == {user: line for user, line in lines.items() if user in kept}
