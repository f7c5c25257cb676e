"""Time updates beside PyTorch's (peers.py), in turns in one run: ours, which other programs measure, and each way of
running PyTorch's; medians of rounds. Prints a table with the ratios and what they should be at most. Without PyTorch ours
alone are timed. What takes too long is left out and told.

    beside.py PROGRAMS [--device cpu] [--seconds N] [--libraries PATHS]
    beside.py --prepare [--seconds N]

PROGRAMS holds cuda-image and cuda-step, or bench-image and bench-step for the CPU, where sizes are small: that tries this
program, and says little of times. --libraries becomes LD_LIBRARY_PATH of ours alone. --prepare compiles what PyTorch
compiles, in processes side by side, into the cache that TORCHINDUCTOR_CACHE_DIR names, so that it takes seconds later."""
import argparse
import contextlib
import gc
import os
import signal
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from ours import Late, Ours

BEGUN = time.monotonic()  # PyTorch takes seconds to load

try:
    import peers
    import torch
except ImportError as missing:
    if missing.name != "torch":
        raise
    peers = None


def usable(arguments):
    """Whether there is a PyTorch for the device."""
    return peers is not None and (arguments.device == "cpu" or torch.cuda.is_available())


class Setting(NamedTuple):
    name: str
    side: int  # of images; 0: points
    width: int  # channels of the discriminator's first layer
    precision: str
    modes: tuple  # of PyTorch, the most important first
    bounds: tuple  # (mode or "" for the best one, ratio)


QUICK = ("eager", "recorded")
COMPILED = QUICK + ("compiled, recorded",)
# The most important first: time may run out.
SETTINGS = (
    Setting("64 x 64", 64, 128, "bf16", COMPILED + ("reduce-overhead", "compiled"), (("", 0.8),)),
    Setting("64 x 64", 64, 128, "tf32", COMPILED, (("", 0.85),)),
    Setting("32 x 32", 32, 64, "tf32", COMPILED, (("eager", 0.3), ("", None))),
    Setting("25 Gaussians", 0, 0, "float32", COMPILED, (("recorded", 0.5), ("", None))),
    Setting("64 x 64", 64, 128, "float32", QUICK, (("", 1.0),)),
    Setting("32 x 32", 32, 64, "bf16", COMPILED, (("eager", 0.3), ("", None))),
)
ON_CPU = tuple(setting._replace(precision="float32", modes=("eager",), bounds=(("", 1.0),))
               for setting in SETTINGS[2:4])


class Size(NamedTuple):
    batch: int
    rounds: int
    single: int  # steps of ours in a round
    window: float  # seconds of a mode of PyTorch in a round
    least: float  # seconds that a setting takes without compiling


SIZES = {"cuda": Size(128, 3, 12, 0.25, 8.0), "cpu": Size(2, 2, 1, 0.0, 0.0)}
COMPILING = 45.0  # seconds, without a cache


@contextlib.contextmanager
def within(seconds):
    """An exception where it takes longer."""
    def ring(*_):
        raise Late
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def prepare_modes(arguments, setting, size, deadline, told):
    """Steps by mode. What failed, or for which there is no time, is told."""
    steps = {}
    if not usable(arguments):
        return steps
    update = None
    for mode in setting.modes:
        limit = deadline - time.monotonic()
        if arguments.device == "cuda":
            limit = min(20.0 if mode in QUICK else COMPILING, limit)
        if limit < 1.0:
            told.append(f"{setting.name}, {setting.precision}, {mode}: no time left")
            continue
        try:
            with within(limit):
                update = update or peers.make(arguments.device, setting, size.batch)
                step = peers.MODES[mode](update)
                for _ in range(1 if arguments.device == "cpu" else 5):
                    step()
                peers.synchronize(arguments.device)
            steps[mode] = step
        except Late:
            told.append(f"{setting.name}, {setting.precision}, {mode}: not ready after {limit:.0f} s")
        except Exception as failure:  # whatever PyTorch or its compiler says
            words = str(failure).strip().splitlines() or [type(failure).__name__]
            told.append(f"{setting.name}, {setting.precision}, {mode}: {words[0][:100]}")
    return steps


def time_step(step, device, seconds):
    """Milliseconds a step, of as many as take about so long."""
    peers.synchronize(device)
    count, done, start = 1, 0, time.perf_counter()
    while True:
        for _ in range(count):
            step()
        peers.synchronize(device)
        done += count
        taken = time.perf_counter() - start
        if taken >= 0.6 * seconds:
            return 1e3 * taken / done
        count = max(1, int(done * (seconds - taken) / taken))


def compare(arguments, setting, size, deadline, told):
    """Medians of ours (runs, single steps) and of each mode."""
    ours = Ours(arguments, setting, size)
    try:
        steps = prepare_modes(arguments, setting, size, deadline - size.least / 2, told)
        times = {name: [] for name in ("runs", "single", *steps)}
        ours.read(deadline)  # it may have run beside the preparations
        for _ in range(size.rounds):
            runs, single = ours.measure(deadline)
            times["runs"].append(runs)
            times["single"].append(single)
            for mode, step in steps.items():
                times[mode].append(time_step(step, arguments.device, size.window))
    finally:
        ours.end()
    return {name: statistics.median(values) for name, values in times.items()}


def rows(setting, medians):
    """Lines of the table, and whether the bounds are met."""
    modes = {mode: value for mode, value in medians.items() if mode not in ("runs", "single")}
    best = min(modes, key=modes.get, default=None)
    for mode, bound in setting.bounds[:1] if best is None else setting.bounds:
        chosen = mode or best
        line = f"{setting.name:<13} {setting.precision:<8} {medians['runs']:9.3f} {medians['single']:9.3f}"
        if chosen not in modes:
            yield f"{line}         -", None
            continue
        ratio = medians["runs"] / modes[chosen]
        met = None if bound is None else ratio <= bound
        verdict = "" if met is None else f"{bound:5.2f}  {'met' if met else 'MISSED'}"
        yield f"{line} {modes[chosen]:9.3f}  {chosen + ('' if mode else ' (best)'):<27} {ratio:5.2f}  {verdict}", met


def time_all(arguments):
    settings = SETTINGS if arguments.device == "cuda" else ON_CPU
    size = SIZES[arguments.device]
    deadline = BEGUN + arguments.seconds
    print(peers.describe(arguments.device) if usable(arguments) else "no PyTorch: ours alone are timed", flush=True)
    table, told, met, failed = [], [], [], 0
    for at, setting in enumerate(settings):
        now = time.monotonic()
        # what comes after needs time, too
        own = min(deadline, max(deadline - size.least * (len(settings) - at - 1), now + 2 * size.least))
        name = f"{setting.name}, {setting.precision}"
        if own - now < size.least:
            told.append(f"{name}: no time left")
            continue
        try:
            medians = compare(arguments, setting, size, own, told)
        except Late:
            told.append(f"{name}: ours took too long")
            failed += 1
            continue
        except (RuntimeError, OSError) as failure:
            told.append(f"{name}: {str(failure).splitlines()[0][:120]}")
            failed += 1
            continue
        finally:
            gc.collect()
            if peers:
                peers.forget()
        print(f"{name}: " + ", ".join(f"{what} {value:.3f}" for what, value in medians.items()), flush=True)
        for line, verdict in rows(setting, medians):
            table.append(line)
            met.append(verdict)
    print(f"\n{'ms an update':<13} {'':<8} {'in runs':>9} {'by step':>9} {'PyTorch':>9}  {'how it was run':<27} ratio  bound")
    print("\n".join(table))
    for words in told:
        print(f"left out: {words}")
    print(f"{met.count(True)} bounds met, {met.count(False)} missed; {len(told)} left out, {failed} failed")
    return 0 if table and not failed else 1


def prepare(arguments):
    """Compile by making one step of each, in a process each."""
    if not usable(arguments):
        print("no PyTorch: nothing to compile")
        return 0
    wanted = [(at, mode) for at, setting in enumerate(SETTINGS) for mode in setting.modes
              if mode in ("compiled, recorded", "reduce-overhead")]
    if arguments.one:
        at, mode = wanted[arguments.one - 1]
        step = peers.MODES["compiled" if "recorded" in mode else mode](peers.make("cuda", SETTINGS[at], 128))
        for _ in range(3):
            step()
        peers.synchronize("cuda")
        return 0
    command = [sys.executable, os.path.abspath(__file__), "--prepare", "--one"]
    started = [subprocess.Popen(command + [str(i + 1)], stdout=subprocess.DEVNULL) for i in range(len(wanted))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that they end, too
    deadline = BEGUN + arguments.seconds
    failed = 0
    try:
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0))
    finally:
        for process in started:
            failed += process.poll() != 0
            process.kill()
            process.wait()
    print(f"{len(started) - failed} of {len(started)} compiled")
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="?")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--libraries")
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        return prepare(arguments)
    if not arguments.programs:
        parser.error("PROGRAMS is missing")
    return time_all(arguments)


sys.exit(main())
