//! Networks and trainers in files and in memory.
use crate::handle::{c_path, Handle};
use crate::{Context, Network, Part, Result, Trainer};
use coulomb_sys as sys;
use std::os::raw::c_void;
use std::path::Path;
use std::ptr;

/// Calls a function that writes bytes twice: for the size, then for the bytes.
fn bytes_of<T>(handle: &Handle<T>, save: impl Fn(*mut T, *mut c_void, usize, *mut usize) -> i32) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Both in one call, so that nothing changes in between.
    handle.call(|raw| {
        let mut size = 0;
        let status = save(raw, ptr::null_mut(), 0, &mut size);
        if status != sys::COULOMB_OK {
            return status;
        }
        bytes.resize(size, 0);
        save(raw, bytes.as_mut_ptr() as *mut c_void, bytes.len(), &mut size)
    })?;
    Ok(bytes)
}

impl Network {
    /// Saves the network: graph, parameters, latent distribution and generation seed.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path(path.as_ref())?;
        self.handle.call(|raw| unsafe { sys::coulomb_network_save(raw, path.as_ptr()) })
    }

    /// The bytes that [`save`](Network::save) would write.
    pub fn save_bytes(&self) -> Result<Vec<u8>> {
        bytes_of(&self.handle, |raw, to, capacity, size| unsafe {
            sys::coulomb_network_save_bytes(raw, to, capacity, size)
        })
    }

    /// Creates the network that a file describes: that of a file of one network, or one of a trainer's.
    pub fn open(context: &Context, path: impl AsRef<Path>, part: Part) -> Result<Self> {
        let path = c_path(path.as_ref())?;
        Self::create(context, |raw, out| unsafe { sys::coulomb_network_open(raw, path.as_ptr(), part as i32, out) })
    }

    /// Creates the network that a file's contents describe.
    pub fn open_bytes(context: &Context, bytes: &[u8], part: Part) -> Result<Self> {
        Self::create(context, |raw, out| unsafe {
            sys::coulomb_network_open_bytes(raw, bytes.as_ptr() as *const c_void, bytes.len(), part as i32, out)
        })
    }

    /// Loads parameters from a file of this library or of another writer of safetensors.
    pub fn load_parameters(&self, path: impl AsRef<Path>, part: Part) -> Result<()> {
        let path = c_path(path.as_ref())?;
        self.handle.call(|raw| unsafe { sys::coulomb_network_load_parameters(raw, path.as_ptr(), part as i32) })
    }

    /// Loads parameters from a file's contents.
    pub fn load_parameters_bytes(&self, bytes: &[u8], part: Part) -> Result<()> {
        let (data, size) = (bytes.as_ptr() as *const c_void, bytes.len());
        self.handle.call(|raw| unsafe { sys::coulomb_network_load_parameters_bytes(raw, data, size, part as i32) })
    }
}

impl Trainer<'_> {
    /// Saves the complete state: networks, average, moments, update number, seed and settings.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path(path.as_ref())?;
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_save(raw, path.as_ptr()) })
    }

    /// The bytes that [`save`](Trainer::save) would write.
    pub fn save_bytes(&self) -> Result<Vec<u8>> {
        bytes_of(&self.handle, |raw, to, capacity, size| unsafe {
            sys::coulomb_trainer_save_bytes(raw, to, capacity, size)
        })
    }

    /// Loads a state into a trainer with the same networks and settings. Training continues as if it had never stopped.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path(path.as_ref())?;
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_load(raw, path.as_ptr()) })
    }

    /// Loads a state from a file's contents.
    pub fn load_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let (data, size) = (bytes.as_ptr() as *const c_void, bytes.len());
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_load_bytes(raw, data, size) })
    }
}
