use crate::cell::{fits, rows};
use crate::handle::{c_text, Handle};
use crate::{Arena, Context, Gradients, Result};
use coulomb_sys as sys;
use std::ptr;

/// A directed acyclic graph of layers.
///
/// Build it node by node ([`Network::new`], [`input`](Network::input), the layers, [`finish`](Network::finish)), or
/// create it from a preset or from a file. Arrays are float32 in C order; the first dimension of data is the sample.
/// The number of samples follows from the arrays' lengths.
///
/// Setters take `&self`, because a trainer lends its networks; [`forward`](Network::forward) takes `&mut self`, because
/// the library keeps its input.
pub struct Network {
    pub(crate) handle: Handle<sys::coulomb_network>,
}

/// A node of a network under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node(pub(crate) i32);

impl Network {
    pub(crate) fn create(
        context: &Context,
        create: impl FnOnce(*mut sys::coulomb_context, *mut *mut sys::coulomb_network) -> i32,
    ) -> Result<Self> {
        let raw = context.cell.raw;
        Ok(Network { handle: Handle::new(&context.cell, sys::coulomb_network_free, |out| create(raw, out))? })
    }

    /// Creates an empty network.
    pub fn new(context: &Context) -> Result<Self> {
        Self::create(context, |raw, out| unsafe { sys::coulomb_network_new(raw, out) })
    }

    /// Creates a published network, finished. `shape` is that of a sample: a generator's output, a discriminator's
    /// input. `latent` is 0 for discriminators.
    pub fn preset(context: &Context, name: &str, shape: &[usize], latent: usize, seed: u64) -> Result<Self> {
        let name = c_text("name", name)?;
        Self::create(context, |raw, out| unsafe {
            let (shape, rank) = (shape.as_ptr(), shape.len());
            sys::coulomb_network_new_preset(raw, name.as_ptr(), shape, rank, latent, seed, out)
        })
    }

    /// Appends the input: the first node.
    pub fn input(&self, shape: &[usize]) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_input(raw, shape.as_ptr(), shape.len(), node) })
    }

    pub(crate) fn append(&self, function: impl FnOnce(*mut sys::coulomb_network, *mut i32) -> i32) -> Result<Node> {
        self.handle.read(function).map(Node)
    }

    /// Finishes building: chooses the output, creates the parameters and initializes them.
    pub fn finish(&self, output: Node, seed: u64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_finish(raw, output.0, seed) })
    }

    /// Whether the network is finished.
    pub fn finished(&self) -> Result<bool> {
        self.handle.read::<i32>(|raw, finished| unsafe { sys::coulomb_network_finished(raw, finished) }).map(is_set)
    }

    /// Marks the network as inference-only (without gradients), or as trainable again.
    pub fn set_inference_only(&self, only: bool) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_set_inference_only(raw, only.into()) })
    }

    /// Whether the network is inference-only.
    pub fn inference_only(&self) -> Result<bool> {
        self.handle.read(|raw, only| unsafe { sys::coulomb_network_get_inference_only(raw, only) }).map(is_set)
    }

    /// Shape of an input sample.
    pub fn input_shape(&self) -> Result<Vec<usize>> {
        self.shape(|raw, shape, capacity, rank| unsafe { sys::coulomb_network_input_shape(raw, shape, capacity, rank) })
    }

    /// Shape of an output sample.
    pub fn output_shape(&self) -> Result<Vec<usize>> {
        self.shape(|raw, shape, capacity, rank| unsafe {
            sys::coulomb_network_output_shape(raw, shape, capacity, rank)
        })
    }

    pub(crate) fn shape(
        &self,
        get: impl Fn(*mut sys::coulomb_network, *mut usize, usize, *mut usize) -> i32,
    ) -> Result<Vec<usize>> {
        let rank = self.handle.read(|raw, rank| get(raw, ptr::null_mut(), 0, rank))?;
        let mut shape = vec![0; rank];
        self.handle.read(|raw, rank| get(raw, shape.as_mut_ptr(), shape.len(), rank))?;
        Ok(shape)
    }

    /// Number of values of an input sample.
    pub fn input_values(&self) -> Result<usize> {
        Ok(self.input_shape()?.iter().product())
    }

    /// Number of values of an output sample.
    pub fn output_values(&self) -> Result<usize> {
        Ok(self.output_shape()?.iter().product())
    }

    /// Allocates what forward and backward passes of `batch` samples need.
    pub fn reserve(&self, batch: usize) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_reserve(raw, batch) })
    }

    /// Allocates what evaluation and generation of `count` samples need.
    pub fn reserve_inference(&self, count: usize) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_network_reserve_inference(raw, count) })
    }

    /// Bytes of an arena for batches of `batch` samples.
    pub fn memory(&self, arena: Arena, batch: usize) -> Result<usize> {
        self.handle.read(|raw, bytes| unsafe { sys::coulomb_network_memory(raw, arena as i32, batch, bytes) })
    }

    /// Evaluates the network. Input is [count, input shape], output [count, output shape].
    pub fn evaluate(&self, input: &[f32], output: &mut [f32]) -> Result<()> {
        let count = self.count(input, Some(output))?;
        self.handle
            .call(|raw| unsafe { sys::coulomb_network_evaluate(raw, count, input.as_ptr(), output.as_mut_ptr()) })
    }

    fn count(&self, input: &[f32], output: Option<&[f32]>) -> Result<usize> {
        let count = rows("input", input.len(), self.input_values()?)?;
        if let Some(output) = output {
            fits("output", output.len(), count.checked_mul(self.output_values()?))?;
        }
        Ok(count)
    }

    /// Forward pass in training mode. The library reads the input again on the way back, so the pass borrows it:
    ///
    /// ```compile_fail,E0597
    /// # let context = coulomb::Context::new()?;
    /// # let mut network = coulomb::Network::preset(&context, "mlp-discriminator", &[2], 0, 1)?;
    /// let mut pass = {
    ///     let input = vec![0.0; 20];
    ///     network.forward(&input, None)?
    /// };
    /// pass.backward(&[1.0; 10], None, coulomb::Gradients::Write)?; // the input is gone
    /// # Ok::<(), coulomb::Error>(())
    /// ```
    pub fn forward<'p>(&'p mut self, input: &'p [f32], output: Option<&mut [f32]>) -> Result<Pass<'p>> {
        self.pass(input, output, |raw, count, from, to| unsafe { sys::coulomb_network_forward(raw, count, from, to) })
    }

    /// Forward pass in evaluation mode, for a backward pass through a network that is not trained.
    pub fn forward_evaluation<'p>(&'p mut self, input: &'p [f32], output: Option<&mut [f32]>) -> Result<Pass<'p>> {
        self.pass(input, output, |raw, count, from, to| unsafe {
            sys::coulomb_network_forward_evaluation(raw, count, from, to)
        })
    }

    fn pass<'p>(
        &'p mut self,
        input: &'p [f32],
        output: Option<&mut [f32]>,
        function: impl FnOnce(*mut sys::coulomb_network, usize, *const f32, *mut f32) -> i32,
    ) -> Result<Pass<'p>> {
        let count = self.count(input, output.as_deref())?;
        let to = output.map_or(ptr::null_mut(), |output| output.as_mut_ptr());
        self.handle.call(|raw| function(raw, count, input.as_ptr(), to))?;
        Ok(Pass { network: self, count, _input: input })
    }
}

/// A forward pass, to go back through. Its network cannot make another one meanwhile:
///
/// ```compile_fail,E0499
/// # let context = coulomb::Context::new()?;
/// # let mut network = coulomb::Network::preset(&context, "mlp-discriminator", &[2], 0, 1)?;
/// # let input = vec![0.0; 20];
/// let mut first = network.forward(&input, None)?;
/// let second = network.forward(&input, None)?;
/// first.backward(&[1.0; 10], None, coulomb::Gradients::Write)?;
/// # Ok::<(), coulomb::Error>(())
/// ```
pub struct Pass<'p> {
    network: &'p mut Network,
    count: usize,
    _input: &'p [f32],
}

impl Pass<'_> {
    /// The network, to read gradients.
    pub fn network(&self) -> &Network {
        self.network
    }

    /// Backward pass: gradients of sum(output * output_gradient). May be repeated. Fails with
    /// [`Status::STATE`](crate::Status::STATE) if a trainer has used the network since, or its arenas have grown.
    pub fn backward(
        &mut self,
        output_gradient: &[f32],
        input_gradient: Option<&mut [f32]>,
        parameters: Gradients,
    ) -> Result<()> {
        let network = &*self.network;
        let expected = self.count.checked_mul(network.output_values()?);
        fits("output_gradient", output_gradient.len(), expected)?;
        if let Some(gradient) = &input_gradient {
            fits("input_gradient", gradient.len(), self.count.checked_mul(network.input_values()?))?;
        }
        let to = input_gradient.map_or(ptr::null_mut(), |gradient| gradient.as_mut_ptr());
        network
            .handle
            .call(|raw| unsafe { sys::coulomb_network_backward(raw, output_gradient.as_ptr(), to, parameters as i32) })
    }
}

pub(crate) fn is_set(flag: i32) -> bool {
    flag != 0
}
