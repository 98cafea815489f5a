"""Run by MicroPython: lives of the file `slot` on littlefs, and which slot runs after a power cut at each write of it.

The flash is a block device in memory that writes down every program and erase. Whatever it held before each of them,
and with each of them done by half, is mounted again and started from.
"""

import os
import sys

sys.path.insert(0, sys.argv[1])

import slots

BLOCK = 4096
BLOCKS = 16


class Flash:
    """A block device as the boards' partition is, over `content`; each write goes to `journal` too."""

    def __init__(self, content):
        self.content = content
        self.journal = []

    def readblocks(self, block, into, offset=0):
        at = block * BLOCK + offset
        into[:] = self.content[at : at + len(into)]

    def writeblocks(self, block, data, offset=None):
        if offset is None:
            self.ioctl(6, block)
        self._write(block * BLOCK + (offset or 0), bytes(data))

    def ioctl(self, what, block):
        if what == 4:
            return BLOCKS
        if what == 5:
            return BLOCK
        if what == 6:
            self._write(block * BLOCK, b"\xff" * BLOCK)
        return 0

    def _write(self, at, data):
        self.journal.append((at, data))
        self.content[at : at + len(data)] = data


def switch(line):
    """What provisioning does at the end."""
    with open("slot.new", "w") as file:
        file.write(line)
    os.rename("slot.new", "slot")


def boot():
    sys.path[:] = [place for place in sys.path if place not in ("a", "b")]
    slots.enter()
    assert sys.path[0] == slots.running
    return slots.running


def lines():
    try:
        with open("slot") as file:
            return file.read()
    except OSError:
        return ""


def lived(steps, content):
    """Do the steps on this flash; return its journal, and the state after each step with the writes until then."""
    flash = Flash(content)
    os.mount(os.VfsLfs2(flash), "/f")
    os.chdir("/f")
    states = [(0, lines())]
    for step in steps:
        step()
        states.append((len(flash.journal), lines()))
    os.chdir("/")
    os.umount("/f")
    return flash.journal, states


def cut_everywhere(name, first, steps, may_run):
    """Cut the power at each write; what runs then must be in `may_run` of the states around the cut."""
    journal, states = lived(steps, bytearray(first))
    for cut in range(len(journal)):
        for part in (0, 2):  # before the write, or half-way through it
            content = bytearray(first)
            for at, data in journal[:cut]:
                content[at : at + len(data)] = data
            if part:
                at, data = journal[cut]
                content[at : at + len(data) // part] = data[: len(data) // part]
            around = [line for number, (end, line) in enumerate(states) if end <= cut][-1:]
            around += [line for end, line in states if end > cut][:1]
            os.mount(os.VfsLfs2(Flash(content)), "/f")
            os.chdir("/f")
            assert lines() in around, (name, cut, part, lines(), around)
            ran = boot()
            assert ran in may_run(around), (name, cut, part, ran, around)
            assert boot() in "ab"  # and again
            os.chdir("/")
            os.umount("/f")
    return len(journal), states


def formatted():
    """A flash with both slots on it, and no file `slot`."""
    content = bytearray(b"\xff" * (BLOCK * BLOCKS))
    os.VfsLfs2.mkfs(Flash(content))
    os.mount(os.VfsLfs2(Flash(content)), "/f")
    for slot in "ab":
        os.mkdir("/f/" + slot)
    os.umount("/f")
    return bytes(content)


def runs(states):
    return {slots.after_boot(line)[0] or "a" for line in states}


def main():
    first = formatted()
    failing = [lambda: switch("a"), lambda: switch("b 0")] + [boot] * 6
    writes, states = cut_everywhere("failed update", first, failing, runs)
    assert [line for _, line in states] == ["", "a", "b 0", "b 1", "b 2", "b 3", "a !", "a !", "a !"], states
    assert states[-1][0] == states[-3][0], "a slot that came back costs writes"
    good = [lambda: switch("b"), lambda: switch("a 0"), boot, boot, slots.mark_good, slots.mark_good, boot, boot]
    more, states = cut_everywhere("good update", first, good, runs)
    assert [line for _, line in states] == ["", "b", "a 0", "a 1", "a 2", "a", "a", "a", "a"], states
    assert states[-1][0] == states[5][0], "a slot that works costs writes"
    print(writes + more, "writes, each cut before and half-way through")


main()
