//! Raw declarations of libcoulomb, written by bindgen from the C headers with their comments. The crate `coulomb` is the
//! safe layer over them.
#![allow(non_camel_case_types, non_upper_case_globals)]

#[rustfmt::skip]
#[allow(clippy::all)]
mod bindings;
#[cfg(feature = "cuda")]
mod cuda;
#[cfg(feature = "mpi")]
mod mpi;

pub use bindings::*;
#[cfg(feature = "cuda")]
pub use cuda::*;
#[cfg(feature = "mpi")]
pub use mpi::*;
