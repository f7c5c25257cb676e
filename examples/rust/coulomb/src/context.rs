use crate::cell::{text, ContextCell};
use crate::closures::{shut_out, Slot};
use crate::{LogLevel, Precision, Result};
use coulomb_sys as sys;
use std::cell::Cell;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::os::raw::{c_char, c_void};
use std::ptr;
use std::sync::Arc;

/// Worker threads, memory and log. All other handles are created from a context, and keep it alive.
///
/// A context and its handles can be sent to other threads, one by one too, but one thread at a time computes: a call
/// waits while another thread is inside a call on the same context. Contexts are independent of each other.
///
/// A context cannot be used from two threads at once:
///
/// ```compile_fail,E0277
/// let context = coulomb::Context::new()?;
/// std::thread::scope(|scope| {
///     scope.spawn(|| context.threads());
///     scope.spawn(|| context.threads());
/// });
/// # Ok::<(), coulomb::Error>(())
/// ```
#[derive(Clone)]
pub struct Context {
    pub(crate) cell: Arc<ContextCell>,
    _not_sync: PhantomData<Cell<()>>,
}

/// Memory for a context and its handles.
///
/// # Safety
/// `allocate` returns null or memory of at least `size` bytes, aligned as by `malloc()`, that stays valid until it is
/// passed to `release`.
pub unsafe trait Allocator: Send {
    /// Allocates memory. Null lets the library's call fail with [`Status::MEMORY`](crate::Status::MEMORY). Must not use
    /// the library.
    fn allocate(&self, size: usize) -> *mut u8;

    /// Releases memory. Must not use the library.
    ///
    /// # Safety
    /// `memory` comes from `allocate`, and is released once.
    unsafe fn release(&self, memory: *mut u8);
}

type LogClosure = dyn FnMut(LogLevel, &str) + Send;

/// A log closure that a context uses.
pub struct Log(Arc<Slot<LogClosure>>);

impl Log {
    /// Passes the closure a line. A closure that is already running does not see it.
    pub fn write(&self, level: LogLevel, line: &str) {
        let _ = self.0.enter(|log| {
            log(level, line);
            Ok(())
        });
    }
}

impl Context {
    /// Creates a context with one thread and no log. If the BLAS is OpenBLAS, this sets its process-wide number of
    /// threads to one.
    pub fn new() -> Result<Context> {
        ContextCell::new(|out| unsafe { sys::coulomb_context_new(out) }).map(Context::of)
    }

    /// Creates a context that allocates through the caller's functions.
    pub fn with_allocator(allocator: impl Allocator + 'static) -> Result<Context> {
        ContextCell::with_allocator(Box::new(allocator)).map(Context::of)
    }

    pub(crate) fn of(cell: Arc<ContextCell>) -> Context {
        Context { cell, _not_sync: PhantomData }
    }

    /// The error message of the last failed call on the context or on one of its handles; also part of
    /// [`Error`](crate::Error).
    pub fn error(&self) -> String {
        self.cell.ask(|| unsafe { text(sys::coulomb_context_error(self.cell.raw)) })
    }

    /// Sets the number of threads, the calling thread included; 0: one for each processor. Results do not depend on it.
    pub fn set_threads(&self, threads: usize) -> Result<()> {
        self.cell.call(|| unsafe { sys::coulomb_context_set_threads(self.cell.raw, threads) })
    }

    /// The number of threads.
    pub fn threads(&self) -> Result<usize> {
        self.cell.read(|threads| unsafe { sys::coulomb_context_get_threads(self.cell.raw, threads) })
    }

    /// Sets the precision in which the context's networks compute.
    pub fn set_precision(&self, precision: Precision) -> Result<()> {
        self.cell.call(|| unsafe { sys::coulomb_context_set_precision(self.cell.raw, precision as i32) })
    }

    /// The precision in which the context's networks compute.
    pub fn precision(&self) -> Result<Precision> {
        Precision::from_raw(
            self.cell.read(|precision| unsafe { sys::coulomb_context_get_precision(self.cell.raw, precision) })?,
        )
    }

    /// Sets a closure that receives log lines. It must not use the library: a call from it panics, and the panic goes
    /// on in the call that logged.
    pub fn set_log(&self, log: impl FnMut(LogLevel, &str) + Send + 'static) -> Result<()> {
        Slot::<LogClosure>::new(1, Box::new(log)).lend(|user| {
            let destroy = Some(Slot::<LogClosure>::release as unsafe extern "C" fn(*mut c_void));
            self.cell.call(|| unsafe { sys::coulomb_context_set_log(self.cell.raw, Some(write), user, destroy) })
        })
    }

    /// Drops the log closure.
    pub fn clear_log(&self) -> Result<()> {
        self.cell.call(|| unsafe { sys::coulomb_context_set_log(self.cell.raw, None, ptr::null_mut(), None) })
    }

    /// The log closure.
    pub fn log(&self) -> Result<Option<Log>> {
        let (mut log, mut user) = (None, ptr::null_mut());
        let mut found = None;
        self.cell.call(|| unsafe {
            let status = sys::coulomb_context_get_log(self.cell.raw, &mut log, &mut user);
            found = log.map(|_| Log(Slot::share(user)));
            status
        })?;
        Ok(found)
    }

    /// Name and version of the BLAS, which serves float64 arithmetic.
    pub fn blas(&self) -> String {
        self.cell.ask(|| unsafe { text(sys::coulomb_context_blas(self.cell.raw)) })
    }

    /// Name of the library's own kernels that this processor runs, such as "avx2".
    pub fn kernels(&self) -> String {
        self.cell.ask(|| unsafe { text(sys::coulomb_context_kernels(self.cell.raw)) })
    }
}

unsafe extern "C" fn write(user: *mut c_void, level: i32, line: *const c_char) {
    let slot = &*(user as *const Slot<LogClosure>);
    let line = CStr::from_ptr(line).to_string_lossy();
    let level = LogLevel::from_raw(level).unwrap_or(LogLevel::Info);
    shut_out(
        || {
            let _ = slot.enter(|log| {
                log(level, &line);
                Ok(())
            });
        },
        (),
    );
}
