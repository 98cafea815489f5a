"""One client's connection, without its socket: bytes in, bytes out.

    receive(chunk) -> packets -> broker -> app.message ... app.settle() -> one write for each client concerned

Nothing leaves before app.settle() has stored what came: PUBACK and PUBREC mean "kept". A subclass has the socket: it
defines `write(data)` and `cut()`, and `writing` is true while an earlier write has not left.
"""

from micropython import const

from hub import request
from hub.session import acknowledgement
from shared import mqtt
from shared.mqtt import ProtocolError

_CONNECT = const(0x10)
_PUBLISH = const(0x30)
_PUBACK = const(0x40)
_PUBREC = const(0x50)
_PUBREL = const(0x62)
_PUBCOMP = const(0x70)
_SUBSCRIBE = const(0x82)
_SUBACK = const(0x90)
_UNSUBSCRIBE = const(0xA2)
_UNSUBACK = const(0xB0)

_PATIENCE_MS = const(5000)  # for a CONNECT
_LINGER_MS = const(2000)  # after DISCONNECT for the client to close: who closes first keeps the socket in TIME_WAIT
_UNRELEASED = const(1024)  # QoS 2 messages of a client at once
_LONGEST = const(128)  # characters of a client id or of a filter


class Connection(mqtt.Packets):
    """From accept to close. Registers itself with its broker."""

    # here and not in each instance, as long as they have not changed: that saves a tenth of a client's memory
    session = None
    silence_ms = 0  # since the last whole packet
    patience_ms = _PATIENCE_MS  # 0: for ever
    stalled_ms = 0  # since a write did not leave at once
    writing = None
    out = b""  # what leaves at the next flush
    _will = None
    _over = False  # DISCONNECT has come

    def __init__(self, broker) -> None:
        super().__init__(broker.largest)
        self._broker = broker
        # one more than may be let in may knock: it may be a client that comes back
        if len(broker.connections) > broker.most:
            broker.cut(next(one for one in broker.connections if not one.session), "silent")
        broker.connections.append(self)

    def receive(self, chunk: bytes) -> None:
        """Do all that these bytes ask for, then answer. Raises ProtocolError, and OSError when the app cannot store."""
        broker = self._broker
        broker.held = True
        pending = len(self._kept) + len(chunk)
        try:
            for first, body in self.feed(chunk):
                session = self.session
                if not session:
                    self._connect(first, body)
                elif first & 0xF0 == _PUBLISH:
                    self._publish(session, first, body)
                else:
                    self._handle(session, first, body)
            if len(self._kept) < pending:
                self.silence_ms = 0
        except ProtocolError as error:
            broker.count(str(error))
            raise
        finally:
            broker.settle(self)

    def shortcut(self, data: bytes, at: int) -> int:
        """Take QoS 0 messages in a row on topics that are known and that nobody here wants: most of what planters send.

        They are neither cut out nor looked into more than needed, for this decides how much a hub can take.
        """
        broker = self._broker
        session = self.session
        user = session.key[0] if session else None
        routes = broker.routes
        message = broker.app.message
        start = at
        end = len(data)
        while at + 4 < end and data[at] == _PUBLISH and data[at + 1] < 0x80:
            payload = at + 4 + data[at + 3]
            after = at + 2 + data[at + 1]
            route = routes.get(data[at + 2 : payload])
            if not route or route[0] is not session or route[2] or not payload <= after <= end:
                break
            message(user, route[1], data[payload:after], False)
            at = after
        if at > start:
            broker.unsettled = True
        return at

    def flush(self) -> None:
        """Write what has gathered, at once, unless an earlier write is still on its way."""
        if self.out and not self.writing:
            out = self.out
            self.out = b""
            self.write(out)  # pyright: ignore[reportAttributeAccessIssue] - the subclass has it

    def lost(self) -> None:
        """Leave the broker, the socket being closed or about to be; who did not say goodbye leaves its will."""
        broker = self._broker
        if self in broker.connections:
            broker.connections.remove(self)
            session = self._leave()
            if self._will:
                topic, payload, qos, retain = self._will
                broker.accept(broker.route(session, mqtt.field(topic)), payload, qos, retain)
            if not broker.held:
                try:
                    broker.settle(self)
                except OSError:  # counted, and nobody waits for an acknowledgement of a will
                    pass

    def _leave(self) -> object:
        """Give the session up, or leave it for the next connection. Return it."""
        session = self.session
        self.session = None
        if session:
            session.connection = None
            if session.clean:
                self._broker.drop(session)
        return session

    def _connect(self, first: int, body: bytes) -> None:
        """Let a client in, or say why not. Raises ProtocolError for that, too: the connection must be closed."""
        if first != _CONNECT or self._over:
            raise ProtocolError("3.1.0-1")
        broker = self._broker
        session = None
        present = 0
        refusal = 1
        if asked := request.connect(body):
            client_id, user, password, self._will, keepalive_s, clean = asked
            self.patience_ms = keepalive_s * 1500  # [MQTT-3.1.2-24]
            if len(client_id) > _LONGEST or not (client_id or clean):
                refusal = 2
            elif not broker.policy.login(client_id, user, password):
                refusal = 5
            else:
                refusal = 3
                session, present = broker.session(user, client_id, clean)
        if not session:
            self._will = None
            self.out = bytes((mqtt.CONNACK, 2, 0, refusal))
            raise ProtocolError("CONNACK %d" % refusal)
        self.session = session
        session.connection = self
        self.out = bytes((mqtt.CONNACK, 2, present, 0))
        for one in session.flight:
            session.send(one[2])

    def _publish(self, session, first: int, body: bytes) -> None:
        broker = self._broker
        qos = first >> 1 & 3
        _, end = request.field(body, 0)
        if qos == 3 or first & 0x0E == 0x08:
            raise ProtocolError("3.3.1-4" if qos else "3.3.1-2")
        route = broker.route(session, body[:end])
        if qos:
            packet_id = request.identifier(body[end:])
            end += 2
            self.out += acknowledgement(_PUBACK if qos == 1 else _PUBREC, packet_id)
            if qos == 2:
                if packet_id in session.received:
                    return
                if len(session.received) == _UNRELEASED:
                    raise ProtocolError("4.3.3")
                session.received += (packet_id,)
        broker.accept(route, body[end:], qos, first & 1)

    def _handle(self, session, first: int, body: bytes) -> None:
        """Take any packet but CONNECT and PUBLISH."""
        if first in b"\xc0\xe0" and not body:
            if first == 0xC0:
                self.out += mqtt.PINGRESP
            else:
                self._will = None  # [MQTT-3.14.4-3]
                self._leave()
                self._over = True
                self.patience_ms = _LINGER_MS
            return
        packet_id = request.identifier(body)
        if first == _SUBSCRIBE:
            self._subscribe(session, packet_id, request.filters(body, 1))
        elif first == _UNSUBSCRIBE:
            for topic, _ in request.filters(body, 0):
                session.subscriptions.pop(topic, None)
            self._broker.routes.clear()
            self.out += acknowledgement(_UNSUBACK, packet_id)
        elif first not in (_PUBACK, _PUBREC, _PUBREL, _PUBCOMP) or len(body) != 2:
            raise ProtocolError("2.2.2-2")
        elif first == _PUBREL:
            session.received = tuple([known for known in session.received if known != packet_id])
            self.out += acknowledgement(_PUBCOMP, packet_id)
        else:
            session.acknowledged(first, packet_id)

    def _subscribe(self, session, packet_id: int, filters: list) -> None:
        """Answer each filter with the QoS that it gets, then send the retained messages that it matches."""
        broker = self._broker
        broker.routes.clear()
        granted = []
        for topic, qos in filters:
            if (
                len(topic) <= _LONGEST
                and (len(session.subscriptions) < broker.subscriptions or topic in session.subscriptions)
                and broker.policy.may_subscribe(session.key[0], topic)
            ):
                session.subscriptions[topic] = qos
                granted.append(qos)
            else:
                broker.count("denied")
                granted.append(0x80)
        self.out += mqtt.packet(_SUBACK, packet_id.to_bytes(2, "big") + bytes(granted))
        for (wanted, _), qos in zip(filters, granted):
            for topic in sorted(broker.retained):
                if qos != 0x80 and request.matches(wanted, topic):
                    payload, published_qos, _ = broker.retained[topic]
                    session.deliver(topic, payload, min(qos, published_qos), True)
