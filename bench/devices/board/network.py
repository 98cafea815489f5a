"""As little of MicroPython's `network` as a hub needs: a station that is connected."""

STA_IF = 0
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_BEACON_TIMEOUT, STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD, STAT_HANDSHAKE_TIMEOUT = 200, 201, 202, 204


def hostname(name=None):
    pass


class WLAN:
    PM_NONE = 0

    def __init__(self, interface):
        pass

    def active(self, on=None):
        pass

    def config(self, **settings):
        pass

    def ifconfig(self, addresses=None):
        return ("127.0.0.1",) * 4

    def connect(self, ssid, key, bssid=None):
        pass

    def status(self, query=None):
        return -50 if query else STAT_GOT_IP

    def isconnected(self):
        return True
