"""Reads from one connection after another and does nothing: `micropython bare.py packets|chunks PORT BYTES`.

Each has to bring so many bytes, and gets one byte back. Packet by packet means as MQTT frames them, where no remaining
length is above 127.
"""

import socket
import sys

_CHUNK = 1024


def packets(stream, size):
    while size > 0:
        header = stream.read(2)
        if not header:
            return
        stream.read(header[1])
        size -= 2 + header[1]


def chunks(stream, size):
    buffer = bytearray(_CHUNK)
    while size > 0:
        count = stream.readinto(buffer, min(_CHUNK, size))
        if not count:
            return
        size -= count


def serve(read, port, size):
    listener = socket.socket()
    listener.bind(socket.getaddrinfo("127.0.0.1", port)[0][-1])
    listener.listen(1)
    print("listening on port", port)
    while True:
        stream, _ = listener.accept()
        read(stream, size)
        stream.write(b"!")
        stream.close()


serve({"packets": packets, "chunks": chunks}[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]))
