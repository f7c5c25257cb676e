//! Owned pointers to C's handles, and borrowed ones.
use crate::cell::ContextCell;
use crate::closures::settle_drop;
use crate::{Error, Result};
use std::cell::Cell;
use std::ffi::CString;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

/// A handle with its context. Not `Sync`: the raw pointer sees to that.
pub(crate) struct Handle<T> {
    pub(crate) raw: *mut T,
    pub(crate) context: Arc<ContextCell>,
    /// None: the pointer belongs to another handle.
    free: Option<unsafe extern "C" fn(*mut T)>,
}

// Every call on the handle enters its context, where one thread at a time is let in; closures are Send.
unsafe impl<T> Send for Handle<T> {}

impl<T> Handle<T> {
    pub(crate) fn new(
        context: &Arc<ContextCell>,
        free: unsafe extern "C" fn(*mut T),
        create: impl FnOnce(*mut *mut T) -> i32,
    ) -> Result<Self> {
        let mut raw = ptr::null_mut();
        context.call(|| create(&mut raw))?;
        Ok(Handle { raw, context: context.clone(), free: Some(free) })
    }

    /// A pointer that C owns.
    pub(crate) fn borrowed(context: &Arc<ContextCell>, raw: *mut T) -> Self {
        Handle { raw, context: context.clone(), free: None }
    }

    pub(crate) fn call(&self, function: impl FnOnce(*mut T) -> i32) -> Result<()> {
        self.context.call(|| function(self.raw))
    }

    pub(crate) fn read<V: Default>(&self, function: impl FnOnce(*mut T, *mut V) -> i32) -> Result<V> {
        self.context.read(|value| function(self.raw, value))
    }

    /// A getter of a handle that C owns.
    pub(crate) fn part<P>(&self, function: impl FnOnce(*mut T, *mut *mut P) -> i32) -> Result<*mut P> {
        let mut part = ptr::null_mut();
        self.context.call(|| function(self.raw, &mut part))?;
        Ok(part)
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        let free = match self.free {
            Some(free) => free,
            None => return,
        };
        if crate::closures::is_shut_out() && std::thread::panicking() {
            return; // better a leak than a call from where none may be made
        }
        self.context.ask(|| unsafe { free(self.raw) });
        settle_drop();
    }
}

/// Something that belongs to another handle: to be used like a reference.
pub struct Borrowed<'h, T> {
    value: T,
    /// Not `Send`, as a reference to a handle is not.
    _owner: PhantomData<&'h Cell<()>>,
}

impl<T> Borrowed<'_, T> {
    pub(crate) fn new(value: T) -> Self {
        Borrowed { value, _owner: PhantomData }
    }
}

impl<T> Deref for Borrowed<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

pub(crate) fn c_text(what: &str, text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::argument(format!("{what}: '{}' contains a zero byte", text.escape_debug())))
}

pub(crate) fn c_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| Error::argument(format!("path: {} contains a zero byte", path.display())))
}

/// NULL where there is no name.
pub(crate) fn c_name(name: Option<&str>) -> Result<Option<CString>> {
    name.map(|name| c_text("name", name)).transpose()
}

pub(crate) fn or_null(name: &Option<CString>) -> *const std::os::raw::c_char {
    name.as_ref().map_or(ptr::null(), |name| name.as_ptr())
}
