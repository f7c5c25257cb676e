use crate::handle::Handle;
use crate::{Method, Network, Result, Schedule};
use coulomb_sys as sys;
use std::cell::RefCell;

/// Updates a network's parameters with the gradients of its backward pass. A trainer has one for each network;
/// one's own serve training loops of one's own.
///
/// Setters take `&self`, because a trainer lends its optimizers.
pub struct Optimizer {
    handle: Handle<sys::coulomb_optimizer>,
    /// What the library uses, to return it.
    schedule: RefCell<Option<Schedule>>,
}

impl Optimizer {
    /// Creates an optimizer: Adam, learning rate 1e-4, betas 0.9 and 0.999, epsilon 1e-8, no L2, no schedule.
    pub fn new(network: &Network) -> Result<Self> {
        let of = &network.handle;
        let create = |out: *mut _| unsafe { sys::coulomb_optimizer_new(of.raw, out) };
        Ok(Self::of(Handle::new(&of.context, sys::coulomb_optimizer_free, create)?))
    }

    pub(crate) fn of(handle: Handle<sys::coulomb_optimizer>) -> Self {
        Optimizer { handle, schedule: RefCell::new(None) }
    }

    /// Sets the method.
    pub fn set_method(&self, method: Method) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_set_method(raw, method as i32) })
    }

    /// The method.
    pub fn method(&self) -> Result<Method> {
        Method::from_raw(self.handle.read(|raw, method| unsafe { sys::coulomb_optimizer_get_method(raw, method) })?)
    }

    /// Sets the learning rate, which the schedule multiplies.
    pub fn set_learning_rate(&self, rate: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_set_learning_rate(raw, rate) })
    }

    /// The learning rate, without the schedule.
    pub fn learning_rate(&self) -> Result<f64> {
        self.handle.read(|raw, rate| unsafe { sys::coulomb_optimizer_get_learning_rate(raw, rate) })
    }

    /// Sets the schedule of the learning rate; `None`: constant.
    pub fn set_schedule(&self, schedule: Option<&Schedule>) -> Result<()> {
        let pointer = schedule.map_or(std::ptr::null_mut(), Schedule::raw);
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_set_schedule(raw, pointer) })?;
        let before = self.schedule.replace(schedule.cloned());
        drop(before); // after the borrow: its closure's destructor may use the optimizer
        Ok(())
    }

    /// The schedule of the learning rate.
    pub fn schedule(&self) -> Result<Option<Schedule>> {
        let raw = self.handle.part(|raw, out| unsafe { sys::coulomb_optimizer_get_schedule(raw, out) })?;
        Ok(self.schedule.borrow().clone().filter(|kept| kept.raw() == raw))
    }

    /// Sets Adam's decay rates of the mean and of the mean square.
    pub fn set_betas(&self, beta1: f64, beta2: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_set_betas(raw, beta1, beta2) })
    }

    /// Adam's decay rates.
    pub fn betas(&self) -> Result<(f64, f64)> {
        let (mut beta1, mut beta2) = (0.0, 0.0);
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_get_betas(raw, &mut beta1, &mut beta2) })?;
        Ok((beta1, beta2))
    }

    /// Sets Adam's epsilon, added to the denominator.
    pub fn set_epsilon(&self, epsilon: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_set_epsilon(raw, epsilon) })
    }

    /// Adam's epsilon.
    pub fn epsilon(&self) -> Result<f64> {
        self.handle.read(|raw, epsilon| unsafe { sys::coulomb_optimizer_get_epsilon(raw, epsilon) })
    }

    /// Sets the L2 weight decay.
    pub fn set_l2(&self, l2: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_set_l2(raw, l2) })
    }

    /// The L2 weight decay.
    pub fn l2(&self) -> Result<f64> {
        self.handle.read(|raw, l2| unsafe { sys::coulomb_optimizer_get_l2(raw, l2) })
    }

    /// Updates the parameters with the network's gradients; `update` is counted from 1. A trainer's optimizer refuses.
    pub fn step(&self, update: u64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_optimizer_step(raw, update) })
    }
}
