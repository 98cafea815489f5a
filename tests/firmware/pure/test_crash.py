import os

from hub import crash

TRACEBACK = """%d
Traceback (most recent call last):
  File "hub/main.py", line 99, in run
RuntimeError: %s
"""


class Flash:
    """A folder that is the current one for a while."""

    def __enter__(self):
        self.before = os.getcwd()
        self.folder = "%s/crash-%s" % (os.getenv("TMPDIR") or "/tmp", os.urandom(6).hex())
        os.mkdir(self.folder)
        os.chdir(self.folder)
        return self

    def crashes(self, count, message="uplink stood still"):
        with open("crash.txt", "w") as file:
            file.write(TRACEBACK % (count, message))

    def __exit__(self, *_):
        os.chdir(self.before)
        for name in os.listdir(self.folder):
            os.remove(self.folder + "/" + name)
        os.rmdir(self.folder)


def test_a_hub_that_never_crashed_says_nothing():
    with Flash():
        assert crash.last(by_watchdog=False) == (0, "")


def test_a_crash_is_told_once_after_it_happened():
    with Flash() as flash:
        flash.crashes(1)
        assert crash.last(by_watchdog=False) == (1, "RuntimeError: uplink stood still")
        assert crash.last(by_watchdog=False) == (1, "")
        flash.crashes(2, "broker stood still")
        assert crash.last(by_watchdog=False) == (2, "RuntimeError: broker stood still")


def test_the_hardware_watchdog_counts_too_and_leaves_no_traceback():
    with Flash() as flash:
        assert crash.last(by_watchdog=True) == (1, "watchdog: all stood still")
        assert crash.last(by_watchdog=False) == (1, "")
        flash.crashes(1)
        assert crash.last(by_watchdog=True) == (2, "RuntimeError: uplink stood still")
        assert crash.last(by_watchdog=True) == (3, "watchdog: all stood still")


def test_files_that_a_power_cut_has_spoiled_stop_nothing():
    for spoiled in ("", "\n", "x", "1", "\x00\x00\x00"):
        for name in ("crash.txt", "crash.seen"):
            with Flash() as flash:
                flash.crashes(3)
                crash.last(by_watchdog=False)
                with open(name, "w") as file:
                    file.write(spoiled)
                count, cause = crash.last(by_watchdog=False)
                assert 0 <= count <= 3
                assert isinstance(cause, str)
                assert crash.last(by_watchdog=False)[1] == ""
