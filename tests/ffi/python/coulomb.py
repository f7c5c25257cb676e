"""libcoulomb from Python: ctypes, and numpy arrays on the library's own memory."""
import ctypes
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_double, c_float, c_int32, c_size_t, c_uint64, c_void_p

import numpy

OK, PROCESS, CALLER_FIRST = 0, 13, 1000
LOSS_DISCRIMINATOR = 1

_BATCH = CFUNCTYPE(c_int32, c_void_p, c_uint64, c_size_t, POINTER(c_float))
_SLICE = CFUNCTYPE(c_int32, c_void_p, c_uint64, c_size_t, c_size_t, c_size_t, POINTER(c_float))
_EXCHANGE = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t, c_void_p)

_library = ctypes.CDLL("libcoulomb.so.0")


def _declare(name, result, *arguments):
    function = getattr(_library, name)
    function.restype, function.argtypes = result, arguments
    return function


_context_new = _declare("coulomb_context_new", c_int32, POINTER(c_void_p))
_context_free = _declare("coulomb_context_free", None, c_void_p)
_context_error = _declare("coulomb_context_error", c_char_p, c_void_p)
_set_threads = _declare("coulomb_context_set_threads", c_int32, c_void_p, c_size_t)
_new_preset = _declare("coulomb_network_new_preset", c_int32, c_void_p, c_char_p, POINTER(c_size_t), c_size_t, c_size_t,
                       c_uint64, POINTER(c_void_p))
_network_free = _declare("coulomb_network_free", None, c_void_p)
_generate = _declare("coulomb_network_generate", c_int32, c_void_p, c_size_t, POINTER(c_float))
_trainer_new = _declare("coulomb_trainer_new", c_int32, c_void_p, c_void_p, c_void_p, POINTER(c_void_p))
_trainer_free = _declare("coulomb_trainer_free", None, c_void_p)
_set_data = _declare("coulomb_trainer_set_data", c_int32, c_void_p, _BATCH, c_void_p, c_void_p)
_run = _declare("coulomb_trainer_run", c_int32, c_void_p, c_uint64, c_void_p, c_void_p)
_update = _declare("coulomb_trainer_update", c_int32, c_void_p, POINTER(c_uint64))
_statistic = _declare("coulomb_trainer_statistic", c_int32, c_void_p, c_int32, POINTER(c_double))
_save = _declare("coulomb_trainer_save", c_int32, c_void_p, c_char_p)
_set_data_slice = _declare("coulomb_trainer_set_data_slice", c_int32, c_void_p, _SLICE, c_void_p, c_void_p)
_set_shards = _declare("coulomb_trainer_set_shards", c_int32, c_void_p, c_size_t)
_set_communicator = _declare("coulomb_trainer_set_communicator", c_int32, c_void_p, c_void_p)
_communicator_new = _declare("coulomb_communicator_new", c_int32, c_void_p, c_size_t, c_size_t, _EXCHANGE, _EXCHANGE,
                             c_void_p, c_void_p, POINTER(c_void_p))
_communicator_free = _declare("coulomb_communicator_free", None, c_void_p)
_load = _declare("coulomb_trainer_load", c_int32, c_void_p, c_char_p)


class Error(Exception):
    """What the library refused: its code and its error message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class _Handle:
    """Owns what the library made. Handles keep what they were made from alive, so they may go in any order."""

    def __init__(self, make, free, *arguments, context=None):
        handle = c_void_p()
        status = make(*arguments, byref(handle))
        if status != OK:
            raise Error(status, _context_error(context.pointer).decode() if context else f"status {status}")
        self.pointer, self._free, self.context = handle, free, context

    def __del__(self):
        if hasattr(self, "pointer"):
            self._free(self.pointer)

    def check(self, status):
        if status != OK:
            raise Error(status, _context_error((self.context or self).pointer).decode())


class Context(_Handle):
    def __init__(self, threads=1):
        super().__init__(_context_new, _context_free)
        self.check(_set_threads(self.pointer, threads))


class Network(_Handle):
    def __init__(self, context, preset, shape, latent, seed):
        super().__init__(_new_preset, _network_free, context.pointer, preset.encode(),
                         (c_size_t * len(shape))(*shape), len(shape), latent, seed, context=context)
        self.shape = tuple(shape)

    def generate(self, count):
        """[count, shape] samples; the library writes into the array that is returned."""
        samples = numpy.empty((count, *self.shape), numpy.float32)
        self.check(_generate(self.pointer, count, samples.ctypes.data_as(POINTER(c_float))))
        return samples


class Communicator(_Handle):
    """This process among others, over a transport whose exchange(parts) gives each rank its part, in bytes, and returns
    what the ranks had for this one."""

    def __init__(self, context, rank, size, exchange):
        def call(parts, length, receive):
            try:
                ctypes.memmove(receive, b"".join(exchange(parts)), size * length)
                return OK
            except OSError:  # another rank is gone
                return PROCESS

        def allgather(_, send, length, receive):
            return call([ctypes.string_at(send, length)] * size, length, receive)

        def alltoall(_, send, length, receive):
            return call([ctypes.string_at(send + part * length, length) for part in range(size)], length, receive)

        self._callbacks = _EXCHANGE(allgather), _EXCHANGE(alltoall)
        super().__init__(_communicator_new, _communicator_free, context.pointer, rank, size, *self._callbacks, None,
                         None, context=context)


class Trainer(_Handle):
    def __init__(self, context, generator, discriminator):
        super().__init__(_trainer_new, _trainer_free, context.pointer, generator.pointer, discriminator.pointer,
                         context=context)
        self._shape = generator.shape
        self._raised = None

    def set_data(self, fill):
        """fill(update, batch) writes target samples into batch, an array on the library's memory: it holds only within
        the call."""

        def call(_, update, count, batch):
            try:
                fill(update, numpy.ctypeslib.as_array(batch, (count, *self._shape)))
                return OK
            except BaseException as raised:  # nothing may pass through C, not even an interrupt
                self._raised = raised
                return CALLER_FIRST

        callback = _BATCH(call)
        self.check(_set_data(self.pointer, callback, None, None))
        self._callback = callback  # lives as long as the library may call it

    def set_data_slice(self, fill):
        """fill(update, first, batch) writes target samples `first` and following of the update into batch."""

        def call(_, update, total, first, count, batch):
            fill(update, first, numpy.ctypeslib.as_array(batch, (count, *self._shape)))
            return OK

        callback = _SLICE(call)
        self.check(_set_data_slice(self.pointer, callback, None, None))
        self._callback = callback

    def set_shards(self, shards):
        self.check(_set_shards(self.pointer, shards))

    def set_communicator(self, communicator):
        self.check(_set_communicator(self.pointer, communicator.pointer))
        self._communicator = communicator

    def run(self, last):
        """Updates until their number is `last`; what the data function raised comes out here."""
        status = _run(self.pointer, last, None, None)
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        self.check(status)

    @property
    def update(self):
        number = c_uint64()
        self.check(_update(self.pointer, byref(number)))
        return number.value

    def statistic(self, which):
        value = c_double()
        self.check(_statistic(self.pointer, which, byref(value)))
        return value.value

    def save(self, path):
        self.check(_save(self.pointer, path.encode()))

    def load(self, path):
        self.check(_load(self.pointer, path.encode()))
