package coulomb

// #include <coulomb/coulomb.h>
import "C"

// ELU appends an exponential linear unit: y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016).
func (n *Network) ELU(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_elu(n.c(), C.int32_t(input), node)
	})
}

// ReLU appends a rectified linear unit: y = max(x, 0).
func (n *Network) ReLU(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_relu(n.c(), C.int32_t(input), node)
	})
}

// Tanh appends a hyperbolic tangent: y = tanh(x).
func (n *Network) Tanh(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_tanh(n.c(), C.int32_t(input), node)
	})
}

// LeCunTanh appends a scaled hyperbolic tangent: y = 1.7159 tanh(2x/3) (LeCun et al. 1998).
func (n *Network) LeCunTanh(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_lecun_tanh(n.c(), C.int32_t(input), node)
	})
}

// Sigmoid appends a logistic sigmoid: y = 1 / (1 + exp(-x)).
func (n *Network) Sigmoid(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_sigmoid(n.c(), C.int32_t(input), node)
	})
}

// Softmax appends a softmax over the last dimension: y_i = exp(x_i) / sum_j exp(x_j).
func (n *Network) Softmax(input Node) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_softmax(n.c(), C.int32_t(input), node)
	})
}

// LeakyReLU appends a leaky rectified linear unit: y = x for x > 0, slope x otherwise; the slope is at least 0 and below 1.
func (n *Network) LeakyReLU(input Node, slope float64) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_leaky_relu(n.c(), C.int32_t(input), C.double(slope), node)
	})
}

// Scale appends a multiplication by a constant that is not learned: y = factor x; the factor is finite and not 0.
func (n *Network) Scale(input Node, factor float64) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_scale(n.c(), C.int32_t(input), C.double(factor), node)
	})
}

// Shift appends an addition of a constant that is not learned: y = x + shift.
func (n *Network) Shift(input Node, shift float64) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_shift(n.c(), C.int32_t(input), C.double(shift), node)
	})
}

// Categorical appends samples of categories, with the straight-through gradient (Jang et al. 2017, Maddison et al. 2017).
// The last dimension consists of groups of the given sizes; in each, one category is drawn with the probabilities
// softmax(logits), by noise from a normal latent distribution of spread 1, such as a slice of the latent that nothing
// else reads. Both nodes and the new one have one shape. The gradient is that of the soft sample of this temperature,
// 1e-3 to 1e3.
func (n *Network) Categorical(logits, noise Node, groups []int, temperature float64) Node {
	return n.layer("", func(_ *C.char, node *C.int32_t) C.coulomb_status {
		return C.coulomb_network_categorical(n.c(), C.int32_t(logits), C.int32_t(noise), first[C.size_t](groups),
			C.size_t(len(groups)), C.double(temperature), node)
	})
}
