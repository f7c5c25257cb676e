package coulomb

// #include <coulomb/coulomb.h>
import "C"

// Padding is a mode of convolutions and pooling.
type Padding int32

// Padding modes. The zero value stands for PaddingSame.
const (
	PaddingSame     Padding = C.COULOMB_PADDING_SAME     // as TensorFlow's: ceil(input / stride) outputs
	PaddingValid    Padding = C.COULOMB_PADDING_VALID    // none
	PaddingExplicit Padding = C.COULOMB_PADDING_EXPLICIT // Pads
)

func (padding Padding) c() C.int32_t {
	if padding == 0 {
		padding = PaddingSame
	}
	return C.int32_t(padding)
}

// Window2D is what a layer of images slides over its input; a pair is that of rows and columns.
type Window2D struct {
	Kernel  [2]int
	Stride  [2]int // zero: 1, of pooling the kernel
	Padding Padding
	Pads    [4]int // before and after the rows, before and after the columns; with PaddingExplicit
}

// Window1D is what a layer of sequences slides over its input.
type Window1D struct {
	Kernel  int
	Stride  int // zero: 1, of pooling the kernel
	Padding Padding
	Pads    [2]int // before and after; with PaddingExplicit
}

func (w *Window2D) stride() *C.size_t {
	if w.Stride == [2]int{} {
		return nil
	}
	return first[C.size_t](w.Stride[:])
}

func (w *Window2D) pads() *C.size_t {
	if w.Padding != PaddingExplicit && w.Pads == [4]int{} {
		return nil
	}
	return first[C.size_t](w.Pads[:])
}

func (w *Window1D) stride(unset int) C.size_t {
	if w.Stride == 0 {
		return C.size_t(unset)
	}
	return C.size_t(w.Stride)
}

func (w *Window1D) pads() *C.size_t {
	if w.Padding != PaddingExplicit && w.Pads == [2]int{} {
		return nil
	}
	return first[C.size_t](w.Pads[:])
}

// Conv2D appends a 2-D convolution, [height, width, in] to [rows, columns, channels]. Parameters NAME.weight [kernel rows,
// kernel columns, in, channels] and NAME.bias [channels].
func (n *Network) Conv2D(input Node, channels int, window Window2D, name string) Node {
	return n.layer(name, func(name *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_conv2d(n.c(), C.int32_t(input), C.size_t(channels), first[C.size_t](window.Kernel[:]),
			window.stride(), window.Padding.c(), window.pads(), name, node)
	})
}

// Conv2DTransposed appends a 2-D transposed convolution ("deconvolution"); with PaddingSame it multiplies height and width
// by the stride. Pads are rows and columns that are cut off. Parameters as Conv2D.
func (n *Network) Conv2DTransposed(input Node, channels int, window Window2D, name string) Node {
	return n.layer(name, func(name *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_conv2d_transposed(n.c(), C.int32_t(input), C.size_t(channels), first[C.size_t](window.Kernel[:]),
			window.stride(), window.Padding.c(), window.pads(), name, node)
	})
}

// Conv1D appends a 1-D convolution, [length, in] to [length, channels]. Parameters NAME.weight [kernel, in, channels] and
// NAME.bias [channels].
func (n *Network) Conv1D(input Node, channels int, window Window1D, name string) Node {
	return n.layer(name, func(name *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_conv1d(n.c(), C.int32_t(input), C.size_t(channels), C.size_t(window.Kernel),
			window.stride(1), window.Padding.c(), window.pads(), name, node)
	})
}

// Conv1DTransposed appends a 1-D transposed convolution; with PaddingSame it multiplies the length by the stride.
// Parameters as Conv1D.
func (n *Network) Conv1DTransposed(input Node, channels int, window Window1D, name string) Node {
	return n.layer(name, func(name *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_conv1d_transposed(n.c(), C.int32_t(input), C.size_t(channels), C.size_t(window.Kernel),
			window.stride(1), window.Padding.c(), window.pads(), name, node)
	})
}

// AveragePool2D appends 2-D average pooling, per channel. Padding does not count.
func (n *Network) AveragePool2D(input Node, window Window2D) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_average_pool2d(n.c(), C.int32_t(input), first[C.size_t](window.Kernel[:]),
			window.stride(), window.Padding.c(), window.pads(), node)
	})
}

// MaxPool2D appends 2-D max pooling, per channel. Padding does not count.
func (n *Network) MaxPool2D(input Node, window Window2D) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_max_pool2d(n.c(), C.int32_t(input), first[C.size_t](window.Kernel[:]),
			window.stride(), window.Padding.c(), window.pads(), node)
	})
}

// AveragePool1D appends 1-D average pooling, per channel. Padding does not count.
func (n *Network) AveragePool1D(input Node, window Window1D) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_average_pool1d(n.c(), C.int32_t(input), C.size_t(window.Kernel),
			window.stride(window.Kernel), window.Padding.c(), window.pads(), node)
	})
}

// MaxPool1D appends 1-D max pooling, per channel. Padding does not count.
func (n *Network) MaxPool1D(input Node, window Window1D) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_max_pool1d(n.c(), C.int32_t(input), C.size_t(window.Kernel),
			window.stride(window.Kernel), window.Padding.c(), window.pads(), node)
	})
}
