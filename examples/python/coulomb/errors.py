"""Exceptions: one class for each status code of the library. What a callback raises comes back as itself instead."""
from __future__ import annotations

from ._library import ffi, lib


class Error(Exception):
    """A call that the library refused or that failed. `str()` is the library's error message.

    Callers' codes that come from another process of a run have no class of their own: they are this class.
    """

    status: int = 0
    """The status code, such as 7 for COULOMB_ERROR_FILE."""

    @property
    def status_name(self) -> str:
        """The status code's name, such as "COULOMB_ERROR_FILE"."""
        name: bytes = ffi.string(lib.coulomb_status_name(self.status))
        return name.decode()


class ArgumentError(Error, ValueError):
    """An argument is out of range; the message names it."""

    status = lib.COULOMB_ERROR_ARGUMENT


class ShapeError(Error, ValueError):
    """Shapes do not fit together."""

    status = lib.COULOMB_ERROR_SHAPE


class NotFoundError(Error, LookupError):
    """There is no preset, parameter or node of that name."""

    status = lib.COULOMB_ERROR_NOT_FOUND


class OutOfMemoryError(Error, MemoryError):
    """The allocator has no memory, or a size is too large."""

    status = lib.COULOMB_ERROR_MEMORY


class NotFiniteError(Error, FloatingPointError):
    """An input or a result is NaN or infinite."""

    status = lib.COULOMB_ERROR_NOT_FINITE


class StateError(Error, RuntimeError):
    """The object is not ready, already finished, closed, or in use by a running call."""

    status = lib.COULOMB_ERROR_STATE


class FileError(Error, OSError):
    """The system failed to open, read, write or replace a file."""

    status = lib.COULOMB_ERROR_FILE


class FormatError(Error, ValueError):
    """A file is damaged or has another format."""

    status = lib.COULOMB_ERROR_FORMAT


class MismatchError(Error, ValueError):
    """A valid file belongs to another network or to other settings."""

    status = lib.COULOMB_ERROR_MISMATCH


class CallbackError(Error, RuntimeError):
    """A callback returned a code outside the range for callers."""

    status = lib.COULOMB_ERROR_CALLBACK


class ThreadError(Error, RuntimeError):
    """The system could not start the worker threads."""

    status = lib.COULOMB_ERROR_THREAD


class DeviceError(Error, RuntimeError):
    """A device failed or was lost."""

    status = lib.COULOMB_ERROR_DEVICE


class ProcessError(Error, ConnectionError):
    """Another process of the same training run failed or left the run."""

    status = lib.COULOMB_ERROR_PROCESS


_CLASSES: dict[int, type[Error]] = {
    kind.status: kind
    for kind in (
        ArgumentError, ShapeError, NotFoundError, OutOfMemoryError, NotFiniteError, StateError, FileError, FormatError,
        MismatchError, CallbackError, ThreadError, DeviceError, ProcessError,
    )
}


def error_of(status: int, message: str) -> Error:
    """The exception of a status code, not raised."""
    error = _CLASSES.get(status, Error)(message or ffi.string(lib.coulomb_status_name(status)).decode())
    error.status = status
    return error
