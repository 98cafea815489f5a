"""MicroPython's `network` as UIFlow2 2.4.2 has it (m5stack/network_wlan.c): one WLAN station.

FOLDER/wifi.json, optional: {"networks": [{"ssid": ..., "key": ..., "bssid": "02...", "channel": 1}], "connect_ms": 120,
"dhcp_ms": 80}. Without it the network that the board is configured for is there, with its password. While
FOLDER/wifi.off exists there is none, and who is connected loses it. Sockets are this machine's own: they do not break
with it.
"""

import time

from sim.device import running

STA_IF = 0
STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010
STAT_BEACON_TIMEOUT = 200
STAT_NO_AP_FOUND = 201
STAT_WRONG_PASSWORD = 202
STAT_HANDSHAKE_TIMEOUT = 204

_ASSOC_LEAVE = 8
_LONGEST_HOSTNAME = 32
_LEASE = ("192.168.4.20", "255.255.255.0", "192.168.4.1", "192.168.4.1")
_NO_ADDRESS = ("0.0.0.0",) * 4  # noqa: S104 - what a station shows before it has one


def hostname(name: str | None = None) -> str | None:
    kept = running().parts
    if name is None:
        return kept.get("hostname", "mpy-esp32")
    if len(name) > _LONGEST_HOSTNAME:
        raise ValueError("bad hostname")
    kept["hostname"] = name
    return None


class WLAN:
    """The station; the same one however often it is made."""

    PM_NONE = 0
    IF_STA = 0

    def __new__(cls, interface: int = STA_IF) -> "WLAN":  # noqa: PYI034 - there is no typing
        if interface != STA_IF:
            raise ValueError("invalid WLAN interface identifier")
        parts = running().parts
        if "wlan" not in parts:
            parts["wlan"] = wlan = object.__new__(cls)
            wlan._prepare()
        return parts["wlan"]

    def _prepare(self) -> None:
        self._active = False
        self._reconnects = -1
        self._wanted = None  # ssid, key, bssid
        self._ready_at = 0  # ticks when the attempt that runs has its outcome
        self._outcome = 0  # of that attempt: 0 is success
        self._reason = 0
        self._fixed = None
        self._connected = False
        self._failed = 0

    def active(self, on: bool | None = None) -> bool | None:
        if on is None:
            return self._active
        self._active = bool(on)
        if not on:
            self._connected, self._wanted = False, None
        return None

    def config(self, *query: str, **settings: int) -> int | bytes | None:
        if query:
            return {"channel": 1, "mac": _mac(), "reconnects": self._reconnects}[query[0]]
        for name, value in settings.items():
            if name not in ("pm", "reconnects", "txpower"):
                raise ValueError("unknown config param")
            if not self._active:
                raise OSError("Wifi Not Initialized")
            if name == "reconnects":
                self._reconnects = value
        return None

    def ifconfig(self, addresses: tuple | str | None = None) -> tuple | None:
        if addresses is None:
            return (self._fixed or _LEASE) if self.isconnected() else _NO_ADDRESS
        if addresses == "dhcp":
            if not self._fixed:
                raise RuntimeError("Wifi Unknown Error 0x5003")  # ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED
            self._fixed = None
        else:
            self._fixed = tuple(addresses)
        return None

    def connect(self, ssid: str, key: str | None = None, *, bssid: bytes | None = None) -> None:
        if not self._active:
            raise OSError("Wifi Not Started")
        if bssid is not None and len(bssid) != 6:
            raise ValueError
        self._pass()
        if self._connected or self._trying():
            raise OSError("Wifi Internal State Error")
        self._wanted = (ssid, key, bssid)
        self._failed = 0  # but the reason of the failure before stays, until there is an address
        self._attempt()

    def disconnect(self) -> None:
        self._pass()
        if self._connected or self._trying():
            self._reason = _ASSOC_LEAVE
        self._wanted, self._connected = None, False

    def isconnected(self) -> bool:
        self._pass()
        return self._connected

    def status(self, query: str | None = None) -> int:
        self._pass()
        if query == "rssi":
            if not self._connected:
                raise OSError("Wifi Not Connected")
            device = running()
            return device.world.rssi(device.time())
        if query is not None:
            raise ValueError("unknown status param")
        if self._connected:
            return STAT_GOT_IP
        if self._reason in (STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD):
            return self._reason
        if self._reason == _ASSOC_LEAVE:
            return STAT_IDLE
        if self._trying():
            return STAT_CONNECTING
        return self._reason or STAT_IDLE

    def scan(self) -> list:
        if not self._active:
            raise OSError("STA must be active")
        device = running()
        rssi = device.world.rssi(device.time())
        return [(one["ssid"].encode(), _bssid(one), one.get("channel", 1), rssi, 3, False) for one in self._networks()]

    def _trying(self) -> bool:
        return bool(self._wanted) and not self._connected and self._tries_again()

    def _tries_again(self) -> bool:
        return self._reconnects < 0 or self._failed <= self._reconnects

    def _attempt(self) -> None:
        """Find out what becomes of this attempt, and when."""
        settings = running().read_json("wifi.json", {})
        ssid, key, bssid = self._wanted
        there = [one for one in self._networks() if one["ssid"] == ssid and bssid in (None, _bssid(one))]
        takes = settings.get("connect_ms", 120)
        if not there:
            self._outcome = STAT_NO_AP_FOUND
        elif there[0].get("key", "") != (key or ""):
            self._outcome = STAT_HANDSHAKE_TIMEOUT  # what an ESP32 tells of a wrong WPA2 password, most often
        else:
            self._outcome = 0
            takes = (takes // 2 if bssid else takes) + (0 if self._fixed else settings.get("dhcp_ms", 80))
        self._ready_at = time.ticks_add(time.ticks_ms(), takes)

    def _pass(self) -> None:
        """Let the radio do what it did since somebody looked."""
        if self._connected and not any(one["ssid"] == self._wanted[0] for one in self._networks()):
            self._connected, self._reason, self._failed = False, STAT_BEACON_TIMEOUT, 1
            if self._tries_again():
                self._attempt()
        elif self._trying() and time.ticks_diff(time.ticks_ms(), self._ready_at) >= 0:
            self._connected = self._outcome == 0
            self._reason = self._outcome
            if not self._connected:
                self._failed += 1
                if self._tries_again():
                    self._attempt()

    def _networks(self) -> list:
        device = running()
        if device.exists("wifi.off"):
            return []
        mine = device.config.get("wifi", {})
        default = [{"ssid": mine.get("ssid"), "key": mine.get("password", "")}]
        return device.read_json("wifi.json", {}).get("networks", default)


def _bssid(one: dict) -> bytes:
    return bytes.fromhex(one.get("bssid", "020000000001"))


def _mac() -> bytes:
    from machine import unique_id  # noqa: PLC0415 - the two modules stand side by side

    return unique_id()
