package coulomb

// #include <stdlib.h>
// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Layers append a node that consumes another one, and return its number. The first error is kept: layers after it append
// nothing and return -1, and Finish returns it, as does Err. Errors are ErrorArgument (an unknown node, an option out of
// range, a name that is invalid or taken), ErrorShape (a shape that does not fit), ErrorState (the network is finished),
// ErrorMemory, and ErrClosed.
//
// Layers with parameters have a name, from which the names of their arrays are made, such as "conv1.weight". An empty
// name stands for the kind's, counted: "dense1", "norm1", "conv1", "transposed1".

// Err returns the first error of the layers appended so far; nil if there was none.
func (n *Network) Err() error {
	if n.handle == nil {
		return ErrClosed
	}
	var failed error
	if err := n.with(func() error { failed = n.building.failed; return nil }); err != nil {
		return err
	}
	return failed
}

// layer appends a node. name is empty, or a string's copy is passed.
func (n *Network) layer(name string, appendNode func(name *C.char, node *C.int32_t) C.coulomb_status) Node {
	node := C.int32_t(-1)
	if n.handle == nil {
		return -1
	}
	err := n.with(func() error {
		if n.building.failed != nil {
			return nil
		}
		text := cName(name)
		defer C.free(unsafe.Pointer(text))
		n.building.failed = n.turns.check(appendNode(text, &node))
		return nil
	})
	if err != nil {
		return -1
	}
	return Node(node)
}

// Input appends the input, for samples of a shape of 1 to RankMax extents. It is the first node.
func (n *Network) Input(shape ...int) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		status := C.coulomb_network_input(n.c(), first[C.size_t](shape), C.size_t(len(shape)), node)
		if status == C.COULOMB_OK {
			n.building.input, _ = product(shape, nil)
		}
		return status
	})
}

// Dense appends a fully connected layer over the last dimension: y = x w + b, [..., in] to [..., units]. Parameters
// NAME.weight [in, units] and NAME.bias [units].
func (n *Network) Dense(input Node, units int, name string) Node {
	return n.layer(name, func(name *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_dense(n.c(), C.int32_t(input), C.size_t(units), name, node)
	})
}

// BatchNorm appends batch normalisation over all dimensions but the last (Ioffe & Szegedy 2015): y = scale (x - mean) /
// sqrt(variance + epsilon) + shift, per channel; the scale is 1 unless learned. momentum is the weight of the previous
// running average; the published experiments use 0.99, and epsilon 1e-3. Parameters NAME.shift, NAME.scale if it is
// learned, and the running averages NAME.mean and NAME.variance, all of shape [channels].
func (n *Network) BatchNorm(input Node, epsilon, momentum float64, scale bool, name string) Node {
	return n.layer(name, func(name *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_batch_norm(n.c(), C.int32_t(input), C.double(epsilon), C.double(momentum),
			flag(scale), name, node)
	})
}

// Upsample2D appends nearest-neighbour upsampling of [height, width, channels] by factors of rows and of columns.
func (n *Network) Upsample2D(input Node, factor [2]int) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_upsample2d(n.c(), C.int32_t(input), first[C.size_t](factor[:]), node)
	})
}

// Upsample1D appends nearest-neighbour upsampling of [length, channels] by a factor.
func (n *Network) Upsample1D(input Node, factor int) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_upsample1d(n.c(), C.int32_t(input), C.size_t(factor), node)
	})
}

// Add appends the sum of two nodes of one shape.
func (n *Network) Add(a, b Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_add(n.c(), C.int32_t(a), C.int32_t(b), node)
	})
}

// Multiply appends the product of two nodes of one shape, value by value.
func (n *Network) Multiply(a, b Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_multiply(n.c(), C.int32_t(a), C.int32_t(b), node)
	})
}

// Concatenate appends [..., a + b] of [..., a] and [..., b].
func (n *Network) Concatenate(a, b Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_concatenate(n.c(), C.int32_t(a), C.int32_t(b), node)
	})
}

// Slice appends count values of the last dimension from the given one on: [..., channels] to [..., count].
func (n *Network) Slice(input Node, from, count int) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_slice(n.c(), C.int32_t(input), C.size_t(from), C.size_t(count), node)
	})
}

// Select appends values of the last dimension in any order: y[..., i] = x[..., indices[i]].
func (n *Network) Select(input Node, indices []int) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_select(n.c(), C.int32_t(input), first[C.size_t](indices), C.size_t(len(indices)), node)
	})
}

// Reshape appends the same values in another shape of 1 to RankMax extents.
func (n *Network) Reshape(input Node, shape ...int) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_reshape(n.c(), C.int32_t(input), first[C.size_t](shape), C.size_t(len(shape)), node)
	})
}

// Flatten appends all values of a sample in one dimension.
func (n *Network) Flatten(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_flatten(n.c(), C.int32_t(input), node)
	})
}
