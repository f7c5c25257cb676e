//! The part of libcoulomb's interface that is used here, as its headers declare it.
use std::os::raw::{c_char, c_void};

macro_rules! handles {
    ($($name:ident)*) => {
        $(#[repr(C)]
        pub struct $name {
            _opaque: [u8; 0],
            _not_send: std::marker::PhantomData<*mut u8>,
        })*
    };
}
handles!(Context Network Trainer);

pub type Status = i32;
pub const OK: Status = 0;
pub const CALLER_FIRST: Status = 1000;
pub const CALLER_LAST: Status = 1999;
pub const STATISTIC_LOSS_DISCRIMINATOR: i32 = 1;

pub type BatchCallback =
    unsafe extern "C" fn(user: *mut c_void, update: u64, count: usize, batch: *mut f32) -> Status;
pub type ProgressCallback = unsafe extern "C" fn(user: *mut c_void, update: u64) -> Status;
pub type DestroyCallback = unsafe extern "C" fn(user: *mut c_void);

extern "C" {
    pub fn coulomb_version_string() -> *const c_char;
    pub fn coulomb_status_name(status: Status) -> *const c_char;
    pub fn coulomb_context_new(context: *mut *mut Context) -> Status;
    pub fn coulomb_context_free(context: *mut Context);
    pub fn coulomb_context_error(context: *const Context) -> *const c_char;
    pub fn coulomb_context_set_threads(context: *mut Context, threads: usize) -> Status;
    pub fn coulomb_network_new_preset(
        context: *mut Context,
        name: *const c_char,
        shape: *const usize,
        rank: usize,
        latent: usize,
        seed: u64,
        network: *mut *mut Network,
    ) -> Status;
    pub fn coulomb_network_free(network: *mut Network);
    pub fn coulomb_network_generate(network: *mut Network, count: usize, samples: *mut f32) -> Status;
    pub fn coulomb_trainer_new(
        context: *mut Context,
        generator: *mut Network,
        discriminator: *mut Network,
        trainer: *mut *mut Trainer,
    ) -> Status;
    pub fn coulomb_trainer_free(trainer: *mut Trainer);
    pub fn coulomb_trainer_set_data(
        trainer: *mut Trainer,
        data: Option<BatchCallback>,
        user: *mut c_void,
        destroy: Option<DestroyCallback>,
    ) -> Status;
    pub fn coulomb_trainer_run(
        trainer: *mut Trainer,
        last: u64,
        progress: Option<ProgressCallback>,
        user: *mut c_void,
    ) -> Status;
    pub fn coulomb_trainer_update(trainer: *const Trainer, update: *mut u64) -> Status;
    pub fn coulomb_trainer_statistic(trainer: *const Trainer, statistic: i32, value: *mut f64) -> Status;
    pub fn coulomb_trainer_save(trainer: *mut Trainer, path: *const c_char) -> Status;
    pub fn coulomb_trainer_load(trainer: *mut Trainer, path: *const c_char) -> Status;
}
