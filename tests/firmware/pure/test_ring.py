import os

from hub.ring import Ring

LIMIT = 16 * 1024  # four segments


class Folder:
    """A folder that does not exist yet, gone at the end."""

    def __enter__(self):
        self.path = "%s/ring-%s" % (os.getenv("TMPDIR") or "/tmp", os.urandom(6).hex())
        return self.path

    def __exit__(self, *_):
        for name in os.listdir(self.path):
            os.remove(self.path + "/" + name)
        os.rmdir(self.path)


def put(ring, *bodies, header=b"boot"):
    for body in bodies:
        ring.add(body)
    return ring.commit(header)


def take(ring, most=1000):
    """Take all there is, in batches of at most so many."""
    taken = []
    while bodies := ring.peek(most)[1]:
        taken += bodies
        ring.done(len(bodies))
    return taken


def segments(path):
    return sorted(name for name in os.listdir(path) if name != "ack")


def change(path, at, content):
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(data[:at] + content + data[at + len(content) :])


def test_what_comes_first_leaves_first():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        assert put(ring, b"one", b"two") == 2
        assert put(ring, b"three") == 1
        assert ring.waiting == 3
        assert ring.peek(2)[1] == [b"one", b"two"]
        assert ring.peek(5)[1] == [b"one", b"two", b"three"]  # nothing leaves before it is done
        ring.done(1)
        assert take(ring) == [b"two", b"three"]
        assert ring.waiting == 0


def test_nothing_is_written_for_nothing():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        assert ring.commit(b"boot") == 0
        assert ring.peek(5)[1] == []
        ring.done(0)
        assert os.listdir(path) == []


def test_what_was_not_committed_is_not_there():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        ring.add(b"one")
        assert ring.waiting == 0
        assert Ring(path, LIMIT).peek(5)[1] == []


def test_a_restart_goes_on_where_the_last_one_was_and_in_a_new_segment():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        put(ring, b"one", b"two", b"three")
        ring.peek(1)
        ring.done(1)
        ring = Ring(path, LIMIT)
        assert ring.waiting == 2
        put(ring, b"four")
        assert len(segments(path)) == 2
        assert take(ring) == [b"two", b"three", b"four"]
        assert take(Ring(path, LIMIT)) == []


def test_delivered_segments_are_deleted():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        for number in range(3000):
            put(ring, b"%06d" % number)
            assert take(ring) == [b"%06d" % number]
            assert len(segments(path)) <= 2
        assert ring.lost == 0


def test_a_segment_is_at_most_4096_bytes():
    with Folder() as path:
        ring = Ring(path, LIMIT * 4)
        put(ring, *[bytes((number & 0x7F,)) * (number % 255 + 1) for number in range(200)])
        assert all(os.stat(path + "/" + name)[6] <= 4096 for name in segments(path))
        assert [len(body) for body in take(ring)] == [number % 255 + 1 for number in range(200)]


def test_a_body_above_255_bytes_is_refused_and_spoils_nothing():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        ring.add(b"one")
        try:
            ring.add(bytes(256))
        except ValueError:
            ring.commit(b"boot")
            assert take(ring) == [b"one"]
            return
        raise AssertionError("it was taken")


def test_beyond_the_limit_the_oldest_segment_goes_and_is_counted():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        for number in range(2000):
            put(ring, b"%06d" % number)
            assert len(segments(path)) <= 4
        left = take(ring)
        assert ring.lost + len(left) == 2000
        assert left == [b"%06d" % number for number in range(2000 - len(left), 2000)]


def test_what_is_on_its_way_while_its_segment_goes_is_not_counted_as_lost():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        put(ring, b"first", b"second")
        assert ring.peek(1)[1] == [b"first"]
        number = 0
        while not ring.lost:
            put(ring, b"%06d" % number)
            number += 1
        ring.done(1)  # it was delivered after all
        left = take(ring)
        assert b"second" not in left
        assert 1 + ring.lost + len(left) == 2 + number


def test_the_header_of_a_batch_is_that_of_its_segment():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        put(ring, b"one", header=b"A")
        put(ring, b"two", header=b"B")
        assert ring.peek(9) == (b"A", [b"one"])
        ring.done(1)
        assert ring.peek(9) == (b"B", [b"two"])


def test_a_new_header_is_written_while_something_waits_and_only_then():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        put(ring, b"one", header=b"A")
        ring.commit(b"B")
        assert len(segments(path)) == 2
        assert ring.waiting == 1
        assert take(ring) == [b"one"]
        ring.commit(b"C")
        put(ring, b"two", header=b"B")
        assert len(segments(path)) == 1


def test_a_damaged_record_is_lost_alone_and_counted():
    with Folder() as path:
        bodies = [b"reading %03d" % number for number in range(50)]
        put(Ring(path, LIMIT), *bodies)
        segment = path + "/" + segments(path)[0]
        with open(segment, "rb") as file:
            data = file.read()
        for at in range(9, len(data)):  # a bit of each byte behind the header's record
            change(segment, at, bytes((data[at] ^ (1 << at % 8),)))
            ring = Ring(path, LIMIT)
            lost = (at - 9) // 16
            left = bodies[:lost] + bodies[lost + 1 :]
            assert ring.waiting == 49
            assert ring.peek(100)[1] == left
            ring.done(49)
            assert ring.peek(100)[1] == []
            assert ring.lost == 1
            with open(segment, "wb") as file:
                file.write(data)
            os.remove(path + "/ack")


def test_a_segment_of_nothing_but_noise_loses_itself_only():
    with Folder() as path:
        ring = Ring(path, LIMIT * 4)
        for header in (b"A", b"B", b"C"):
            put(ring, b"of " + header, header=header)
        change(path + "/" + segments(path)[1], 0, os.urandom(17))
        ring = Ring(path, LIMIT * 4)
        assert take(ring) == [b"of A", b"of C"]
        assert ring.lost == 1


def test_a_lost_or_damaged_ack_brings_everything_again_rather_than_nothing():
    for content in (None, b"", b"\x06garbage...", bytes(11)):
        with Folder() as path:
            ring = Ring(path, LIMIT)
            put(ring, b"one", b"two")
            ring.peek(1)
            ring.done(1)
            os.remove(path + "/ack")
            if content is not None:
                with open(path + "/ack", "wb") as file:
                    file.write(content)
            assert take(Ring(path, LIMIT)) == [b"one", b"two"]


def test_a_segment_that_vanished_hides_nothing_that_comes_after():
    with Folder() as path:
        ring = Ring(path, LIMIT)
        put(ring, b"one", b"two", b"three")
        ring.peek(3)
        ring.done(3)
        for name in segments(path):
            os.remove(path + "/" + name)
        ring = Ring(path, LIMIT)
        put(ring, b"four")
        assert take(ring) == [b"four"]


def test_other_files_in_the_folder_are_left_alone():
    with Folder() as path:
        os.mkdir(path)
        with open(path + "/note.txt", "w") as file:
            file.write("keep")
        ring = Ring(path, LIMIT)
        put(ring, b"one")
        assert take(Ring(path, LIMIT)) == [b"one"]
        assert "note.txt" in os.listdir(path)


class Dice:
    """Numbers that look random and are the same on every interpreter."""

    def __init__(self, seed):
        self.state = seed * 2654435761 + 1

    def below(self, limit):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % limit


def test_any_course_of_events_keeps_order_and_counts_every_loss():
    for seed in range(40):
        dice = Dice(seed)
        with Folder() as path:
            limit = 4096 * (2 + dice.below(4))
            ring = Ring(path, limit)
            number = lost = 0
            expected = []  # numbers in flash
            for _ in range(60):
                event = dice.below(10)
                if event < 5:
                    count = dice.below(120)
                    for _ in range(count):
                        ring.add(b"%d:" % number + bytes(dice.below(60)))
                        expected.append(number)
                        number += 1
                    full = ring.lost
                    assert ring.commit(b"header %d" % dice.below(2)) == count
                    lost += ring.lost - full
                    expected = expected[ring.lost - full :]
                elif event < 9:
                    _, bodies = ring.peek(1 + dice.below(100))
                    assert [int(body.split(b":")[0]) for body in bodies] == expected[: len(bodies)]
                    assert bodies or not expected
                    done = dice.below(len(bodies) + 1)
                    ring.done(done)
                    expected = expected[done:]
                else:
                    ring = Ring(path, limit)
                assert ring.waiting == len(expected)
                assert sum(os.stat(path + "/" + name)[6] for name in segments(path)) <= limit
            assert [int(body.split(b":")[0]) for body in take(ring, 7)] == expected
