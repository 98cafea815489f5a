"""Run by MicroPython: a life of the hub's queue on littlefs, and what is found after a power cut at each write of it.

The flash is a block device in memory that writes down every program and erase. Whatever it held after each of them,
and with each of them done by half, is mounted again, and compared with what the queue had promised by then.
"""

import os
import sys

sys.path.insert(0, sys.argv[1])

from hub.queue import Queue
from memory import BLOCK, BLOCKS, Flash, apply
from shared.clock import Clock

LIMIT = 3 * BLOCK
START = 1795356000  # the true time at the beginning
PERIOD = 900


class Life:
    """What a hub does; `events` has the count of writes before and after each promise."""

    def __init__(self, flash):
        self.flash = flash
        self.ms = 0
        self.number = 0
        self.events = []
        self.measured_at = []  # by number: the true time
        self.lost = 0  # before the last restart
        self.queue = None
        self.restart()

    def restart(self):
        self.lost += self.queue.dropped if self.queue else 0
        self.began = self.ms
        self.clock = Clock(lambda: (self.ms - self.began) & 0x3FFFFFFF)
        self.queue = Queue("/f/queue", LIMIT, self.clock, PERIOD)

    def promise(self, kind, numbers, before):
        self.events.append((before, len(self.flash.journal), kind, numbers, self.lost + self.queue.dropped))

    def measure(self, count, age_s=0):
        numbers = []
        for _ in range(count):
            self.ms += 1000
            at = self.clock.uptime() - age_s
            self.queue.add("%d" % (self.number % 12), "air/temp", "%d.5" % self.number, at)
            self.measured_at.append(START + self.began // 1000 + at)
            numbers.append(self.number)
            self.number += 1
        before = len(self.flash.journal)
        assert self.queue.commit() == count
        self.promise("kept", numbers, before)

    def deliver(self, most):
        readings = self.queue.batch(most)
        before = len(self.flash.journal)
        self.queue.done(len(readings))
        self.promise("delivered", [number_of(one) for one in readings], before)
        return len(readings)

    def set_clock(self):
        assert self.clock.set(START + self.ms // 1000, "ntp")


def number_of(reading):
    return int(reading[2][:-2])


def live(flash):
    """Go through all that a queue can meet: restarts, no clock, a clock at last, a full ring."""
    life = Life(flash)
    for _ in range(8):
        life.measure(3)
        life.deliver(2)
    life.ms += 2000_000  # nothing of it is fresh any more, and nobody knows the time
    life.measure(2)
    life.deliver(10)
    life.measure(2, age_s=3000)  # a planter brings what it could not deliver
    life.deliver(10)
    life.measure(1)
    life.set_clock()
    life.deliver(4)
    life.deliver(4)
    life.restart()
    life.set_clock()
    for _ in range(3):
        life.measure(4)
    life.restart()  # and again without a clock
    for _ in range(14):
        life.measure(40)  # more than there is room for
    life.deliver(5)
    life.set_clock()
    life.measure(1)
    while life.deliver(64):
        pass
    life.measure(1)
    return life


def check(content, life, cut):
    """Mount what a cut after so many writes leaves, and compare it with what was promised by then."""
    os.mount(os.VfsLfs2(Flash(content)), "/f")
    kept, delivered, uncertain = [], set(), set()
    lost_before = 0
    for before, after, kind, numbers, lost in life.events:
        if before <= cut:
            lost_before = lost
        if after <= cut:
            if kind == "kept":
                kept += numbers
            else:
                delivered.update(numbers)
        elif before <= cut:
            uncertain.update(numbers)
    expected = [number for number in kept if number not in delivered and number not in uncertain]
    now = START + life.ms // 1000
    clock = Clock(lambda: 0)
    clock.set(now, "ntp")
    queue = Queue("/f/queue", LIMIT, clock, PERIOD)
    waiting = len(queue)
    came = []
    for _ in range(1000):
        readings = queue.batch(50)
        if not readings:
            break
        for reading in readings:
            number = number_of(reading)
            assert reading[:2] == ("%d" % (number % 12), "air/temp"), reading
            assert reading[3] == life.measured_at[number], (reading, life.measured_at[number])
            came.append(number)
        queue.done(len(readings))
    assert len(queue) == 0, len(queue)
    assert len(came) == len(set(came)), ("twice", came)
    unexpected = [number for number in came if number not in expected and number not in uncertain]
    assert not unexpected, ("delivered before, or never kept", unexpected)
    lost = [number for number in expected if number not in came]
    assert len(lost) <= queue.dropped + lost_before, ("lost without a word", lost, queue.dropped, lost_before)
    assert waiting == len(came) + queue.dropped, (waiting, len(came), queue.dropped)
    queue.add("1", "sol", "7.5", 0)
    assert queue.commit() == 1
    assert [one[:3] for one in queue.batch(9)] == [("1", "sol", "7.5")]
    os.umount("/f")


def main():
    content = bytearray(b"\xff" * (BLOCK * BLOCKS))
    flash = Flash(content)
    os.VfsLfs2.mkfs(flash)
    flash.journal = []
    first = bytes(content)
    os.mount(os.VfsLfs2(flash), "/f")
    life = live(flash)
    os.umount("/f")
    content = bytearray(first)
    for cut in range(len(flash.journal) + 1):
        check(bytearray(content), life, cut)
        if cut < len(flash.journal):
            torn = bytearray(content)
            apply(torn, flash.journal[cut], 2)
            check(torn, life, cut)
            apply(content, flash.journal[cut])
    print(len(flash.journal), "writes, each cut before and half-way through")


main()
