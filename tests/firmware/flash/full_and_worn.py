"""Run by MicroPython: the hub's queue on littlefs when flash is full, refuses to be written, and after a long time."""

import os
import sys

sys.path.insert(0, sys.argv[1])

from hub.queue import Queue
from memory import BLOCK, BLOCKS, Flash
from shared.clock import Clock

LIMIT = 6 * BLOCK


class Hub:
    def __init__(self):
        self.flash = Flash(bytearray(b"\xff" * (BLOCK * BLOCKS)))
        self.flash.journal = None
        os.VfsLfs2.mkfs(self.flash)
        os.mount(os.VfsLfs2(self.flash), "/f")
        self.ms = 0
        self.number = 0
        self.expected = []
        self.restart()

    def restart(self):
        self.clock = Clock(lambda: self.ms)
        self.clock.set(1795356000 + self.ms // 1000, "ntp")
        self.queue = Queue("/f/queue", LIMIT, self.clock, 900)

    def measure(self, count=3):
        """Tell whether flash took them."""
        numbers = []
        for _ in range(count):
            self.queue.add("1", "sol", "%d.0" % self.number, self.clock.uptime())
            numbers.append(self.number)
            self.number += 1
        dropped = self.queue.dropped
        try:
            self.queue.commit()
            self.expected += numbers
            return True
        except OSError:
            return False
        finally:  # the oldest may have gone either way
            self.expected = self.expected[self.queue.dropped - dropped :]
            assert len(self.queue) == len(self.expected)

    def deliver(self, most=50):
        """Return whether flash took that it was delivered; `expected` is what comes, in order."""
        readings = self.queue.batch(most)
        numbers = [int(one[2][:-2]) for one in readings]
        assert numbers == self.expected[: len(numbers)], (numbers, self.expected)
        assert readings or not self.expected
        self.expected = self.expected[len(numbers) :]
        try:
            self.queue.done(len(numbers))
        except OSError:
            return False
        return True

    def deliver_all(self):
        while self.expected:
            assert self.deliver()
        assert self.queue.batch(9) == []
        assert len(self.queue) == 0

    def end(self):
        os.umount("/f")


def fill(path):
    """Write until there is no room for another byte."""
    with open(path, "wb") as file:
        for size in (BLOCK, 512, 64, 1):
            try:
                while True:
                    file.write(bytes(size))
                    file.flush()
            except OSError:
                pass


def test_full_flash_is_said_and_every_loss_is_counted():
    hub = Hub()
    for _ in range(100):
        assert hub.measure()
    try:
        fill("/f/other")
    except OSError:
        pass
    taken = [hub.measure() for _ in range(200)]
    assert False in taken
    os.remove("/f/other")
    assert hub.measure()
    hub.restart()
    assert len(hub.queue) == len(hub.expected)
    hub.deliver_all()
    assert hub.queue.dropped == 0
    hub.end()


def test_flash_that_refuses_writes_is_said_and_what_is_there_still_goes_out_once():
    hub = Hub()
    for _ in range(150):
        assert hub.measure()
    hub.flash.broken = True
    for _ in range(50):
        assert not hub.measure()
    written = 0
    while hub.expected:
        written += hub.deliver()
    assert not written
    assert hub.queue.batch(9) == []  # not over and over
    assert hub.queue.dropped == 0
    hub.flash.broken = False
    assert hub.measure()
    hub.deliver_all()
    hub.end()


def test_writes_that_fail_now_and_then_lose_nothing_without_a_word():
    hub = Hub()
    for turn in range(400):
        hub.flash.broken = turn % 7 in (2, 5)
        hub.measure()
        if turn % 5 == 4:
            hub.flash.broken = False
            hub.deliver(20)
    hub.flash.broken = False
    hub.deliver_all()
    hub.end()


def test_flash_wears_evenly():
    hub = Hub()
    hub.flash.erased = [0] * BLOCKS
    for _ in range(3000):
        assert hub.measure()
        assert hub.deliver()
    # the two blocks of the root never move, and hardly ever change
    worn = sorted(hub.flash.erased)[2:]
    print("erases of a block in 3000 cycles: %d to %d, %d in all" % (worn[0], worn[-1], sum(worn)))
    assert worn[-1] <= 3 * sum(worn) // len(worn), worn
    hub.end()


for test in (
    test_full_flash_is_said_and_every_loss_is_counted,
    test_flash_that_refuses_writes_is_said_and_what_is_there_still_goes_out_once,
    test_writes_that_fail_now_and_then_lose_nothing_without_a_word,
    test_flash_wears_evenly,
):
    test()
