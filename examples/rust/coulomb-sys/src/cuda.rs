//! Declarations of coulomb/cuda.h.
use crate::{coulomb_context, coulomb_status};
use std::os::raw::c_char;

extern "C" {
    pub fn coulomb_context_new_cuda(device: i32, context: *mut *mut coulomb_context) -> coulomb_status;
    pub fn coulomb_cuda_device_count(count: *mut i32) -> coulomb_status;
    pub fn coulomb_cuda_device_name(device: i32) -> *const c_char;
    pub fn coulomb_cuda_device_memory(device: i32, bytes: *mut usize) -> coulomb_status;
    pub fn coulomb_cuda_error() -> *const c_char;
}
