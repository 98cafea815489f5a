"""The broker without sockets: clients that hand it bytes and keep what it writes, and how statements.txt is played.

Runs on both interpreters; as a script, `micropython sans_io.py FIRMWARE STATEMENTS`, it plays all cases and says which
fail.
"""

import sys

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

from hub.broker import Broker
from hub.connection import Connection
from shared.mqtt import ProtocolError


class Policy:
    """Everybody may do everything, but a few names that the tests use to be refused."""

    def login(self, _client_id: str, _user: str | None, password: bytes | None) -> bool:
        return password != b"wrong"

    def may_publish(self, _user: str | None, topic: str) -> bool:
        return topic != "forbidden"

    def may_subscribe(self, _user: str | None, topic_filter: str) -> bool:
        return topic_filter != "denied"


class App:
    """Keeps what is published, and fails to store when told so."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes, bool]] = []
        self.settled = 0
        self.fails = False

    def message(self, _user: str | None, topic: str, payload: bytes, retain) -> None:
        self.messages.append((topic, bytes(payload), retain))

    def settle(self) -> None:
        if self.fails:
            self.fails = False
            raise OSError(28)
        self.settled = len(self.messages)


class Client(Connection):
    """One client's end: what it was sent, and whether it was closed."""

    def __init__(self, broker: Broker) -> None:
        self.got = b""
        self.writes = 0
        self.closed = False
        super().__init__(broker)

    def write(self, data: bytes) -> None:
        self.got += data
        self.writes += 1

    def cut(self) -> None:
        self.closed = True

    def takes(self, data: bytes) -> None:
        """Hand over bytes as the server does."""
        try:
            self.receive(data)
        except (ProtocolError, OSError):
            self.closed = True
            self.lost()

    def says(self, data: bytes) -> bytes:
        """Hand over bytes; return all that came since the last time."""
        self.takes(data)
        return self.hears()

    def hears(self) -> bytes:
        got, self.got = self.got, b""
        return got


HELLO = '10 { "MQTT" 04 %s 0000 "%s" }'


def cases(text: str) -> list[tuple[str, list[str]]]:
    """Return the cases of statements.txt as (title, lines)."""
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n\n\n", 1)[1].split("\n"):
        if line.startswith("== "):
            found.append((line[3:], []))
        elif line and not line.startswith("-- "):
            found[-1][1].append(line)
    return found


def to_bytes(notation: str) -> bytes:
    """Return what the notation at the head of statements.txt means."""
    stack = [b""]
    at = 0
    while at < len(notation):
        mark = notation[at]
        at += 1
        if mark in "\"'":
            end = notation.index(mark, at)
            text = notation[at:end].encode()
            stack[-1] += (len(text).to_bytes(2, "big") if mark == '"' else b"") + text
            at = end + 1
        elif mark == "{":
            stack.append(b"")
        elif mark == "}":
            body = stack.pop()
            length = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
            stack[-1] += length + body
        elif mark != " ":
            stack[-1] += bytes([int(notation[at - 1 : at + 1], 16)])
            at += 1
    return stack.pop()


class Play:
    """One case, played against one broker."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._app = App()
        self._broker = Broker(Policy(), self._app)
        self._clients: dict[str, Client] = {}
        self._heard: dict[str, bytes] = {}
        self._taken = 0

    def all(self, title: str, lines: list[str]) -> None:
        """Play all lines. Raises AssertionError."""
        before = ""
        for line in lines:
            try:
                if before == "app" and line[:3] != "app":
                    self._app_has_no_more()
                before = line[:3]
                self._line(line)
            except AssertionError as error:
                raise AssertionError(f"{title}\n{line}\n{error}") from None
        if before == "app":
            self._app_has_no_more()
        self._collect()
        left = [(who, heard) for who, heard in self._heard.items() if heard]
        assert left == [], f"{title}\nnot expected: {left}"

    def _line(self, line: str) -> None:
        who, what, *rest = line.split(" ", 2)
        if who == "after":
            self._broker.sweep(int(what) * 1000)
        elif who == "app":
            self._app_line(what, rest)
        elif what == ">":
            self._say(who, to_bytes(rest[0]))
        elif what == "<":
            self._hear(who, to_bytes(rest[0]))
        elif what == "hello":
            self._say(who, to_bytes(HELLO % ("02", who)))
            self._hear(who, b"\x20\x02\x00\x00")
        elif what == "returns":
            self._say(who, to_bytes(HELLO % ("00", who)))
            self._hear(who, bytes([0x20, 2, int(rest[0]), 0]))
        elif what == "breaks":
            self._collect()
            self._clients.pop(who).lost()
        else:
            assert what == "closed", "no such line"
            self._collect()
            assert self._clients.pop(who).closed, "still open"

    def _say(self, who: str, data: bytes) -> None:
        if who not in self._clients:
            self._clients[who] = Client(self._broker)
        client = self._clients[who]
        for piece in [data] if self._whole else [data[at : at + 1] for at in range(len(data))]:
            if not client.closed:
                client.takes(piece)

    def _collect(self) -> None:
        for who, client in self._clients.items():
            self._heard[who] = self._heard.get(who, b"") + client.hears()

    def _hear(self, who: str, expected: bytes) -> None:
        self._collect()
        heard = self._heard.pop(who)
        assert heard == expected, f"got {heard}"

    def _app_has_no_more(self) -> None:
        assert len(self._app.messages) == self._taken, f"the application got {self._app.messages}"

    def _app_line(self, what: str, rest: list[str]) -> None:
        if what == "fails":
            self._app.fails = True
        elif rest == ["nothing"]:
            assert self._app.messages == []
        else:
            _, topic, _, payload, retain = rest[0].split('"')
            expected = topic, payload.encode(), retain == " retain"
            assert self._app.messages[self._taken : self._taken + 1] == [expected], f"got {self._app.messages}"
            self._taken += 1


def _main(statements: str) -> None:
    failed = 0
    with open(statements) as file:
        found = cases(file.read())
    for title, lines in found:
        for whole in (True, False):
            try:
                Play(whole=whole).all(title, lines)
            except AssertionError as error:
                failed += 1
                print(error)
    print(f"{len(found)} cases, {failed} failures")
    sys.exit(1 if failed or not found else 0)


if __name__ == "__main__":
    _main(sys.argv[2])
