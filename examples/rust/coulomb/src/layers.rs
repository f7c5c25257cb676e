//! Layers: functions that append a node to a network under construction. Shapes are those of one sample: images
//! [height, width, channels], sequences [length, channels]. Layers with parameters have a name; `None` numbers them.
use crate::handle::{c_name, or_null};
use crate::{Network, Node, Result};
use coulomb_sys as sys;

/// Dense layers and normalisation.
impl Network {
    /// Dense layer over the last dimension.
    pub fn dense(&self, input: Node, units: usize, name: Option<&str>) -> Result<Node> {
        let name = c_name(name)?;
        self.append(|raw, node| unsafe { sys::coulomb_network_dense(raw, input.0, units, or_null(&name), node) })
    }

    /// Batch normalisation over all dimensions but the last. The published experiments use epsilon 1e-3 and momentum
    /// 0.99; without `scale` the scale is 1.
    pub fn batch_norm(
        &self,
        input: Node,
        epsilon: f64,
        momentum: f64,
        scale: bool,
        name: Option<&str>,
    ) -> Result<Node> {
        let name = c_name(name)?;
        self.append(|raw, node| unsafe {
            let scale = scale.into();
            sys::coulomb_network_batch_norm(raw, input.0, epsilon, momentum, scale, or_null(&name), node)
        })
    }
}

/// Activations.
impl Network {
    /// Exponential linear unit.
    pub fn elu(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_elu(raw, input.0, node) })
    }

    /// Rectified linear unit.
    pub fn relu(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_relu(raw, input.0, node) })
    }

    /// Leaky rectified linear unit; the slope is at least 0 and below 1.
    pub fn leaky_relu(&self, input: Node, slope: f64) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_leaky_relu(raw, input.0, slope, node) })
    }

    /// Hyperbolic tangent.
    pub fn tanh(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_tanh(raw, input.0, node) })
    }

    /// Scaled hyperbolic tangent, `1.7159 tanh(2x/3)`.
    pub fn lecun_tanh(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_lecun_tanh(raw, input.0, node) })
    }

    /// Logistic sigmoid.
    pub fn sigmoid(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_sigmoid(raw, input.0, node) })
    }

    /// Softmax over the last dimension.
    pub fn softmax(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_softmax(raw, input.0, node) })
    }

    /// Samples of categories with the straight-through gradient. `groups` are the sizes of the groups that the last
    /// dimension consists of; `noise` is a node of the logits' shape, usually a slice of a normal latent.
    pub fn categorical(&self, logits: Node, noise: Node, groups: &[usize], temperature: f64) -> Result<Node> {
        self.append(|raw, node| unsafe {
            let (sizes, count) = (groups.as_ptr(), groups.len());
            sys::coulomb_network_categorical(raw, logits.0, noise.0, sizes, count, temperature, node)
        })
    }
}

/// Constants, sums and shapes.
impl Network {
    /// Multiplication by a constant.
    pub fn scale(&self, input: Node, factor: f64) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_scale(raw, input.0, factor, node) })
    }

    /// Addition of a constant.
    pub fn shift(&self, input: Node, shift: f64) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_shift(raw, input.0, shift, node) })
    }

    /// Sum of two nodes of the same shape.
    pub fn add(&self, a: Node, b: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_add(raw, a.0, b.0, node) })
    }

    /// Product of two nodes, value by value.
    pub fn multiply(&self, a: Node, b: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_multiply(raw, a.0, b.0, node) })
    }

    /// Concatenation along the last dimension.
    pub fn concatenate(&self, a: Node, b: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_concatenate(raw, a.0, b.0, node) })
    }

    /// `count` values of the last dimension, from `first` on.
    pub fn slice(&self, input: Node, first: usize, count: usize) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_slice(raw, input.0, first, count, node) })
    }

    /// Values of the last dimension in any order.
    pub fn select(&self, input: Node, indices: &[usize]) -> Result<Node> {
        self.append(|raw, node| unsafe {
            sys::coulomb_network_select(raw, input.0, indices.as_ptr(), indices.len(), node)
        })
    }

    /// The same values in another shape.
    pub fn reshape(&self, input: Node, shape: &[usize]) -> Result<Node> {
        self.append(|raw, node| unsafe {
            sys::coulomb_network_reshape(raw, input.0, shape.as_ptr(), shape.len(), node)
        })
    }

    /// All values of a sample in one dimension.
    pub fn flatten(&self, input: Node) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_flatten(raw, input.0, node) })
    }
}
