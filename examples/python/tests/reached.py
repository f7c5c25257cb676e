"""Runs all tests and tells which of the library's functions they do not call: reached.py VERSION_SCRIPT."""

import pathlib
import re
import sys
import threading
import unittest

called = set()


def watch(_frame, event, function):
    if event == "c_call":
        called.add(getattr(function, "__name__", None))


class Watched(unittest.TextTestResult):
    """Watches each test anew: an exception inside watch(), such as KeyboardInterrupt, ends the watching."""

    def startTest(self, test):
        super().startTest(test)
        sys.setprofile(watch)


def main():
    script = pathlib.Path(sys.argv[1]).read_text()
    exported = {name for name in re.findall(r"\b(coulomb_\w+);", script) if not name.startswith("coulomb_private_")}
    tests = unittest.defaultTestLoader.discover(str(pathlib.Path(__file__).parent))
    threading.setprofile(watch)
    result = unittest.TextTestRunner(verbosity=1, resultclass=Watched).run(tests)
    sys.setprofile(None)
    missing = sorted(exported - called)
    print(f"{len(exported) - len(missing)} of {len(exported)} functions called", *missing, sep="\n")
    sys.exit(not exported or bool(missing) or not result.wasSuccessful())


if __name__ == "__main__":
    main()
