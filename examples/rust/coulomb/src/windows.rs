//! Layers that move a window over images and sequences: convolutions, pooling, and upsampling.
use crate::handle::{c_name, or_null};
use crate::{Network, Node, Result};
use coulomb_sys as sys;
use std::ptr;

/// Padding of a window's input; explicit pads are two for each axis, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding<const PADS: usize> {
    /// As TensorFlow's.
    Same,
    /// None.
    Valid,
    Explicit([usize; PADS]),
}

impl<const PADS: usize> Padding<PADS> {
    fn raw(&self) -> (i32, *const usize) {
        match self {
            Padding::Same => (sys::COULOMB_PADDING_SAME, ptr::null()),
            Padding::Valid => (sys::COULOMB_PADDING_VALID, ptr::null()),
            Padding::Explicit(pads) => (sys::COULOMB_PADDING_EXPLICIT, pads.as_ptr()),
        }
    }
}

/// A window over an image: rows and columns. Without a stride it is 1, for pooling the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window2d {
    pub kernel: [usize; 2],
    pub stride: Option<[usize; 2]>,
    pub padding: Padding<4>,
}

impl Window2d {
    /// A window without stride, with padding "same".
    pub fn new(kernel: [usize; 2]) -> Self {
        Window2d { kernel, stride: None, padding: Padding::Same }
    }

    /// The same window with a stride.
    pub fn stride(self, stride: [usize; 2]) -> Self {
        Window2d { stride: Some(stride), ..self }
    }

    /// The same window with another padding.
    pub fn padding(self, padding: Padding<4>) -> Self {
        Window2d { padding, ..self }
    }

    fn stride_pointer(&self) -> *const usize {
        self.stride.as_ref().map_or(ptr::null(), |stride| stride.as_ptr())
    }
}

/// A window over a sequence. Without a stride it is 1, for pooling the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window1d {
    pub kernel: usize,
    pub stride: Option<usize>,
    pub padding: Padding<2>,
}

impl Window1d {
    /// A window without stride, with padding "same".
    pub fn new(kernel: usize) -> Self {
        Window1d { kernel, stride: None, padding: Padding::Same }
    }

    /// The same window with a stride.
    pub fn stride(self, stride: usize) -> Self {
        Window1d { stride: Some(stride), ..self }
    }

    /// The same window with another padding.
    pub fn padding(self, padding: Padding<2>) -> Self {
        Window1d { padding, ..self }
    }
}

/// Convolutions.
impl Network {
    /// 2-D convolution to `channels` channels.
    pub fn conv2d(&self, input: Node, channels: usize, window: Window2d, name: Option<&str>) -> Result<Node> {
        let name = c_name(name)?;
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel.as_ptr(), window.stride_pointer());
        self.append(|raw, node| unsafe {
            sys::coulomb_network_conv2d(raw, input.0, channels, kernel, stride, padding, pads, or_null(&name), node)
        })
    }

    /// 2-D transposed convolution to `channels` channels.
    pub fn conv2d_transposed(
        &self,
        input: Node,
        channels: usize,
        window: Window2d,
        name: Option<&str>,
    ) -> Result<Node> {
        let name = c_name(name)?;
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel.as_ptr(), window.stride_pointer());
        self.append(|raw, node| unsafe {
            let name = or_null(&name);
            sys::coulomb_network_conv2d_transposed(raw, input.0, channels, kernel, stride, padding, pads, name, node)
        })
    }

    /// 1-D convolution to `channels` channels.
    pub fn conv1d(&self, input: Node, channels: usize, window: Window1d, name: Option<&str>) -> Result<Node> {
        let name = c_name(name)?;
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel, window.stride.unwrap_or(1));
        self.append(|raw, node| unsafe {
            sys::coulomb_network_conv1d(raw, input.0, channels, kernel, stride, padding, pads, or_null(&name), node)
        })
    }

    /// 1-D transposed convolution to `channels` channels.
    pub fn conv1d_transposed(
        &self,
        input: Node,
        channels: usize,
        window: Window1d,
        name: Option<&str>,
    ) -> Result<Node> {
        let name = c_name(name)?;
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel, window.stride.unwrap_or(1));
        self.append(|raw, node| unsafe {
            let name = or_null(&name);
            sys::coulomb_network_conv1d_transposed(raw, input.0, channels, kernel, stride, padding, pads, name, node)
        })
    }
}

/// Pooling and upsampling.
impl Network {
    /// 2-D average pooling; padding does not count.
    pub fn average_pool2d(&self, input: Node, window: Window2d) -> Result<Node> {
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel.as_ptr(), window.stride_pointer());
        self.append(|raw, node| unsafe {
            sys::coulomb_network_average_pool2d(raw, input.0, kernel, stride, padding, pads, node)
        })
    }

    /// 2-D max pooling; padding does not count.
    pub fn max_pool2d(&self, input: Node, window: Window2d) -> Result<Node> {
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel.as_ptr(), window.stride_pointer());
        self.append(|raw, node| unsafe {
            sys::coulomb_network_max_pool2d(raw, input.0, kernel, stride, padding, pads, node)
        })
    }

    /// 1-D average pooling; padding does not count.
    pub fn average_pool1d(&self, input: Node, window: Window1d) -> Result<Node> {
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel, window.stride.unwrap_or(window.kernel));
        self.append(|raw, node| unsafe {
            sys::coulomb_network_average_pool1d(raw, input.0, kernel, stride, padding, pads, node)
        })
    }

    /// 1-D max pooling; padding does not count.
    pub fn max_pool1d(&self, input: Node, window: Window1d) -> Result<Node> {
        let (padding, pads) = window.padding.raw();
        let (kernel, stride) = (window.kernel, window.stride.unwrap_or(window.kernel));
        self.append(|raw, node| unsafe {
            sys::coulomb_network_max_pool1d(raw, input.0, kernel, stride, padding, pads, node)
        })
    }

    /// 2-D nearest-neighbour upsampling by a factor for rows and one for columns.
    pub fn upsample2d(&self, input: Node, factor: [usize; 2]) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_upsample2d(raw, input.0, factor.as_ptr(), node) })
    }

    /// 1-D nearest-neighbour upsampling.
    pub fn upsample1d(&self, input: Node, factor: usize) -> Result<Node> {
        self.append(|raw, node| unsafe { sys::coulomb_network_upsample1d(raw, input.0, factor, node) })
    }
}
