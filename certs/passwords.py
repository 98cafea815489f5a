"""Users and passwords: the login that a client is given, and the hash that the broker keeps."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import hashlib
from pathlib import Path
import secrets
from typing import Self

from .errors import FolderError

_ITERATIONS = 101
"""Mosquitto's own number. Stretching helps passwords that can be guessed; these are random, and the
broker hashes at every connection, and for every client at every reload, on its only thread."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no two look alike on paper
_LENGTH = 24  # of 31 characters: 118 bits


@dataclass(frozen=True, repr=False)
class Login:
    """The user and password of one client, as its login.txt holds them; never shown by `repr`."""

    user: str
    password: str

    @classmethod
    def create(cls, user: str) -> Self:
        """Make a random password that can be typed from paper."""
        return cls(user, "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a login.txt. Raises FolderError when it does not hold the two lines."""
        try:
            fields = dict(line.split(": ", 1) for line in path.read_text().splitlines() if line)
            return cls(fields["user"], fields["password"])
        except (KeyError, ValueError) as error:
            raise FolderError(f"{path} must hold the lines “user: ...” and “password: ...”") from error

    @property
    def text(self) -> str:
        """The content of login.txt."""
        return f"user: {self.user}\npassword: {self.password}\n"

    @property
    def hashed(self) -> str:
        """The line for Mosquitto, as `mosquitto_passwd` writes it: type 7, PBKDF2 with SHA-512."""
        salt = secrets.token_bytes(12)
        digest = hashlib.pbkdf2_hmac("sha512", self.password.encode(), salt, _ITERATIONS)
        return f"{self.user}:$7${_ITERATIONS}${_base64(salt)}${_base64(digest)}"


def parse(text: str) -> dict[str, str]:
    """Read a password file: user to whole line."""
    return {line.split(":", 1)[0]: line for line in text.splitlines() if line}


def render(lines: Mapping[str, str], users: Iterable[str]) -> str:
    """Write a password file for these users only."""
    return "".join(f"{lines[user]}\n" for user in sorted(users) if user in lines)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
