use crate::cell::{fits, rows};
use crate::handle::Handle;
use crate::network::is_set;
use crate::{Context, Kernel, Result, Stream};
use coulomb_sys as sys;
use std::ptr;

/// Potential, field and energy of two sets of samples.
///
/// Target samples attract and model samples repel: the potential is high where model samples are missing. Points are
/// float32 arrays in C order, [count, dimension]; results have the length that follows from them.
pub struct Plummer {
    handle: Handle<sys::coulomb_plummer>,
}

/// Result of [`Plummer::energy_test`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnergyTest {
    pub energy: f64,
    /// (1 + permutations whose energy is at least as large) / (1 + permutations)
    pub p_value: f64,
}

/// Settings.
impl Plummer {
    /// Creates a kernel `(|a-b|^2 + epsilon^2)^(-exponent/2)`.
    pub fn new(context: &Context, exponent: f64, epsilon: f64) -> Result<Self> {
        let raw = context.cell.raw;
        let create = |out: *mut _| unsafe { sys::coulomb_plummer_new(raw, exponent, epsilon, out) };
        Ok(Plummer { handle: Handle::new(&context.cell, sys::coulomb_plummer_free, create)? })
    }

    /// Sets the exponent.
    pub fn set_exponent(&mut self, exponent: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_plummer_set_exponent(raw, exponent) })
    }

    /// The exponent.
    pub fn exponent(&self) -> Result<f64> {
        self.handle.read(|raw, exponent| unsafe { sys::coulomb_plummer_get_exponent(raw, exponent) })
    }

    /// Sets the kernel.
    pub fn set_kernel(&mut self, kernel: Kernel) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_plummer_set_kernel(raw, kernel as i32) })
    }

    /// The kernel.
    pub fn kernel(&self) -> Result<Kernel> {
        Kernel::from_raw(self.handle.read(|raw, kernel| unsafe { sys::coulomb_plummer_get_kernel(raw, kernel) })?)
    }

    /// Sets the epsilon, as the only one.
    pub fn set_epsilon(&mut self, epsilon: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_plummer_set_epsilon(raw, epsilon) })
    }

    /// The epsilon, the first one of several.
    pub fn epsilon(&self) -> Result<f64> {
        self.handle.read(|raw, epsilon| unsafe { sys::coulomb_plummer_get_epsilon(raw, epsilon) })
    }

    /// Sets several epsilons: the kernel is the sum of the kernels that have one each.
    pub fn set_epsilons(&mut self, epsilons: &[f64]) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_plummer_set_epsilons(raw, epsilons.as_ptr(), epsilons.len()) })
    }

    /// All epsilons.
    pub fn epsilons(&self) -> Result<Vec<f64>> {
        let mut epsilons = vec![0.0; sys::COULOMB_EPSILONS_MAX as usize];
        let count = self.handle.read(|raw, count| unsafe {
            sys::coulomb_plummer_get_epsilons(raw, epsilons.as_mut_ptr(), epsilons.len(), count)
        })?;
        epsilons.truncate(count);
        Ok(epsilons)
    }

    /// Sets whether sums over a sample's own set include its interaction with itself.
    pub fn set_self_terms(&mut self, keep: bool) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_plummer_set_self_terms(raw, keep.into()) })
    }

    /// Whether sums over a sample's own set include its interaction with itself.
    pub fn self_terms(&self) -> Result<bool> {
        self.handle.read(|raw, keep| unsafe { sys::coulomb_plummer_get_self_terms(raw, keep) }).map(is_set)
    }
}

/// Sets in memory.
impl Plummer {
    /// Computes the potential at given points.
    pub fn potential(
        &self,
        dimension: usize,
        at: &[f32],
        model: &[f32],
        target: &[f32],
        potential: &mut [f32],
    ) -> Result<()> {
        let (n_at, n_model, n_target) = counts(dimension, at, model, target)?;
        fits("potential", potential.len(), Some(n_at))?;
        let (at, model, target, to) = (at.as_ptr(), model.as_ptr(), target.as_ptr(), potential.as_mut_ptr());
        self.handle.call(|raw| unsafe {
            sys::coulomb_plummer_potential(raw, dimension, at, n_at, model, n_model, target, n_target, to)
        })
    }

    /// Computes the field at given points, [count, dimension], and, where wanted, the potential.
    pub fn field(
        &self,
        dimension: usize,
        at: &[f32],
        model: &[f32],
        target: &[f32],
        field: &mut [f32],
        potential: Option<&mut [f32]>,
    ) -> Result<()> {
        let (n_at, n_model, n_target) = counts(dimension, at, model, target)?;
        fits("field", field.len(), Some(at.len()))?;
        let potential = result("potential", potential, n_at)?;
        let (at, model, target, to) = (at.as_ptr(), model.as_ptr(), target.as_ptr(), field.as_mut_ptr());
        self.handle.call(|raw| unsafe {
            sys::coulomb_plummer_field(raw, dimension, at, n_at, model, n_model, target, n_target, to, potential)
        })
    }

    /// Computes the energy and, where wanted, the potential at every sample of a batch.
    pub fn batch(
        &self,
        dimension: usize,
        model: &[f32],
        target: &[f32],
        potential_model: Option<&mut [f32]>,
        potential_target: Option<&mut [f32]>,
    ) -> Result<f64> {
        let (_, n_model, n_target) = counts(dimension, &[], model, target)?;
        let at_model = result("potential_model", potential_model, n_model)?;
        let at_target = result("potential_target", potential_target, n_target)?;
        let (model, target) = (model.as_ptr(), target.as_ptr());
        self.handle.read(|raw, energy| unsafe {
            sys::coulomb_plummer_batch(raw, dimension, model, n_model, target, n_target, at_model, at_target, energy)
        })
    }

    /// Computes the energy between two sets: half the squared maximum mean discrepancy with this kernel.
    pub fn energy(&self, dimension: usize, model: &[f32], target: &[f32]) -> Result<f64> {
        let (_, n_model, n_target) = counts(dimension, &[], model, target)?;
        let (model, target) = (model.as_ptr(), target.as_ptr());
        self.handle.read(|raw, energy| unsafe {
            sys::coulomb_plummer_energy(raw, dimension, model, n_model, target, n_target, energy)
        })
    }

    /// Tests with the energy whether both sets could come from one density: a permutation test.
    pub fn energy_test(
        &self,
        dimension: usize,
        model: &[f32],
        target: &[f32],
        permutations: usize,
        seed: u64,
    ) -> Result<EnergyTest> {
        let (_, n_model, n_target) = counts(dimension, &[], model, target)?;
        let (model, target) = (model.as_ptr(), target.as_ptr());
        let (mut energy, mut p_value) = (0.0, 0.0);
        self.handle.call(|raw| unsafe {
            let (energy, p_value) = (&mut energy, &mut p_value);
            sys::coulomb_plummer_energy_test(
                raw,
                dimension,
                model,
                n_model,
                target,
                n_target,
                permutations,
                seed,
                energy,
                p_value,
            )
        })?;
        Ok(EnergyTest { energy, p_value })
    }
}

/// Sets larger than memory.
impl Plummer {
    /// Computes field and potential at given points, where wanted. Each set is read once, in order.
    pub fn field_streamed(
        &self,
        dimension: usize,
        at: &[f32],
        mut model: Stream,
        mut target: Stream,
        field: Option<&mut [f32]>,
        potential: Option<&mut [f32]>,
    ) -> Result<()> {
        let n_at = rows("at", at.len(), dimension)?;
        let field = result("field", field, at.len())?;
        let potential = result("potential", potential, n_at)?;
        let (n_model, n_target) = (model.count, target.count);
        let (mut model, mut target) = (model.reader(dimension), target.reader(dimension));
        let (from_model, model_user) = (model.callback(), model.user());
        let (from_target, target_user) = (target.callback(), target.user());
        let at = at.as_ptr();
        self.handle.call(|raw| unsafe {
            sys::coulomb_plummer_field_streamed(
                raw,
                dimension,
                at,
                n_at,
                from_model,
                model_user,
                n_model,
                from_target,
                target_user,
                n_target,
                field,
                potential,
            )
        })
    }

    /// Computes the energy. Blocks are read once for each pair of blocks.
    pub fn energy_streamed(&self, dimension: usize, mut model: Stream, mut target: Stream) -> Result<f64> {
        rows("dimension", 0, dimension)?;
        let (n_model, n_target) = (model.count, target.count);
        let (mut model, mut target) = (model.reader(dimension), target.reader(dimension));
        let (from_model, model_user) = (model.callback(), model.user());
        let (from_target, target_user) = (target.callback(), target.user());
        self.handle.read(|raw, energy| unsafe {
            sys::coulomb_plummer_energy_streamed(
                raw,
                dimension,
                from_model,
                model_user,
                n_model,
                from_target,
                target_user,
                n_target,
                energy,
            )
        })
    }
}

fn counts(dimension: usize, at: &[f32], model: &[f32], target: &[f32]) -> Result<(usize, usize, usize)> {
    let count = |what, points: &[f32]| rows(what, points.len(), dimension);
    Ok((count("at", at)?, count("model", model)?, count("target", target)?))
}

/// A result that may not be wanted.
pub(crate) fn result<T>(what: &str, values: Option<&mut [T]>, expected: usize) -> Result<*mut T> {
    match values {
        None => Ok(ptr::null_mut()),
        Some(values) => fits(what, values.len(), Some(expected)).map(|()| values.as_mut_ptr()),
    }
}
