//! A small safe layer over libcoulomb. A `Training` owns a context with all that was made from it, so it may move to
//! another thread as a whole; its parts may not, since one context belongs to one thread at a time.
pub mod raw;

use std::any::Any;
use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::ptr;

/// Why a call failed.
#[derive(Debug)]
pub enum Error<E> {
    /// The library refused: the code, and its error message.
    Library { status: raw::Status, message: String },
    /// The data closure returned this.
    Data(E),
}

/// Fills in the target samples of an update; the slice holds all of them, one after the other.
pub type Data<E> = dyn FnMut(u64, &mut [f32]) -> Result<(), E> + Send;

/// What the library holds as the callback's `user`. It alone touches it while a call is under way.
struct DataState<E> {
    data: Box<Data<E>>,
    values: usize,
    failure: Option<Failure<E>>,
}

enum Failure<E> {
    Returned(E),
    Panicked(Box<dyn Any + Send>),
}

/// Nothing unwinds through C: a panic is kept, and goes on when the library has returned.
unsafe extern "C" fn call_data<E>(user: *mut c_void, update: u64, count: usize, batch: *mut f32) -> raw::Status {
    let state = &mut *(user as *mut DataState<E>);
    let samples = std::slice::from_raw_parts_mut(batch, count * state.values);
    let failure = match catch_unwind(AssertUnwindSafe(|| (state.data)(update, samples))) {
        Ok(Ok(())) => return raw::OK,
        Ok(Err(error)) => Failure::Returned(error),
        Err(panic) => Failure::Panicked(panic),
    };
    state.failure = Some(failure);
    raw::CALLER_FIRST
}

unsafe extern "C" fn drop_data<E>(user: *mut c_void) {
    let state = Box::from_raw(user as *mut DataState<E>);
    let _ = catch_unwind(AssertUnwindSafe(|| drop(state)));
}

unsafe fn text(of: *const c_char) -> String {
    CStr::from_ptr(of).to_string_lossy().into_owned()
}

pub fn version() -> String {
    unsafe { text(raw::coulomb_version_string()) }
}

/// A generator, a discriminator, and the trainer that moves them.
pub struct Training<E> {
    context: *mut raw::Context,
    generator: *mut raw::Network,
    discriminator: *mut raw::Network,
    trainer: *mut raw::Trainer,
    data: *mut DataState<E>, // owned by the trainer, which drops it
    values: usize,
}

// All pointers lead to things of one context that nothing outside reaches, and the closure is Send.
unsafe impl<E: Send> Send for Training<E> {}

impl<E> Training<E> {
    /// Dense networks for samples of this many values.
    pub fn new(values: usize, latent: usize, threads: usize) -> Result<Self, Error<E>> {
        let mut made = Training {
            context: ptr::null_mut(),
            generator: ptr::null_mut(),
            discriminator: ptr::null_mut(),
            trainer: ptr::null_mut(),
            data: ptr::null_mut(),
            values,
        };
        unsafe {
            let status = raw::coulomb_context_new(&mut made.context);
            made.check(status)?;
            made.check(raw::coulomb_context_set_threads(made.context, threads))?;
            made.generator = made.network("mlp-generator", latent, 1)?;
            made.discriminator = made.network("mlp-discriminator", 0, 2)?;
            let status =
                raw::coulomb_trainer_new(made.context, made.generator, made.discriminator, &mut made.trainer);
            made.check(status)?;
        }
        Ok(made)
    }

    unsafe fn network(&self, preset: &str, latent: usize, seed: u64) -> Result<*mut raw::Network, Error<E>> {
        let name = CString::new(preset).expect("a preset's name");
        let mut network = ptr::null_mut();
        let context = self.context;
        let shape = &self.values;
        let status = raw::coulomb_network_new_preset(context, name.as_ptr(), shape, 1, latent, seed, &mut network);
        self.check(status).map(|()| network)
    }

    fn check(&self, status: raw::Status) -> Result<(), Error<E>> {
        if status == raw::OK {
            return Ok(());
        }
        let message = unsafe { text(raw::coulomb_context_error(self.context)) };
        Err(Error::Library { status, message })
    }

    /// Where target samples come from. The closure before is dropped.
    pub fn set_data<F>(&mut self, data: F) -> Result<(), Error<E>>
    where
        F: FnMut(u64, &mut [f32]) -> Result<(), E> + Send + 'static,
        E: 'static,
    {
        let state = Box::new(DataState { data: Box::new(data), values: self.values, failure: None });
        let user = Box::into_raw(state);
        let call: raw::BatchCallback = call_data::<E>;
        let destroy: raw::DestroyCallback = drop_data::<E>;
        let status =
            unsafe { raw::coulomb_trainer_set_data(self.trainer, Some(call), user as *mut c_void, Some(destroy)) };
        if status != raw::OK {
            drop(unsafe { Box::from_raw(user) }); // the trainer did not take it
            return self.check(status);
        }
        self.data = user;
        Ok(())
    }

    /// Updates until their number is `last`. What the closure returned comes back; its panic goes on.
    pub fn run(&mut self, last: u64) -> Result<(), Error<E>> {
        let status = unsafe { raw::coulomb_trainer_run(self.trainer, last, None, ptr::null_mut()) };
        if (raw::CALLER_FIRST..=raw::CALLER_LAST).contains(&status) {
            match unsafe { (*self.data).failure.take() } {
                Some(Failure::Returned(error)) => return Err(Error::Data(error)),
                Some(Failure::Panicked(panic)) => resume_unwind(panic),
                None => (),
            }
        }
        self.check(status)
    }

    pub fn update(&self) -> u64 {
        let mut update = 0;
        unsafe { raw::coulomb_trainer_update(self.trainer, &mut update) };
        update
    }

    pub fn loss(&self) -> Result<f64, Error<E>> {
        let mut loss = 0.0;
        self.check(unsafe {
            raw::coulomb_trainer_statistic(self.trainer, raw::STATISTIC_LOSS_DISCRIMINATOR, &mut loss)
        })?;
        Ok(loss)
    }

    pub fn save(&mut self, path: &str) -> Result<(), Error<E>> {
        let path = CString::new(path).expect("a path without zeros");
        self.check(unsafe { raw::coulomb_trainer_save(self.trainer, path.as_ptr()) })
    }

    pub fn load(&mut self, path: &str) -> Result<(), Error<E>> {
        let path = CString::new(path).expect("a path without zeros");
        self.check(unsafe { raw::coulomb_trainer_load(self.trainer, path.as_ptr()) })
    }

    /// Samples of the generator, written by the library into the vector.
    pub fn generate(&mut self, count: usize) -> Result<Vec<f32>, Error<E>> {
        let mut samples = vec![0.0; count * self.values];
        self.check(unsafe { raw::coulomb_network_generate(self.generator, count, samples.as_mut_ptr()) })?;
        Ok(samples)
    }
}

impl<E> Drop for Training<E> {
    fn drop(&mut self) {
        unsafe {
            raw::coulomb_trainer_free(self.trainer);
            raw::coulomb_network_free(self.discriminator);
            raw::coulomb_network_free(self.generator);
            raw::coulomb_context_free(self.context);
        }
    }
}
