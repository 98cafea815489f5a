"""The Wi-Fi station: a node's one quick connection, and the hub's that is kept for ever.

The driver is asked not to try again by itself: it hides the reason of a failure while it does (network_wlan.c), and a
person needs to be told a wrong password from a network that is not there. Whoever connects tries again here.
"""

import time

from micropython import const
import network

# what the driver tells -> our state; its documentation is esp_wifi_types.h, wifi_err_reason_t
_STATES = {
    network.STAT_GOT_IP: "connected",
    network.STAT_CONNECTING: "connecting",
    network.STAT_IDLE: "connecting",
    network.STAT_NO_AP_FOUND: "no_network",
    210: "no_network",  # none with compatible security
    211: "no_network",  # none that is secure enough
    network.STAT_WRONG_PASSWORD: "wrong_password",
    network.STAT_HANDSHAKE_TIMEOUT: "wrong_password",
    15: "wrong_password",  # 4-way handshake timeout: what a wrong WPA2 password mostly looks like
    network.STAT_BEACON_TIMEOUT: "lost",
}
_ATTEMPT_MS = const(4000)  # to search all channels, or to be refused


class Wifi:
    """One network, as the configuration names it."""

    def __init__(self, ssid: str, password: str, hostname: str | None = None) -> None:
        """Turn the radio on; `hostname` (at most 32 characters) is answered to as <hostname>.local by mDNS."""
        if hostname:
            network.hostname(hostname)
        self._network = ssid, password
        self._wlan = network.WLAN(network.STA_IF)
        self._wlan.active(True)
        self._wlan.config(pm=network.WLAN.PM_NONE, reconnects=0)  # power saving would delay each answer by a beacon
        self._fixed = False
        self._begun = None  # ticks of an attempt that is not the first

    def connect(self, bssid: bytes | None = None, lease: tuple | list | None = None) -> None:
        """Begin to connect, to this access point only and with this lease if given; `state()` tells the rest.

        Not while connected. Again only to start anew: what still runs is broken off, the driver would refuse.
        """
        if self._begun is None:
            self._begun = 0
        else:
            self._wlan.disconnect()
            self._begun = time.ticks_ms()
        if lease:
            self._wlan.ifconfig(tuple(lease))
        elif self._fixed:  # only then: the driver raises when DHCP runs already
            self._wlan.ifconfig("dhcp")  # pyright: ignore[reportArgumentType] - so in 1.25
        self._fixed = bool(lease)
        self._wlan.connect(*self._network, bssid=bssid)

    def state(self) -> str:
        """Return connected, connecting, no_network, wrong_password, lost, or failed."""
        state = _STATES.get(self._wlan.status(), "failed")
        if state != "connected" and self._begun and time.ticks_diff(time.ticks_ms(), self._begun) < _ATTEMPT_MS:
            return "connecting"  # the driver still tells the reason of the attempt before
        return state

    def lease(self) -> tuple:
        """Return address, mask, gateway, name server; to be given to `connect` again."""
        return self._wlan.ifconfig()

    def rssi(self) -> int | None:
        """Return how strong the access point is heard in dBm; None while there is none."""
        try:
            return self._wlan.status("rssi")
        except OSError:
            return None

    def strongest(self) -> bytes | None:
        """Search all channels for the network, 2 to 3 s; return its strongest access point, None if there is none."""
        name = self._network[0].encode()
        heard = [(one[3], one[1]) for one in self._wlan.scan() if one[0] == name]
        return max(heard)[1] if heard else None

    def off(self) -> None:
        """Turn the radio off."""
        self._wlan.active(False)

    async def keep(self) -> None:
        """Stay connected, for ever: connects anew when the network was lost, never drops it."""
        import asyncio  # noqa: PLC0415 - a node has none

        patience = 0  # looks; an attempt without an outcome is broken off at last
        while True:
            state = self.state()
            if state == "connected":
                patience = 0
            elif state != "connecting" or patience == 0:
                self.connect()
                patience = 10
            else:
                patience -= 1
            await asyncio.sleep(2)
