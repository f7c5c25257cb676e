"""Target samples of a trainer: from an array, a function, or an iterable of batches such as a PyTorch DataLoader."""
from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

import numpy

from ._arrays import Shape, address, floats, samples, view
from ._callbacks import Held, filling, source_of, written
from ._handle import Handle
from ._library import ffi, lib
from ._settings import unsigned
from .errors import ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._arrays import Floats

    DataFunction = Callable[[int, Floats], Optional[ArrayLike]]
    SliceFunction = Callable[[int, int, int, Floats], Optional[ArrayLike]]
    Data = Union[ArrayLike, DataFunction, Iterable[Any]]


def _first(item: Any) -> Any:
    """Of (images, labels) the images."""
    return item[0] if isinstance(item, (tuple, list)) and len(item) > 0 and numpy.ndim(item[0]) > 0 else item


class Batches:
    """Target samples of updates from an iterable, whose items are cut and joined as the updates need them.

    An update that is asked for again, as after a failure, gets the same samples again.
    """

    def __init__(self, source: Iterable[Any], shape: Shape, select: Callable[[Any], ArrayLike]):
        self._source, self._shape, self._select = source, shape, select
        self._items: Iterator[Any] = iter(source)
        self._rest: Floats = numpy.empty((0, *shape), numpy.float32)
        self._last: tuple[int, Floats] = (0, self._rest)

    def __call__(self, update: int, batch: Floats) -> None:
        number, kept = self._last
        if number == update and len(kept) == len(batch):
            batch[...] = kept
            return
        filled = 0
        while filled < len(batch):
            if len(self._rest) == 0:
                self._rest = self._next()
            taken = min(len(batch) - filled, len(self._rest))
            batch[filled : filled + taken] = self._rest[:taken]
            self._rest = self._rest[taken:]
            filled += taken
        self._last = (update, batch.copy())

    def _next(self) -> Floats:
        """Samples of the next item that has some. An iterable that has ended begins anew."""
        for begun in itertools.count():
            for item in self._items:
                array = self._samples(item)
                if len(array) > 0:
                    return array
            if begun > 0:
                raise ValueError("the data has no samples")
            self._items = self._again()
        raise AssertionError  # the count has no end

    def _again(self) -> Iterator[Any]:
        items = iter(self._source)
        if items is self._items:
            raise ValueError(
                f"the data has ended and cannot begin anew, because a {type(self._source).__name__} can be read only "
                "once: give a list, a DataLoader, or another object with an __iter__() of its own"
            )
        return items

    def _samples(self, item: Any) -> Floats:
        array = floats(self._select(item), "data")
        if array.shape == self._shape:
            return array.reshape(1, *self._shape)
        if array.shape[1:] != self._shape or array.ndim == 0:
            raise ShapeError(
                f"data: an item has shape {list(array.shape)}, but a sample of the generator has {list(self._shape)}"
            )
        return array


class DataSource(Handle):
    """Where a trainer's target samples come from. Setting one replaces what was set before."""

    @property
    def _sample_shape(self) -> Shape:
        raise NotImplementedError

    @property
    def data(self) -> Any:
        """Where target samples come from: an array, a function, or an iterable; None: nowhere.

        An array [samples, ...] is set_data_array(), a function set_data(), another iterable set_data_iterable().
        """
        for kind, getter in (
            ("coulomb_batch_callback **", lib.coulomb_trainer_get_data),
            ("coulomb_slice_callback **", lib.coulomb_trainer_get_data_slice),
        ):
            callback, user = ffi.new(kind), ffi.new("void **")
            self._call(getter, callback, user)
            if callback[0]:
                return source_of(callback[0], user[0])
        array, count, seed = ffi.new("float **"), ffi.new("size_t *"), ffi.new("uint64_t *")
        self._call(lib.coulomb_trainer_get_data_array, array, count, seed)
        return self._array if array[0] else None

    @data.setter
    def data(self, data: Data | None) -> None:
        if data is None:
            self._set(lib.coulomb_trainer_set_data, ffi.NULL, None, None)
        elif hasattr(data, "__array__") or hasattr(data, "__dlpack__") or isinstance(data, memoryview):
            self.set_data_array(data)  # type: ignore[arg-type]
        elif callable(data):
            self.set_data(data)
        else:
            self.set_data_iterable(data)  # type: ignore[arg-type]

    _array: Floats | None = None

    def set_data_array(self, samples_: ArrayLike, seed: int = 0) -> None:
        """Draw from an array [samples, *shape of a sample] in random order, each sample once an epoch.

        An array of float32 in C order is used in place: leave it unchanged. Others are converted, which costs a copy.
        Training resumes exactly.
        """
        array = samples(samples_, self._sample_shape, "data")
        memory = address(array)
        self._call(lib.coulomb_trainer_set_data_array, memory, len(array), unsigned(seed))
        self._array, self._memory = array, memory

    def set_data(self, function: DataFunction) -> None:
        """function(update, batch) writes the target samples of an update into batch, or returns an array like it.

        update  counted from 1; the samples should depend on it and on len(batch) alone, then training resumes exactly
        batch   [count, *shape of a sample], the library's own memory, which holds NaN: valid only during the call
        """
        self._set(lib.coulomb_trainer_set_data, lib.python_batch, function, filling(function, self._sample_shape))

    def set_data_slices(self, function: SliceFunction) -> None:
        """function(update, total, first, batch) writes samples `first` and following of the update's `total`.

        With a communicator each process reads only its own part. A sample must depend on update, total and its number,
        whatever the parts.
        """
        shape = self._sample_shape

        def call(update: int, total: int, first: int, count: int, batch: Any) -> None:
            array = view(batch, (count, *shape))
            written(array, function(update, total, first, array))

        self._set(lib.coulomb_trainer_set_data_slice, lib.python_slice, function, call)

    def set_data_iterable(self, items: Iterable[Any], select: Callable[[Any], ArrayLike] = _first) -> None:
        """Read batches, or single samples, from an iterable, such as a PyTorch DataLoader; one that ends begins anew.

        items   [any number, *shape of a sample] each, or one sample; arrays, tensors, or tuples (samples, labels)
        select  what makes the samples of an item; by default the first part of a tuple, otherwise the item

        Items are cut and joined as updates need them. A run that goes on from a checkpoint reads the iterable from its
        beginning: for runs that resume exactly, use an array or a function.
        """
        batches = Batches(items, self._sample_shape, select)
        self._set(lib.coulomb_trainer_set_data, lib.python_batch, items, filling(batches, self._sample_shape))

    def _set(self, setter: Any, callback: Any, source: Any, call: Callable[..., None] | None) -> None:
        if call is None:
            self._call(setter, ffi.NULL, ffi.NULL, ffi.NULL)
        else:
            held = Held(self._held, source, call)
            try:
                self._call(setter, callback, held.handle, lib.python_destroy)
            except BaseException:
                held.drop()
                raise
        self._array = self._memory = None
