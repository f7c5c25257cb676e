"""GPUs, through libcoulomb-cuda: Context.cuda(). Functions raise ImportError where the library is missing."""
from __future__ import annotations

from typing import Any

from ._additional import Additional
from .errors import error_of

_cuda = Additional(
    "libcoulomb-cuda.so.0",
    """
    int32_t coulomb_context_new_cuda(int32_t device, void **context);
    int32_t coulomb_cuda_device_count(int32_t *count);
    const char *coulomb_cuda_device_name(int32_t device);
    int32_t coulomb_cuda_device_memory(int32_t device, size_t *bytes);
    const char *coulomb_cuda_error(void);
    """,
)


def _check(status: int) -> None:
    if status:
        raise error_of(status, _cuda.text(_cuda.functions().coulomb_cuda_error()))


def device_count() -> int:
    """Number of GPUs that CUDA can see."""
    count = _cuda.new("int32_t *")
    _check(_cuda.functions().coulomb_cuda_device_count(count))
    return int(count[0])


def device_name(device: int = 0) -> str:
    """Name of a GPU, such as "NVIDIA H100 80GB HBM3"."""
    name = _cuda.functions().coulomb_cuda_device_name(device)
    if not name:
        raise ValueError(_cuda.text(_cuda.functions().coulomb_cuda_error()))
    return _cuda.text(name)


def device_memory(device: int = 0) -> int:
    """Bytes of a GPU's memory."""
    count = _cuda.new("size_t *")
    _check(_cuda.functions().coulomb_cuda_device_memory(device, count))
    return int(count[0])


def new_context(device: int) -> Any:
    """The handle of Context.cuda()."""
    context = _cuda.new("void **")
    _check(_cuda.functions().coulomb_context_new_cuda(device, context))
    return _cuda.own("coulomb_context *", context[0])
