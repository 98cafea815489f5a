"""The greenhouse's own MQTT 3.1.1 broker, without its sockets (hub/server.py): who gets what, and how much may be kept.

    accept -> may this user? -> app.message -> retained -> each session that wants it

Everything is bounded: connections, sessions, subscriptions, packets, queues, and the bytes kept in all. What is
refused, dropped or cut is counted in `counts` under its reason; a number is that of the statement of the specification
that a client broke.
"""

from micropython import const

from hub.request import checked, matches
from hub.session import Session
from shared.mqtt import field

_ROUTES = const(8)  # topics whose way is remembered
_OVERHEAD = const(64)  # bytes that it costs to keep a retained message, beyond its own
_STALL_MS = const(10000)  # that a client may leave unread what it was sent


class Broker:
    """`policy` says who may do what (hub/access.py), `app` takes what is published and stores it (hub/intake.py)."""

    def __init__(  # noqa: PLR0913, PLR0917 - the limits, all with defaults
        self, policy, app, clients=7, largest=4096, queue=1000, subscriptions=16, memory=65536
    ) -> None:
        """Bound clients, bytes of a packet; a session's messages and filters; bytes kept in all, for all sessions."""
        self.policy = policy
        self.largest = largest
        self.queue = queue
        self.subscriptions = subscriptions
        self.memory = memory
        self.connections = []
        self.counts = {}
        self.held = False  # what goes out waits until the app has stored what came in
        self.retained = {}
        self.routes = {}  # topic name as it stands in a packet: what route() worked out last time
        self.app = app
        self.most = clients
        self._sessions = {}  # by user and client id: nobody takes over the session of another user
        self.unsettled = False
        self._named = 0

    @property
    def clients(self) -> int:
        """How many are connected and let in."""
        return len([one for one in self.connections if one.session])

    def count(self, reason: str) -> None:
        """Count something refused, dropped or cut."""
        self.counts[reason] = self.counts.get(reason, 0) + 1

    def cut(self, connection, reason: str) -> None:
        """End a connection, from outside its own task."""
        self.count(reason)
        connection.lost()
        connection.cut()

    def session(self, user, client_id: str, clean: int) -> tuple:
        """Return (session, 1 if it was kept from before); None for the session when too many are connected.

        A client that is connected already gives way to itself [MQTT-3.1.4-2].
        """
        self._named += 1
        key = (user, client_id or self._named)  # no text: no client can say it
        session = self._sessions.get(key)
        if session and session.connection:
            self.cut(session.connection, "replaced")
        if self.clients >= self.most:
            return None, 0
        session = self._sessions.get(key)
        if session and clean:
            self.drop(session)
        elif session:
            return session, 1
        for other in list(self._sessions.values()):
            if len(self._sessions) >= 2 * self.most and not other.connection:
                self.count("forgotten")
                self.drop(other)
        session = self._sessions[key] = Session(self, key, clean)
        return session, 0

    def drop(self, session) -> None:
        """End a session for good."""
        for one in session.flight:
            self.memory += one[3]
        del self._sessions[session.key]
        self.routes.clear()

    def publish(self, topic: str, payload: bytes, retain=False) -> None:
        """Publish something of the hub's own."""
        self.accept(self.route(None, field(topic)), payload, 0, retain)
        if not self.held:
            self.settle(None)

    def route(self, session, name: bytes) -> tuple:
        """Return (session, topic, [(session of a receiver, highest QoS of its filters that match)]) [MQTT-3.3.5-1].

        None stands for the list where this client may not publish, and for the session of the hub itself. Raises
        ProtocolError for a topic that cannot be.
        """
        route = self.routes.get(name)
        if route and route[0] is session:
            return route
        topic = checked(name[2:])
        if session and not self.policy.may_publish(session.key[0], topic):
            return session, topic, None
        receivers = []
        for other in self._sessions.values():
            granted = [qos for wanted, qos in other.subscriptions.items() if matches(wanted, topic)]
            if granted:
                receivers.append((other, max(granted)))
        if len(self.routes) >= _ROUTES:
            self.routes.clear()
        route = (session, topic, receivers or ())
        if session:
            self.routes[name] = route
        return route

    def accept(self, route: tuple, payload: bytes, qos: int, retain: int) -> None:
        """Hand a message to the app, keep it if it is retained, and deliver it."""
        session, topic, receivers = route
        if receivers is None:
            self.count("denied")
            return
        if session:
            self.unsettled = True
            self.app.message(session.key[0], topic, payload, bool(retain))
        if retain:  # the last one is kept; an empty one only ends that [MQTT-3.3.1-10]
            old = self.retained.pop(topic, None)
            if old:
                self.memory += old[2]
            cost = len(topic) + len(payload) + _OVERHEAD
            if payload:
                if cost <= self.memory:
                    self.memory -= cost
                    self.retained[topic] = (payload, qos, cost)
                else:
                    self.count("dropped")
        for other, granted in receivers:
            other.deliver(topic, payload, min(qos, granted), False)

    def settle(self, connection) -> None:
        """Let the app store what it got, then let all that has gathered leave.

        Raises OSError if it cannot store; then this connection's client gets no answer, and has to send again.
        """
        session = connection and connection.session
        try:
            if self.unsettled:
                self.unsettled = False
                self.app.settle()
            if session:
                session.stored = session.received
        except OSError:
            self.count("unstored")
            connection.out = b""
            if session:
                session.received = session.stored
            raise
        finally:
            self.held = False
            for one in self.connections:
                one.flush()

    def sweep(self, elapsed_ms: int) -> None:
        """Cut those who have been silent or have not read for too long; to be called about once a second."""
        for one in list(self.connections):
            one.silence_ms += elapsed_ms
            if one.writing:
                one.stalled_ms += elapsed_ms
            elif one.stalled_ms:
                one.stalled_ms = 0
            if one.stalled_ms >= _STALL_MS:
                self.cut(one, "slow")
            elif 0 < one.patience_ms <= one.silence_ms:
                self.cut(one, "silent")
