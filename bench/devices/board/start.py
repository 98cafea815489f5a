"""Start a provisioned hub as a board does: `micropython start.py FLASH`; tells of its heap once a second.

The hardware modules beside this file do nothing, and their share of the heap is taken off: on a board they are not in
it.
"""
# ruff: noqa: E402 - the heap is looked at in between

import asyncio
from asyncio import core
import gc
import os
import socket
import sys

_SPARE = 32


def _make_room():
    """Let the poll set's array be large from the start: this port crashes when it grows with a TLS socket in it."""
    poller = core._io_queue.poller  # noqa: SLF001 - there is no other way
    spare = [socket.socket() for _ in range(_SPARE)]
    for one in spare:
        poller.register(one, 1)
    for one in spare:
        poller.unregister(one)
        one.close()


_serve = asyncio.start_server
asyncio.start_server = lambda attend, _host, *rest: _serve(attend, "127.0.0.1", *rest)  # on this machine only
gc.collect()
_bare = gc.mem_alloc()
_make_room()
_here = sys.path[0]
sys.path[:] = ["", _here if _here.startswith("/") else os.getcwd() + "/" + _here, ".frozen"]

import time  # noqa: F401

import esp32  # noqa: F401
import M5  # noqa: F401
import machine
import network  # noqa: F401

os.chdir(sys.argv[1])
gc.collect()
machine.heap_of_ours = gc.mem_alloc() - _bare
_namespace = {"__name__": "__main__"}
for _name in ("boot.py", "main.py"):
    with open(_name) as _file:
        exec(_file.read(), _namespace)  # noqa: S102 - as a board does
