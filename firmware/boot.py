"""The first thing of ours that a board runs, instead of UIFlow2's start-up menu and cloud client.

The clock is set to GMT0 before anything else: RTC().datetime() crashes UIFlow2 2.4.2 where no time zone was ever set,
and M5.begin() moves the clock at each boot where it is another one. NVS keeps it, and writes only what differs.
"""

import time

import slots

time.timezone("GMT0")  # pyright: ignore[reportAttributeAccessIssue] - UIFlow2's own
slots.enter()
