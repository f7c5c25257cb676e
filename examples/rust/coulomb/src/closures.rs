//! Closures as callbacks. A closure runs inside a C function, which nothing may unwind through: what it returned or
//! panicked with is kept here for the Rust function that called C. Closures that C no longer needs are kept, too, and
//! dropped after C has returned, so that no destructor of the caller's runs inside the library.
use crate::{BoxError, CallbackResult, Error, Status};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::os::raw::c_void;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex, TryLockError};

pub(crate) enum Failure {
    Returned(BoxError),
    Panicked(Box<dyn Any + Send>),
}

/// A released closure: the pointer that C had, and the function that drops it.
type Released = (*mut c_void, unsafe fn(*mut c_void));

thread_local! {
    // A closure runs on the thread of its call, and a call takes its failure as soon as C returns: one is enough.
    static FAILURE: RefCell<Option<Failure>> = RefCell::new(None);
    static RELEASED: RefCell<Vec<Released>> = RefCell::new(Vec::new());
    static SHUT_OUT: Cell<bool> = Cell::new(false);
}

/// A closure that C holds by a thin pointer. The lock is never waited for: it refuses a closure that calls itself.
pub(crate) struct Slot<F: ?Sized> {
    /// Values of one sample, to know how long C's arrays are.
    pub(crate) values: usize,
    call: Mutex<Box<F>>,
}

impl<F: ?Sized> Slot<F> {
    pub(crate) fn new(values: usize, call: Box<F>) -> Arc<Self> {
        Arc::new(Slot { values, call: Mutex::new(call) })
    }

    /// Calls `with` on the closure.
    pub(crate) fn enter<R>(&self, with: impl FnOnce(&mut F) -> CallbackResult<R>) -> CallbackResult<R> {
        match self.call.try_lock() {
            Ok(mut call) => with(&mut call),
            // A panic in an earlier call went on in the caller, who may call again.
            Err(TryLockError::Poisoned(poisoned)) => with(&mut poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                Err(Box::new(Error::with_status(Status::STATE, "the closure is already running")))
            }
        }
    }

    /// Gives C the closure if `set` succeeds.
    pub(crate) fn lend(self: Arc<Self>, set: impl FnOnce(*mut c_void) -> crate::Result<()>) -> crate::Result<()> {
        let user = Arc::into_raw(self) as *mut c_void;
        let done = set(user);
        if done.is_err() {
            // The library keeps nothing when it fails.
            drop(unsafe { Arc::from_raw(user as *const Self) });
        }
        done
    }

    /// A further owner of what C holds.
    pub(crate) unsafe fn share(user: *mut c_void) -> Arc<Self> {
        Arc::increment_strong_count(user as *const Self);
        Arc::from_raw(user as *const Self)
    }

    /// The destroy callback.
    pub(crate) unsafe extern "C" fn release(user: *mut c_void) {
        unsafe fn drop_slot<F: ?Sized>(user: *mut c_void) {
            // Out of the Arc first, whose memory a panicking destructor would leak.
            drop(Arc::try_unwrap(Arc::from_raw(user as *const Slot<F>)));
        }
        bury((user, drop_slot::<F>));
    }
}

fn bury(released: Released) {
    // The vector is gone when the thread itself ends; then the closure is dropped here.
    if RELEASED.try_with(|all| all.borrow_mut().push(released)).is_err() {
        let (user, drop) = released;
        let _ = catch_unwind(AssertUnwindSafe(|| unsafe { drop(user) }));
    }
}

/// Runs a closure's call for C: nothing unwinds, and the failure is kept.
pub(crate) fn guarded(run: impl FnOnce() -> CallbackResult) -> i32 {
    let (failure, status) = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => return Status::OK.0,
        Ok(Err(error)) => {
            let status = told(&error);
            (Failure::Returned(error), status)
        }
        Err(panic) => (Failure::Panicked(panic), Status::CLOSURE),
    };
    keep(failure);
    status.0
}

fn told(error: &BoxError) -> Status {
    match error.downcast_ref::<Error>().map(Error::status) {
        Some(status) if status.is_callers() || status == Status::PROCESS => status,
        _ => Status::CLOSURE,
    }
}

fn keep(failure: Failure) {
    let _ = FAILURE.try_with(|kept| *kept.borrow_mut() = Some(failure));
}

/// Runs a log or allocate callback, during which the library must not be called.
pub(crate) fn shut_out<R>(run: impl FnOnce() -> R, otherwise: R) -> R {
    let before = SHUT_OUT.with(|flag| flag.replace(true));
    let result = catch_unwind(AssertUnwindSafe(run));
    SHUT_OUT.with(|flag| flag.set(before));
    result.unwrap_or_else(|panic| {
        keep(Failure::Panicked(panic));
        otherwise
    })
}

pub(crate) fn is_shut_out() -> bool {
    SHUT_OUT.with(Cell::get)
}

/// What a call has to do after C has returned and the context is unlocked: drop released closures, and hand on what a
/// closure returned or panicked with.
pub(crate) fn settle(status: Status, message: String) -> crate::Result<()> {
    let failure = FAILURE.try_with(|kept| kept.borrow_mut().take()).ok().flatten();
    drop_released();
    match failure {
        Some(Failure::Panicked(panic)) => resume_unwind(panic),
        Some(Failure::Returned(cause)) => Err(Error::caused(status, message, cause)),
        None if status == Status::OK => Ok(()),
        None => Err(Error::with_status(status, message)),
    }
}

/// The same after a handle was released. A thread that is unwinding already must not panic again.
pub(crate) fn settle_drop() {
    if std::thread::panicking() {
        let _ = catch_unwind(|| settle(Status::OK, String::new()));
    } else {
        let _ = settle(Status::OK, String::new());
    }
}

fn drop_released() {
    // One after the other, because a closure's destructor may itself call the library; and all of them, whatever one
    // does, because what they borrow may be gone later.
    let mut first = None;
    while let Some((user, drop)) = RELEASED.try_with(|all| all.borrow_mut().pop()).ok().flatten() {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| unsafe { drop(user) })) {
            first.get_or_insert(panic);
        }
    }
    if let Some(panic) = first {
        resume_unwind(panic);
    }
}
