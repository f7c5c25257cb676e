package coulomb

// #include <stdlib.h>
// #include <string.h>
// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Gradient tells Backward what to do with the parameters' gradients.
type Gradient int32

// What Backward does with the parameters' gradients.
const (
	GradientNone  Gradient = C.COULOMB_GRADIENT_NONE  // compute none
	GradientWrite Gradient = C.COULOMB_GRADIENT_WRITE // replace those of the last backward pass
	GradientAdd   Gradient = C.COULOMB_GRADIENT_ADD   // add to them
)

// Reserve allocates the memory of forward and backward passes of batches of as many samples; those of an inference-only
// network, of Evaluate. Passes of at most as many samples allocate nothing afterwards. If memory grows, the last forward
// pass is discarded.
//
// Errors: ErrorArgument (batch is 0), ErrorState (not finished, or in use by a running callback), ErrorMemory.
func (n *Network) Reserve(batch int) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_reserve(n.c(), C.size_t(batch)) })
}

// ReserveInference allocates the memory of Evaluate and Generate for as many samples. The last forward pass is kept.
//
// Errors: as Reserve.
func (n *Network) ReserveInference(count int) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_reserve_inference(n.c(), C.size_t(count)) })
}

// Memory returns the bytes of an arena for batches of as many samples.
//
// Errors: ErrorArgument (no such arena, or the batch), ErrorState (not finished).
func (n *Network) Memory(arena Arena, batch int) (uint64, error) {
	bytes, err := get(n.handle, func(bytes *C.size_t) C.coulomb_status {
		return C.coulomb_network_memory(n.c(), C.int32_t(arena), C.size_t(batch), bytes)
	})
	return uint64(bytes), err
}

// Evaluate evaluates the network (inference) for input of shape [count, input shape], and returns [count, output shape].
// Nothing is kept for a backward pass and no running average moves; the last forward pass is kept. Values that are not
// finite pass through.
//
// With running averages (SetRunningAverages), and in networks without batch norm, an output has the same bits for any
// number of samples evaluated together, and memory does not grow with their number.
//
// Errors: ErrorShape (the input's length), ErrorState (not finished, or in use by a running callback), ErrorMemory.
func (n *Network) Evaluate(input []float32) (output []float32, err error) {
	err = n.with(func() error {
		count, size, err := n.counts(input)
		if err != nil {
			return err
		}
		output = make([]float32, count*size)
		return n.turns.check(C.coulomb_network_evaluate(n.c(), C.size_t(count), first[C.float](input),
			first[C.float](output)))
	})
	return output, err
}

// EvaluateInto is Evaluate into a slice of exactly the output's length, which must not overlap the input. It allocates
// nothing when as many samples were evaluated before.
func (n *Network) EvaluateInto(output, input []float32) error {
	return n.with(func() error {
		count, err := n.fits(input, output, false)
		if err != nil {
			return err
		}
		return n.turns.check(C.coulomb_network_evaluate(n.c(), C.size_t(count), first[C.float](input),
			first[C.float](output)))
	})
}

// Forward is a forward pass in training mode of input of shape [count, input shape] into output of shape [count, output
// shape]; nil if it is not wanted. It keeps a copy of the input, and the values that Backward needs. Batch norm
// normalises by the batch's statistics. Values that are not finite pass through.
//
// Errors: ErrorArgument (no sample), ErrorShape (a length), ErrorState (not finished, or in use by a running callback),
// ErrorMemory.
func (n *Network) Forward(input, output []float32) error {
	return n.pass(input, output, func(count C.size_t, input, output *C.float) C.coulomb_status {
		return C.coulomb_network_forward(n.c(), count, input, output)
	})
}

// ForwardEvaluation is Forward in evaluation mode: outputs are those of Evaluate, and gradients are those of evaluation
// mode. No running average moves.
func (n *Network) ForwardEvaluation(input, output []float32) error {
	return n.pass(input, output, func(count C.size_t, input, output *C.float) C.coulomb_status {
		return C.coulomb_network_forward_evaluation(n.c(), count, input, output)
	})
}

// pass copies the input: the library reads it again in the backward pass, and must keep no memory of Go. A pass that
// fails leaves the one before.
func (n *Network) pass(input, output []float32, forward func(count C.size_t, input, output *C.float) C.coulomb_status) error {
	return n.with(func() error {
		count, err := n.fits(input, output, true)
		if err != nil {
			return err
		}
		own := n.resource
		if err := own.spare.copy(input); err != nil {
			return err
		}
		err = n.turns.check(forward(C.size_t(count), (*C.float)(own.spare.memory), first[C.float](output)))
		if err == nil {
			own.input, own.spare = own.spare, own.input
		}
		return err
	})
}

// Backward computes gradients of sum(output * outputGradient) for the last forward pass, in training or evaluation mode.
// outputGradient has the output's shape; inputGradient receives the gradient of the input's shape, nil if it is not
// wanted. Frozen parameters cost no work. It may be repeated for the same forward pass.
//
// Errors: ErrorArgument (nothing is wanted, or parameters), ErrorShape (a length), ErrorState (there is no forward pass,
// or the network is inference-only or in use by a running callback), ErrorMemory.
func (n *Network) Backward(outputGradient, inputGradient []float32, parameters Gradient) error {
	return n.with(func() error {
		inputs, outputs, err := n.sizes()
		if err != nil {
			return err
		}
		count := n.resource.input.values / inputs
		if count == 0 {
			return &Error{Status: ErrorState, Message: "there is no forward pass to go back through"}
		}
		if len(outputGradient) != count*outputs || inputGradient != nil && len(inputGradient) != count*inputs {
			return shapeError("the gradients have %d and %d values, expected %d and %d for %d samples",
				len(outputGradient), len(inputGradient), count*outputs, count*inputs, count)
		}
		return n.turns.check(C.coulomb_network_backward(n.c(), first[C.float](outputGradient),
			first[C.float](inputGradient), C.int32_t(parameters)))
	})
}

func (n *Network) sizes() (inputs, outputs int, err error) {
	if inputs, err = product(n.inputShape()); err == nil {
		outputs, err = product(n.outputShape())
	}
	return inputs, outputs, err
}

// counts is the number of samples of an input, and the values of an output sample.
func (n *Network) counts(input []float32) (count, outputs int, err error) {
	inputs, outputs, err := n.sizes()
	if err == nil {
		count, err = rows("the input", len(input), inputs)
	}
	return count, outputs, err
}

// fits is the number of samples of an input whose output fits.
func (n *Network) fits(input, output []float32, optional bool) (int, error) {
	count, outputs, err := n.counts(input)
	if err == nil && len(output) != count*outputs && !(optional && output == nil) {
		err = shapeError("the output has %d values, expected %d for %d samples", len(output), count*outputs, count)
	}
	return count, err
}

// buffer is memory of C, for values that the library reads after the call that gave it to them.
type buffer struct {
	memory       unsafe.Pointer
	room, values int
}

func (b *buffer) copy(values []float32) error {
	bytes := C.size_t(len(values)) * C.sizeof_float
	if len(values) > b.room {
		memory := C.realloc(b.memory, bytes)
		if memory == nil {
			return &Error{Status: ErrorMemory, Message: "there is no memory for a copy of the values"}
		}
		b.memory, b.room = memory, len(values)
	}
	b.values = len(values)
	if len(values) > 0 {
		C.memcpy(b.memory, unsafe.Pointer(&values[0]), bytes)
	}
	return nil
}

func (b *buffer) free() {
	C.free(b.memory)
	*b = buffer{}
}
