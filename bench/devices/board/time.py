"""MicroPython's `time`, and what UIFlow2 adds."""

from utime import *  # noqa: F403 - this machine's own, whole


def timezone(name=None):
    pass
