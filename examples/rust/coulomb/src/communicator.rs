//! How the processes of one training run exchange bytes.
use crate::cell::fits;
use crate::closures::{guarded, Slot};
use crate::handle::{Borrowed, Handle};
use crate::network::is_set;
use crate::{CallbackResult, Context, Result, Trainer};
use coulomb_sys as sys;
use std::os::raw::c_void;
use std::ptr;
use std::slice;

/// Moves bytes between the ranks of a run. All ranks call with the same number of bytes, in the same order of calls. A
/// call that cannot be completed must fail on every rank that is still there: return an [`Error`](crate::Error) with
/// [`Status::PROCESS`](crate::Status::PROCESS).
pub trait Transport: Send {
    /// Gives every rank's bytes to every rank: `receive` is rank 0's bytes, rank 1's, ...
    fn allgather(&mut self, send: &[u8], receive: &mut [u8]) -> CallbackResult;

    /// Gives each rank bytes of its own: `send` consists of a part for each rank, `receive` of a part from each.
    fn alltoall(&mut self, send: &[u8], receive: &mut [u8]) -> CallbackResult;
}

/// One rank of a run.
pub struct Communicator {
    handle: Handle<sys::coulomb_communicator>,
}

type Carrier = dyn Transport;

impl Communicator {
    /// Creates rank `rank` of `size` ranks.
    pub fn new(context: &Context, rank: usize, size: usize, transport: impl Transport + 'static) -> Result<Self> {
        let mut made = None;
        Slot::<Carrier>::new(size, Box::new(transport)).lend(|user| {
            let destroy = Some(Slot::<Carrier>::release as unsafe extern "C" fn(*mut c_void));
            let raw = context.cell.raw;
            let create = |out: *mut _| unsafe {
                let (allgather, alltoall) = (Some(allgather as _), Some(alltoall as _));
                sys::coulomb_communicator_new(raw, rank, size, allgather, alltoall, user, destroy, out)
            };
            made = Some(Handle::new(&context.cell, sys::coulomb_communicator_free, create)?);
            Ok(())
        })?;
        Ok(Communicator { handle: made.expect("it was made") })
    }

    /// The communicator of all processes that `mpirun` or `srun` started together.
    ///
    /// # Safety
    /// MPI is initialized for calls from the main thread: this function, and all calls on the communicator and on
    /// trainers that use it, must be made there, and not beside other calls of MPI.
    #[cfg(feature = "mpi")]
    pub unsafe fn mpi_world(context: &Context) -> Result<Self> {
        let raw = context.cell.raw;
        let create = |out: *mut _| sys::coulomb_communicator_new_mpi_world(raw, out);
        Ok(Communicator { handle: Handle::new(&context.cell, sys::coulomb_communicator_free, create)? })
    }

    /// This process's rank, counted from 0.
    pub fn rank(&self) -> Result<usize> {
        self.handle.read(|raw, rank| unsafe { sys::coulomb_communicator_rank(raw, rank) })
    }

    /// The number of ranks.
    pub fn size(&self) -> Result<usize> {
        self.handle.read(|raw, size| unsafe { sys::coulomb_communicator_size(raw, size) })
    }

    /// Gives every rank's bytes to every rank. `receive` is `size` times as long as `send`.
    pub fn allgather(&self, send: &[u8], receive: &mut [u8]) -> Result<()> {
        fits("receive", receive.len(), send.len().checked_mul(self.size()?))?;
        self.handle.call(|raw| unsafe {
            let (from, to) = (send.as_ptr() as *const c_void, receive.as_mut_ptr() as *mut c_void);
            sys::coulomb_communicator_allgather(raw, from, send.len(), to)
        })
    }
}

/// Shards and processes.
impl Trainer<'_> {
    /// Sets the number of shards: equal parts of the batch that go through the networks one after the other.
    pub fn set_shards(&mut self, shards: usize) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_shards(raw, shards) })
    }

    /// The number of shards.
    pub fn shards(&self) -> Result<usize> {
        self.handle.read(|raw, shards| unsafe { sys::coulomb_trainer_get_shards(raw, shards) })
    }

    /// Sets whether batch norm takes its statistics over the whole batch where there are several shards.
    pub fn set_synchronized_norm(&mut self, on: bool) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_synchronized_norm(raw, on.into()) })
    }

    /// Whether batch norm takes its statistics over the whole batch.
    pub fn synchronized_norm(&self) -> Result<bool> {
        self.handle.read(|raw, on| unsafe { sys::coulomb_trainer_get_synchronized_norm(raw, on) }).map(is_set)
    }

    /// Trains as one rank of the communicator's ranks; all ranks must call. `None`: this process trains alone.
    pub fn set_communicator(&mut self, communicator: Option<&Communicator>) -> Result<()> {
        let pointer = communicator.map_or(ptr::null_mut(), |communicator| communicator.handle.raw);
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_communicator(raw, pointer) })
    }

    /// The communicator.
    pub fn communicator(&self) -> Result<Option<Borrowed<Communicator>>> {
        let raw = self.handle.part(|raw, out| unsafe { sys::coulomb_trainer_get_communicator(raw, out) })?;
        let communicator = || Communicator { handle: Handle::borrowed(&self.handle.context, raw) };
        Ok((!raw.is_null()).then(|| Borrowed::new(communicator())))
    }
}

unsafe extern "C" fn allgather(user: *mut c_void, send: *const c_void, bytes: usize, receive: *mut c_void) -> i32 {
    let slot = &*(user as *const Slot<Carrier>);
    let send = slice::from_raw_parts(send as *const u8, bytes);
    let receive = slice::from_raw_parts_mut(receive as *mut u8, bytes * slot.values);
    guarded(|| slot.enter(|transport| transport.allgather(send, receive)))
}

unsafe extern "C" fn alltoall(user: *mut c_void, send: *const c_void, bytes_each: usize, receive: *mut c_void) -> i32 {
    let slot = &*(user as *const Slot<Carrier>);
    let send = slice::from_raw_parts(send as *const u8, bytes_each * slot.values);
    let receive = slice::from_raw_parts_mut(receive as *mut u8, bytes_each * slot.values);
    guarded(|| slot.enter(|transport| transport.alltoall(send, receive)))
}
