import slots


def boots(line, count):
    """The slots that so many starts run, none of which proves itself, and the line that is left."""
    ran = []
    for _ in range(count):
        slot, line = slots.after_boot(line)
        ran.append(slot)
    return "".join(ran), line


def test_a_slot_that_works_runs_for_ever_and_costs_no_write():
    assert slots.after_boot("a") == ("a", "a")
    assert slots.after_boot("b") == ("b", "b")
    assert slots.after_boot("b\n") == ("b", "b\n")


def test_a_slot_on_trial_has_three_boots_then_the_other_comes_back():
    assert boots("b 0", 3) == ("bbb", "b 3")
    assert boots("b 0", 5) == ("bbbaa", "a !")
    assert boots("a 0", 5) == ("aaabb", "b !")


def test_what_came_back_stays():
    assert boots("a !", 100) == ("a" * 100, "a !")


def test_every_line_that_means_nothing_is_told_from_a_slot():
    for line in ("", " ", "c", "ab", "A", "\x00\x00", "1 a", "a1"):
        slot, kept = slots.after_boot(line)
        assert (slot, kept) == ("", line), line


def test_a_count_that_no_device_writes_still_ends():
    assert boots("b 999", 2) == ("aa", "a !")
