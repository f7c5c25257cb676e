//! Latent distribution and sampling.
use crate::cell::rows;
use crate::closures::{guarded, Slot};
use crate::network::is_set;
use crate::{CallbackResult, Distribution, Network, Result};
use coulomb_sys as sys;
use std::os::raw::c_void;
use std::ptr;
use std::slice;
use std::sync::Arc;

/// Which latents a closure has to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatentRequest {
    /// The trainer's seed, or that of generation.
    pub seed: u64,
    /// Counted from 1; 0: the sequence of generation.
    pub update: u64,
    /// Place of the first latent in the update or in the sequence.
    pub first: u64,
    pub count: usize,
}

type LatentClosure = dyn FnMut(LatentRequest, &mut [f32]) -> CallbackResult + Send;

/// The latent closure of a network.
pub struct Latents(Arc<Slot<LatentClosure>>);

impl Latents {
    /// Calls the closure for [count, input shape] latents; `request.count` is set from their number.
    pub fn call(&self, request: LatentRequest, latents: &mut [f32]) -> CallbackResult {
        let count = rows("latents", latents.len(), self.0.values)?;
        self.0.enter(|closure| closure(LatentRequest { count, ..request }, latents))
    }
}

/// Latent distribution and sampling.
impl Network {
    /// Sets the latent distribution; normal with spread 1 unless set.
    pub fn set_latent(&self, distribution: Distribution, spread: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_latent(raw, distribution as i32, spread) })
    }

    /// The latent distribution and its spread.
    pub fn latent(&self) -> Result<(Distribution, f64)> {
        let (mut distribution, mut spread) = (0, 0.0);
        self.handle.call(|raw| unsafe { sys::coulomb_network_get_latent(raw, &mut distribution, &mut spread) })?;
        Ok((Distribution::from_raw(distribution)?, spread))
    }

    /// Sets the number of random signs at the beginning of a latent.
    pub fn set_latent_signs(&self, signs: usize) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_latent_signs(raw, signs) })
    }

    /// The number of random signs in a latent.
    pub fn latent_signs(&self) -> Result<usize> {
        self.handle.read(|raw, signs| unsafe { sys::coulomb_network_get_latent_signs(raw, signs) })
    }

    /// Sets a closure that writes latents, [count, input shape]. They must depend on the request alone. The network is
    /// finished. The closure lives as long as a network or trainer uses it, so it cannot borrow:
    ///
    /// ```compile_fail,E0373
    /// # let context = coulomb::Context::new()?;
    /// # let network = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    /// let table = vec![0.5_f32; 8];
    /// network.set_latent_callback(|_, latents| {
    ///     latents.chunks_mut(8).for_each(|latent| latent.copy_from_slice(&table));
    ///     Ok(())
    /// })?;
    /// # Ok::<(), coulomb::Error>(())
    /// ```
    pub fn set_latent_callback(
        &self,
        latent: impl FnMut(LatentRequest, &mut [f32]) -> CallbackResult + Send + 'static,
    ) -> Result<()> {
        Slot::<LatentClosure>::new(self.input_values()?, Box::new(latent)).lend(|user| {
            let destroy = Some(Slot::<LatentClosure>::release as unsafe extern "C" fn(*mut c_void));
            self.handle.call(|raw| unsafe {
                sys::coulomb_network_set_latent_callback(raw, Some(write_latents), user, destroy)
            })
        })
    }

    /// Draws latents from the distribution again.
    pub fn clear_latent_callback(&self) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_latent_callback(raw, None, ptr::null_mut(), None) })
    }

    /// The latent closure.
    pub fn latent_callback(&self) -> Result<Option<Latents>> {
        let (mut latent, mut user) = (None, ptr::null_mut());
        let mut found = None;
        self.handle.call(|raw| unsafe {
            let status = sys::coulomb_network_get_latent_callback(raw, &mut latent, &mut user);
            // A network from a file may know that there was a callback, without having one.
            found = latent.filter(|_| !user.is_null()).map(|_| Latents(Slot::share(user)));
            status
        })?;
        Ok(found)
    }

    /// Sets the seed of generation and restarts its sequence.
    pub fn set_generation_seed(&self, seed: u64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_generation_seed(raw, seed) })
    }

    /// The seed of generation.
    pub fn generation_seed(&self) -> Result<u64> {
        self.handle.read(|raw, seed| unsafe { sys::coulomb_network_get_generation_seed(raw, seed) })
    }

    /// Chooses whether batch norm uses running averages in evaluation and generation.
    pub fn set_running_averages(&self, averages: bool) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_running_averages(raw, averages.into()) })
    }

    /// Whether batch norm uses running averages in evaluation and generation.
    pub fn running_averages(&self) -> Result<bool> {
        self.handle
            .read(|raw, averages| unsafe { sys::coulomb_network_get_running_averages(raw, averages) })
            .map(is_set)
    }

    /// Draws latents, [count, input shape], as training (update from 1) or generation (update 0) does.
    pub fn draw_latents(&self, seed: u64, update: u64, first: u64, latents: &mut [f32]) -> Result<()> {
        let count = rows("latents", latents.len(), self.input_values()?)?;
        self.handle.call(|raw| unsafe {
            sys::coulomb_network_draw_latents(raw, seed, update, first, count, latents.as_mut_ptr())
        })
    }

    /// Generates the next samples of the network's sequence, [count, output shape].
    pub fn generate(&self, samples: &mut [f32]) -> Result<()> {
        let count = rows("samples", samples.len(), self.output_values()?)?;
        self.handle.call(|raw| unsafe { sys::coulomb_network_generate(raw, count, samples.as_mut_ptr()) })
    }
}

unsafe extern "C" fn write_latents(
    user: *mut c_void,
    seed: u64,
    update: u64,
    first: u64,
    count: usize,
    latent: *mut f32,
) -> i32 {
    let slot = &*(user as *const Slot<LatentClosure>);
    let latents = slice::from_raw_parts_mut(latent, count * slot.values);
    guarded(|| slot.enter(|closure| closure(LatentRequest { seed, update, first, count }, latents)))
}
