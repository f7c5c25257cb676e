//! The C context with the lock that keeps a second thread out. A thread that is inside may enter again, from closures.
use crate::closures::{is_shut_out, settle, settle_drop, shut_out};
use crate::{Allocator, Error, Result, Status};
use coulomb_sys as sys;
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) struct ContextCell {
    pub(crate) raw: *mut sys::coulomb_context,
    lock: Mutex<()>,
    /// The thread that holds the lock, as the address of a thread-local; 0: none.
    inside: AtomicUsize,
    /// Outlives the C context, which allocates from it.
    _allocator: Option<Box<Box<dyn Allocator>>>,
}

// The pointer is used under the lock alone. What the C context owns (closures, the allocator) is Send.
unsafe impl Send for ContextCell {}
unsafe impl Sync for ContextCell {}

/// The calling thread is inside the context. Must be dropped in the reverse order of entering.
pub(crate) struct Inside<'c> {
    cell: &'c ContextCell,
    guard: Option<MutexGuard<'c, ()>>,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if self.guard.is_some() {
            self.cell.inside.store(0, Ordering::Relaxed);
        }
    }
}

fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| here as *const u8 as usize)
}

/// A copy of C's text.
pub(crate) unsafe fn text(of: *const c_char) -> String {
    if of.is_null() {
        return String::new();
    }
    CStr::from_ptr(of).to_string_lossy().into_owned()
}

impl ContextCell {
    pub(crate) fn new(create: impl FnOnce(*mut *mut sys::coulomb_context) -> i32) -> Result<Arc<Self>> {
        Self::of(create, None)
    }

    pub(crate) fn with_allocator(allocator: Box<dyn Allocator>) -> Result<Arc<Self>> {
        let allocator = Box::new(allocator);
        let user = &*allocator as *const Box<dyn Allocator> as *mut c_void;
        let create =
            |out: *mut _| unsafe { sys::coulomb_context_new_with_allocator(Some(allocate), Some(release), user, out) };
        Self::of(create, Some(allocator))
    }

    fn of(
        create: impl FnOnce(*mut *mut sys::coulomb_context) -> i32,
        allocator: Option<Box<Box<dyn Allocator>>>,
    ) -> Result<Arc<Self>> {
        let mut raw = ptr::null_mut();
        let status = Status(create(&mut raw));
        // Where there is no context, there is no message.
        settle(status, String::new())?;
        Ok(Arc::new(ContextCell { raw, lock: Mutex::new(()), inside: AtomicUsize::new(0), _allocator: allocator }))
    }

    /// Waits until no other thread is inside.
    pub(crate) fn enter(&self) -> Inside {
        assert!(!is_shut_out(), "the library was called from a log closure or an allocator");
        let me = this_thread();
        if self.inside.load(Ordering::Relaxed) == me {
            return Inside { cell: self, guard: None };
        }
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.inside.store(me, Ordering::Relaxed);
        Inside { cell: self, guard: Some(guard) }
    }

    /// The error message. The calling thread is inside.
    pub(crate) fn message(&self) -> String {
        unsafe { text(sys::coulomb_context_error(self.raw)) }
    }

    /// Calls C inside the context.
    pub(crate) fn call(&self, function: impl FnOnce() -> i32) -> Result<()> {
        let inside = self.enter();
        let status = Status(function());
        let message = if status == Status::OK { String::new() } else { self.message() };
        drop(inside);
        settle(status, message)
    }

    /// Calls a getter.
    pub(crate) fn read<V: Default>(&self, function: impl FnOnce(*mut V) -> i32) -> Result<V> {
        let mut value = V::default();
        self.call(|| function(&mut value))?;
        Ok(value)
    }

    /// Calls a function that cannot fail.
    pub(crate) fn ask<V>(&self, function: impl FnOnce() -> V) -> V {
        let _inside = self.enter();
        function()
    }
}

impl Drop for ContextCell {
    fn drop(&mut self) {
        // The last owner: nobody else can be inside.
        unsafe { sys::coulomb_context_free(self.raw) };
        settle_drop();
    }
}

unsafe extern "C" fn allocate(user: *mut c_void, size: usize) -> *mut c_void {
    let allocator = &*(user as *const Box<dyn Allocator>);
    shut_out(|| allocator.allocate(size) as *mut c_void, ptr::null_mut())
}

unsafe extern "C" fn release(user: *mut c_void, memory: *mut c_void) {
    let allocator = &*(user as *const Box<dyn Allocator>);
    shut_out(|| allocator.release(memory as *mut u8), ())
}

/// Two contexts in one call: always entered in the same order, so that two threads cannot wait for each other.
pub(crate) fn call_both(first: &ContextCell, second: &ContextCell, function: impl FnOnce() -> i32) -> Result<()> {
    let outer = if (first as *const ContextCell) < second as *const ContextCell { first } else { second };
    let inner = if ptr::eq(outer, first) { second } else { first };
    let guard = outer.enter();
    let inner_guard = inner.enter();
    let status = Status(function());
    let message = if status == Status::OK { String::new() } else { first.message() };
    drop(inner_guard);
    drop(guard);
    settle(status, message)
}

/// The number of rows of an array.
pub(crate) fn rows(what: &str, length: usize, values: usize) -> Result<usize> {
    if values == 0 || length % values != 0 {
        return Err(Error::argument(format!("{what}: {length} values are no whole number of rows of {values}")));
    }
    Ok(length / values)
}

/// Checks an array that has to have a certain length.
pub(crate) fn fits(what: &str, length: usize, expected: Option<usize>) -> Result<()> {
    match expected {
        Some(expected) if expected == length => Ok(()),
        Some(expected) => Err(Error::argument(format!("{what}: {length} values, expected {expected}"))),
        None => Err(Error::argument(format!("{what}: more values than memory can hold"))),
    }
}
