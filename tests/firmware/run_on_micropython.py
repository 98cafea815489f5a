"""Runs the test functions of files under MicroPython, which has no pytest: `micropython THIS FIRMWARE FILE ...`.

Prints each failure with its traceback, then the counts; exit code 1 if anything failed or nothing ran.
"""

import gc
import sys

sys.path[:0] = [sys.argv[1]]


def _run(path: str) -> tuple[int, int]:
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    module = __import__(name[:-3])
    passed = failed = 0
    for name in sorted(dir(module)):
        if name.startswith("test_"):
            gc.collect()
            try:
                getattr(module, name)()
                passed += 1
            except Exception as error:  # noqa: BLE001 - whatever a test raises is its failure
                failed += 1
                print("FAILED %s::%s" % (path, name))
                sys.print_exception(error)
    return passed, failed


counts = [_run(path) for path in sys.argv[2:]]
passed, failed = sum(one[0] for one in counts), sum(one[1] for one in counts)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed or not passed else 0)
