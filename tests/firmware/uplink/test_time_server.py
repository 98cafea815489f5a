"""The question to a time server, over real UDP."""

from collections.abc import Callable, Iterator
import contextlib
from pathlib import Path
import socket
import struct
import subprocess
import threading
import time

import pytest

FIRMWARE = Path(__file__).parents[3] / "firmware"
SCRIPT = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from hub.sntp import ask
try:
    print(asyncio.run(ask("127.0.0.1", int(sys.argv[2]))))
except (OSError, ValueError) as error:
    print(type(error).__name__, error.args[0])
"""
Answer = Callable[[bytes], list[bytes]]


def good(question: bytes, unix: float | None = None) -> bytes:
    """What a time server of stratum 2 answers."""
    seconds, fraction = divmod((time.time() if unix is None else unix) + 2208988800, 1)
    stamp = struct.pack(">II", int(seconds) & 0xFFFFFFFF, int(fraction * 2**32))
    return struct.pack(">BBbb", 0x24, 2, 6, -20) + bytes(20) + question[40:48] + stamp + stamp


@pytest.fixture
def ask(micropython: Path, tmp_path: Path) -> Iterator[Callable[[Answer], str]]:
    """Asks a server that answers so, and gives what was made of it."""
    script = tmp_path / "ask.py"
    script.write_text(SCRIPT)
    with contextlib.ExitStack() as ends:

        def ask(answer: Answer) -> str:
            server = ends.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            server.bind(("127.0.0.1", 0))
            server.settimeout(10)

            def serve() -> None:
                with contextlib.suppress(OSError):
                    question, client = server.recvfrom(1000)
                    for packet in answer(question):
                        server.sendto(packet, client)

            threading.Thread(target=serve, daemon=True).start()
            command = [micropython, script, FIRMWARE, str(server.getsockname()[1])]
            return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

        yield ask


def test_the_question_is_that_of_a_client_of_version_4(ask: Callable[[Answer], str]) -> None:
    questions: list[bytes] = []

    def answer(question: bytes) -> list[bytes]:
        questions.append(question)
        return [good(question)]

    ask(answer)
    (question,) = questions
    assert question[:40] == b"\x23" + bytes(39)
    assert len(question) == 48
    assert question[40:] != bytes(8)


def test_the_time_is_that_of_the_server(ask: Callable[[Answer], str]) -> None:
    assert abs(int(ask(lambda question: [good(question, 1900000000.2)])) - 1900000000) <= 1


def test_a_bad_answer_is_said(ask: Callable[[Answer], str]) -> None:
    assert ask(lambda _: [good(bytes(48))]) == "ValueError an answer to another question"
    lost = ask(lambda question: [b"\xe4" + good(question)[1:]])
    assert lost == "ValueError the time server does not know the time itself"


def test_silence_ends(ask: Callable[[Answer], str]) -> None:
    assert ask(lambda _: []).startswith("OSError 11")


def test_a_server_that_does_not_run_is_noticed(ask: Callable[[Answer], str], micropython: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [micropython, tmp_path / "ask.py", FIRMWARE, str(port)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("OSError")
