"""Progress of a run on the terminal: tqdm's bar, or one line of text."""
from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from .trainer import Trainer

_BETWEEN_LINES = 0.5


class Bar:
    """A progress function with a beginning and an end."""

    def __init__(self, trainer: Trainer, updates: int):
        done = trainer.update
        self._trainer = trainer
        self._told = 0.0
        self._bar: Any
        try:
            from tqdm import tqdm
        except ImportError:
            self._bar = Line(updates, done)
        else:
            self._bar = tqdm(total=updates, initial=min(done, updates), unit=" updates")
        self._done = done

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.close()

    def __call__(self, update: int) -> None:
        now = time.monotonic()
        if now - self._told >= _BETWEEN_LINES:
            self._told = now
            self._bar.set_postfix_str(f"energy {self._trainer.statistic('energy'):.2e}", refresh=False)
        self._bar.update(update - self._done)
        self._done = update


class Line:
    """As much of tqdm as Bar uses."""

    def __init__(self, updates: int, done: int, file: TextIO | None = None):
        self._file = sys.stderr if file is None else file
        self._updates, self._done, self._begun = updates, done, done
        self._start = self._written = time.monotonic()
        self._text = ""

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        self._text = text

    def update(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._written >= _BETWEEN_LINES:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        rate = (self._done - self._begun) / max(self._written - self._start, 1e-9)
        line = f"update {self._done} of {self._updates}, {rate:.0f} a second, {self._text}"
        print(f"\r{line:<78}", end="", file=self._file, flush=True)

    def close(self) -> None:
        self._write()
        print(file=self._file)
