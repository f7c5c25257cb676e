//! Charges of a trainer: how many samples make the potential, with which kernel, and what a generator without a
//! discriminator follows.
use crate::handle::{Borrowed, Handle};
use crate::network::is_set;
use crate::{Field, Kernel, Network, Result, Schedule, Trainer};
use coulomb_sys as sys;
use std::ptr;

/// Charges, kernel and features.
impl Trainer<'_> {
    /// Sets the numbers of model and target charges; 0: the batch.
    pub fn set_charges(&mut self, model: usize, target: usize) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_charges(raw, model, target) })
    }

    /// The numbers of model and target charges as they were set.
    pub fn charges(&self) -> Result<(usize, usize)> {
        let (mut model, mut target) = (0, 0);
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_get_charges(raw, &mut model, &mut target) })?;
        Ok((model, target))
    }

    /// Sets the kernel of the potential.
    pub fn set_kernel(&mut self, kernel: Kernel) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_kernel(raw, kernel as i32) })
    }

    /// The kernel of the potential.
    pub fn kernel(&self) -> Result<Kernel> {
        Kernel::from_raw(self.handle.read(|raw, kernel| unsafe { sys::coulomb_trainer_get_kernel(raw, kernel) })?)
    }

    /// Sets the exponent of the kernel.
    pub fn set_exponent(&mut self, exponent: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_exponent(raw, exponent) })
    }

    /// The exponent of the kernel.
    pub fn exponent(&self) -> Result<f64> {
        self.handle.read(|raw, exponent| unsafe { sys::coulomb_trainer_get_exponent(raw, exponent) })
    }

    /// Sets the epsilon of the kernel, in the unit of the samples, as the only one.
    pub fn set_epsilon(&mut self, epsilon: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_epsilon(raw, epsilon) })
    }

    /// The epsilon of the kernel, the first one of several, without the schedule's factor.
    pub fn epsilon(&self) -> Result<f64> {
        self.handle.read(|raw, epsilon| unsafe { sys::coulomb_trainer_get_epsilon(raw, epsilon) })
    }

    /// Sets several epsilons: the kernel is the sum of the kernels that have one each.
    pub fn set_epsilons(&mut self, epsilons: &[f64]) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_epsilons(raw, epsilons.as_ptr(), epsilons.len()) })
    }

    /// All epsilons, without the schedule's factor.
    pub fn epsilons(&self) -> Result<Vec<f64>> {
        let mut epsilons = vec![0.0; sys::COULOMB_EPSILONS_MAX as usize];
        let count = self.handle.read(|raw, count| unsafe {
            sys::coulomb_trainer_get_epsilons(raw, epsilons.as_mut_ptr(), epsilons.len(), count)
        })?;
        epsilons.truncate(count);
        Ok(epsilons)
    }

    /// Sets the schedule of epsilon; `None`: constant.
    pub fn set_epsilon_schedule(&mut self, schedule: Option<&Schedule>) -> Result<()> {
        let pointer = schedule.map_or(ptr::null_mut(), Schedule::raw);
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_epsilon_schedule(raw, pointer) })?;
        self.epsilon_schedule = schedule.cloned();
        Ok(())
    }

    /// The schedule of epsilon.
    pub fn epsilon_schedule(&self) -> Result<Option<Schedule>> {
        let raw = self.handle.part(|raw, out| unsafe { sys::coulomb_trainer_get_epsilon_schedule(raw, out) })?;
        Ok(self.epsilon_schedule.clone().filter(|kept| kept.raw() == raw))
    }

    /// Sets whether a sample's potential includes its own charge.
    pub fn set_self_terms(&mut self, keep: bool) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_self_terms(raw, keep.into()) })
    }

    /// Whether a sample's potential includes its own charge.
    pub fn self_terms(&self) -> Result<bool> {
        self.handle.read(|raw, keep| unsafe { sys::coulomb_trainer_get_self_terms(raw, keep) }).map(is_set)
    }

    /// Sets the scale of the discriminator's regression target; without a discriminator a factor on the field.
    pub fn set_potential_scale(&mut self, scale: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_potential_scale(raw, scale) })
    }

    /// The scale of the discriminator's regression target.
    pub fn potential_scale(&self) -> Result<f64> {
        self.handle.read(|raw, scale| unsafe { sys::coulomb_trainer_get_potential_scale(raw, scale) })
    }

    /// Sets what the generator follows in a trainer without a discriminator.
    pub fn set_field(&mut self, field: Field) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_field(raw, field as i32) })
    }

    /// What the generator follows in a trainer without a discriminator.
    pub fn field(&self) -> Result<Field> {
        Field::from_raw(self.handle.read(|raw, field| unsafe { sys::coulomb_trainer_get_field(raw, field) })?)
    }

    /// Takes distances between features: a network stands between samples and the kernel. `None`: between samples.
    pub fn set_features(&mut self, features: Option<&Network>) -> Result<()> {
        let pointer = features.map_or(ptr::null_mut(), |network| network.handle.raw);
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_features(raw, pointer) })
    }

    /// The network between samples and the kernel.
    pub fn features(&self) -> Result<Option<Borrowed<Network>>> {
        let raw = self.handle.part(|raw, out| unsafe { sys::coulomb_trainer_get_features(raw, out) })?;
        let network = || Network { handle: Handle::borrowed(&self.handle.context, raw) };
        Ok((!raw.is_null()).then(|| Borrowed::new(network())))
    }
}
