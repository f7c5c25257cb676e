use crate::cell::text;
use coulomb_sys as sys;
use std::ffi::{CStr, CString};

/// Version of the running library: 10000 major + 100 minor + patch.
pub fn version() -> u32 {
    unsafe { sys::coulomb_version() }
}

/// Version of the running library as text.
pub fn version_string() -> String {
    unsafe { text(sys::coulomb_version_string()) }
}

/// Number of the binary interface, as in the shared library's name.
pub fn abi_version() -> u32 {
    unsafe { sys::coulomb_abi_version() }
}

/// Whether library and processor support a feature: "openblas", "portable", "avx2", "avx512".
pub fn has_feature(name: &str) -> bool {
    CString::new(name).map_or(false, |name| unsafe { sys::coulomb_has_feature(name.as_ptr()) } != 0)
}

/// Names of all presets of [`Network::preset`](crate::Network::preset).
pub fn presets() -> impl Iterator<Item = &'static str> {
    (0..unsafe { sys::coulomb_preset_count() }).map(|index| {
        // Constant strings of the library.
        unsafe { CStr::from_ptr(sys::coulomb_preset_name(index)) }.to_str().unwrap_or("")
    })
}
