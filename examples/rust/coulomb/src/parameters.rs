//! Parameters of networks: names, shapes, values, gradients, freezing and initialization.
use crate::cell::text;
use crate::handle::{c_name, c_text, or_null};
use crate::network::is_set;
use crate::{Distribution, Fan, Initializer, Network, Result};
use coulomb_sys as sys;

/// Names and values.
impl Network {
    /// Number of parameter arrays of the layers appended so far.
    pub fn parameter_count(&self) -> usize {
        let raw = self.handle.raw;
        self.handle.context.ask(|| unsafe { sys::coulomb_network_parameter_count(raw) })
    }

    /// Name of a parameter array; `None` if there are fewer.
    pub fn parameter_name(&self, index: usize) -> Option<String> {
        let raw = self.handle.raw;
        self.handle.context.ask(|| unsafe {
            let name = sys::coulomb_network_parameter_name(raw, index);
            (!name.is_null()).then(|| text(name))
        })
    }

    /// Names of all parameter arrays, ordered by layer.
    pub fn parameter_names(&self) -> Vec<String> {
        (0..self.parameter_count()).filter_map(|index| self.parameter_name(index)).collect()
    }

    /// Shape of a parameter array.
    pub fn parameter_shape(&self, parameter: &str) -> Result<Vec<usize>> {
        let parameter = c_text("parameter", parameter)?;
        self.shape(|raw, shape, capacity, rank| unsafe {
            sys::coulomb_network_parameter_shape(raw, parameter.as_ptr(), shape, capacity, rank)
        })
    }

    /// Reads a parameter array into a slice of its size.
    pub fn read_parameter(&self, parameter: &str, values: &mut [f32]) -> Result<()> {
        let parameter = c_text("parameter", parameter)?;
        let (to, count) = (values.as_mut_ptr(), values.len());
        self.handle.call(|raw| unsafe { sys::coulomb_network_read_parameter(raw, parameter.as_ptr(), to, count) })
    }

    /// Writes a parameter array from a slice of its size.
    pub fn write_parameter(&self, parameter: &str, values: &[f32]) -> Result<()> {
        let parameter = c_text("parameter", parameter)?;
        let (from, count) = (values.as_ptr(), values.len());
        self.handle.call(|raw| unsafe { sys::coulomb_network_write_parameter(raw, parameter.as_ptr(), from, count) })
    }

    /// Reads the gradient of a parameter array.
    pub fn read_gradient(&self, parameter: &str, values: &mut [f32]) -> Result<()> {
        let parameter = c_text("parameter", parameter)?;
        let (to, count) = (values.as_mut_ptr(), values.len());
        self.handle.call(|raw| unsafe { sys::coulomb_network_read_gradient(raw, parameter.as_ptr(), to, count) })
    }

    /// Freezes a parameter, a layer's parameters or (`None`) all appended so far, or makes them trainable again.
    pub fn set_frozen(&self, name: Option<&str>, frozen: bool) -> Result<()> {
        let name = c_name(name)?;
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_frozen(raw, or_null(&name), frozen.into()) })
    }

    /// Whether a parameter array is frozen.
    pub fn frozen(&self, parameter: &str) -> Result<bool> {
        let name = c_text("parameter", parameter)?;
        self.handle
            .read(|raw, frozen| unsafe { sys::coulomb_network_get_frozen(raw, name.as_ptr(), frozen) })
            .map(is_set)
    }
}

/// Initializers. A parameter of `None` means all weight arrays appended so far.
impl Network {
    /// Sets one of the first four kinds of initializers.
    pub fn set_initializer(&self, parameter: Option<&str>, initializer: Initializer) -> Result<()> {
        let name = c_name(parameter)?;
        let kind = initializer as i32;
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_initializer(raw, or_null(&name), kind) })
    }

    /// Sets a constant as initializer.
    pub fn set_initializer_constant(&self, parameter: Option<&str>, value: f64) -> Result<()> {
        let name = c_name(parameter)?;
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_initializer_constant(raw, or_null(&name), value) })
    }

    /// Sets an initializer with mean 0 and variance scale/fan.
    pub fn set_initializer_variance_scaling(
        &self,
        parameter: Option<&str>,
        scale: f64,
        fan: Fan,
        distribution: Distribution,
    ) -> Result<()> {
        let name = c_name(parameter)?;
        let (fan, distribution) = (fan as i32, distribution as i32);
        self.handle.call(|raw| unsafe {
            sys::coulomb_network_set_initializer_variance_scaling(raw, or_null(&name), scale, fan, distribution)
        })
    }

    /// Sets an initializer with mean 0 and a given spread.
    pub fn set_initializer_random(
        &self,
        parameter: Option<&str>,
        distribution: Distribution,
        spread: f64,
    ) -> Result<()> {
        let name = c_name(parameter)?;
        self.handle.call(|raw| unsafe {
            sys::coulomb_network_set_initializer_random(raw, or_null(&name), distribution as i32, spread)
        })
    }

    /// Kind of a parameter's initializer.
    pub fn initializer(&self, parameter: &str) -> Result<Initializer> {
        let name = c_text("parameter", parameter)?;
        let kind =
            self.handle.read(|raw, kind| unsafe { sys::coulomb_network_get_initializer(raw, name.as_ptr(), kind) })?;
        Initializer::from_raw(kind)
    }

    /// Constant of a parameter's initializer.
    pub fn initializer_constant(&self, parameter: &str) -> Result<f64> {
        let name = c_text("parameter", parameter)?;
        self.handle
            .read(|raw, value| unsafe { sys::coulomb_network_get_initializer_constant(raw, name.as_ptr(), value) })
    }

    /// Scale, fan and distribution of a parameter's initializer.
    pub fn initializer_variance_scaling(&self, parameter: &str) -> Result<(f64, Fan, Distribution)> {
        let name = c_text("parameter", parameter)?;
        let (mut scale, mut fan, mut distribution) = (0.0, 0, 0);
        self.handle.call(|raw| unsafe {
            let name = name.as_ptr();
            let (scale, fan, distribution) = (&mut scale, &mut fan, &mut distribution);
            sys::coulomb_network_get_initializer_variance_scaling(raw, name, scale, fan, distribution)
        })?;
        Ok((scale, Fan::from_raw(fan)?, Distribution::from_raw(distribution)?))
    }

    /// Distribution and spread of a parameter's initializer.
    pub fn initializer_random(&self, parameter: &str) -> Result<(Distribution, f64)> {
        let name = c_text("parameter", parameter)?;
        let (mut distribution, mut spread) = (0, 0.0);
        self.handle.call(|raw| unsafe {
            sys::coulomb_network_get_initializer_random(raw, name.as_ptr(), &mut distribution, &mut spread)
        })?;
        Ok((Distribution::from_raw(distribution)?, spread))
    }

    /// Initializes all parameters again.
    pub fn initialize(&self, seed: u64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_initialize(raw, seed) })
    }
}
