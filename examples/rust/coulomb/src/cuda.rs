//! Contexts on NVIDIA GPUs.
use crate::cell::{text, ContextCell};
use crate::{Context, Error, Result, Status};
use coulomb_sys as sys;

impl Context {
    /// Creates a context that computes on a GPU, counted from 0 in CUDA's order.
    pub fn cuda(device: i32) -> Result<Context> {
        let cell = ContextCell::new(|out| unsafe { sys::coulomb_context_new_cuda(device, out) });
        cell.map(Context::of).map_err(|error| explained(error.status()))
    }
}

/// Number of GPUs that CUDA can see.
pub fn cuda_device_count() -> Result<i32> {
    let mut count = 0;
    checked(unsafe { sys::coulomb_cuda_device_count(&mut count) }).map(|()| count)
}

/// Name of a GPU; `None` if there is no such device.
pub fn cuda_device_name(device: i32) -> Option<String> {
    let name = unsafe { sys::coulomb_cuda_device_name(device) };
    (!name.is_null()).then(|| unsafe { text(name) })
}

/// Bytes of a GPU's memory.
pub fn cuda_device_memory(device: i32) -> Result<usize> {
    let mut bytes = 0;
    checked(unsafe { sys::coulomb_cuda_device_memory(device, &mut bytes) }).map(|()| bytes)
}

fn checked(status: i32) -> Result<()> {
    if status == Status::OK.code() {
        return Ok(());
    }
    Err(explained(Status(status)))
}

/// The library keeps the message of the thread's last failure.
fn explained(status: Status) -> Error {
    Error::with_status(status, unsafe { text(sys::coulomb_cuda_error()) })
}
