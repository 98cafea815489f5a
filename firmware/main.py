"""Runs the role that this device was given, out of its slot, and begins again after whatever ends that.

KeyboardInterrupt passes: Ctrl-C on the USB console always reaches the prompt, which is how provisioning gets in.
"""

import sys

import slots


def _run() -> None:
    from shared import config  # noqa: PLC0415 - not before boot.py has chosen the slot it comes from

    settings = config.load(slots.running + "/config.json")
    settings["pki"] = slots.running + "/pki"
    # needed once: a board's memory is better spent on the role
    del sys.modules["shared.config"], config
    del sys.modules["shared"].config  # pyright: ignore[reportAttributeAccessIssue] - its package knows it too
    del slots.enter, slots.after_boot, slots._first_there  # noqa: SLF001 - part of the same start
    role = __import__(settings["role"] + ".main", None, None, ("main",))
    role.main(settings, slots.mark_good)


try:
    _run()
except Exception as error:  # noqa: BLE001 - whatever it is, it is kept, and the device begins again
    import hal_restart

    hal_restart.keep(error)

import hal_restart  # noqa: E402 - only a device that failed spends time on it

hal_restart.restart()
