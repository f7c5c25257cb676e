use coulomb_sys as sys;
use std::ffi::CStr;
use std::fmt;

/// A status code of the library. Later releases may add codes, so this is a number with names, not an enum.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub(crate) i32);

impl Status {
    pub const OK: Status = Status(sys::COULOMB_OK);
    pub const ARGUMENT: Status = Status(sys::COULOMB_ERROR_ARGUMENT);
    pub const SHAPE: Status = Status(sys::COULOMB_ERROR_SHAPE);
    pub const NOT_FOUND: Status = Status(sys::COULOMB_ERROR_NOT_FOUND);
    pub const MEMORY: Status = Status(sys::COULOMB_ERROR_MEMORY);
    pub const NOT_FINITE: Status = Status(sys::COULOMB_ERROR_NOT_FINITE);
    pub const STATE: Status = Status(sys::COULOMB_ERROR_STATE);
    pub const FILE: Status = Status(sys::COULOMB_ERROR_FILE);
    pub const FORMAT: Status = Status(sys::COULOMB_ERROR_FORMAT);
    pub const MISMATCH: Status = Status(sys::COULOMB_ERROR_MISMATCH);
    pub const CALLBACK: Status = Status(sys::COULOMB_ERROR_CALLBACK);
    pub const THREAD: Status = Status(sys::COULOMB_ERROR_THREAD);
    pub const DEVICE: Status = Status(sys::COULOMB_ERROR_DEVICE);
    pub const PROCESS: Status = Status(sys::COULOMB_ERROR_PROCESS);
    /// What the library is told when a closure fails or panics.
    pub const CLOSURE: Status = Status(sys::COULOMB_CALLER_FIRST);
    /// What the library is told when a progress closure asks to stop; all ranks of a run then stop.
    pub const STOPPED: Status = Status(sys::COULOMB_CALLER_LAST);

    /// A code of the range for callers, 1000 to 1999, for [`Error::with_status`](crate::Error::with_status).
    pub fn caller(code: i32) -> Option<Status> {
        Some(Status(code)).filter(|status| status.is_callers())
    }

    /// Whether the code belongs to the range for callers.
    pub fn is_callers(self) -> bool {
        (sys::COULOMB_CALLER_FIRST..=sys::COULOMB_CALLER_LAST).contains(&self.0)
    }

    /// The number, as C has it.
    pub fn code(self) -> i32 {
        self.0
    }

    /// The name, such as `COULOMB_ERROR_SHAPE`.
    pub fn name(self) -> &'static str {
        // The library's names are static and ASCII.
        unsafe { CStr::from_ptr(sys::coulomb_status_name(self.0)) }.to_str().unwrap_or("")
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{} ({})", self.name(), self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(self.name())
    }
}
