"""The library's side of beside.py: programs that time updates when they are asked to."""
import os
import re
import select
import subprocess
import time


class Late(Exception):
    pass


class Ours:
    """A program that measures at each line it is sent. Results in milliseconds: of runs, of single steps."""

    def __init__(self, arguments, setting, size):
        where = setting.precision if arguments.device == "cuda" else "1"
        kind = "cuda" if arguments.device == "cuda" else "bench"
        run = 1 if arguments.device == "cpu" else 6 if setting.precision == "float32" else 30
        command = [os.path.join(arguments.programs, f"{kind}-step"), where, "again"]
        self.pattern = r": ([\d.]+) ms an update.*; ([\d.]+) of single steps"
        self.order, self.unit = (1, 2), 1.0
        if setting.side > 0:
            discriminator = "coulomb-128-discriminator" if setting.width == 128 else "coulomb-64-discriminator"
            command = [os.path.join(arguments.programs, f"{kind}-image"), where, setting.side, discriminator,
                       size.batch, size.single, 1, run, "again"]
            self.pattern = r": ([\d.]+) s an update.*; ([\d.]+) in runs of"
            self.order, self.unit = (2, 1), 1e3
        environment = dict(os.environ)
        if arguments.libraries:
            environment["LD_LIBRARY_PATH"] = arguments.libraries
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=environment, bufsize=0)
        self.text = ""

    def read(self, deadline):
        while True:
            line, newline, rest = self.text.partition("\n")
            if newline:
                self.text = rest
                found = re.search(self.pattern, line)
                if found:
                    return tuple(float(found[i]) * self.unit for i in self.order)
                continue
            if not select.select([self.process.stdout], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise Late
            more = os.read(self.process.stdout.fileno(), 4096)
            if not more:
                raise RuntimeError(f"{self.process.args[0]} ended with {self.process.wait()}")
            self.text += more.decode()

    def measure(self, deadline):
        self.process.stdin.write(b"\n")
        return self.read(deadline)

    def end(self):
        self.process.kill()
        self.process.communicate()
