from hub.watchdog import feed


class Dog:
    def __init__(self):
        self.fed = 0

    def feed(self):
        self.fed += 1


def stood_still(dog, alive, now):
    try:
        feed(dog, alive, now)
    except RuntimeError as error:
        return str(error)
    return None


def test_it_is_fed_while_every_task_keeps_its_promise():
    dog, alive = Dog(), {"uplink": 60, "broker": 30}
    for now in range(31):
        feed(dog, alive, now)
    assert dog.fed == 31


def test_one_task_that_stands_still_ends_the_feeding_and_is_named():
    dog, alive = Dog(), {"uplink": 60, "broker": 30}
    for now in range(100):
        alive["broker"] = now + 30
        if stood_still(dog, alive, now):
            break
    assert now == 61
    assert dog.fed == 61
    assert stood_still(dog, alive, now) == "uplink stood still"


def test_without_tasks_there_is_nothing_to_wait_for():
    dog = Dog()
    feed(dog, {}, 10**6)
    assert dog.fed == 1
