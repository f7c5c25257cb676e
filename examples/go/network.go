package coulomb

// #include <stdlib.h>
// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Network is a directed acyclic graph of layers. It is built node by node, or created from a preset or from a file.
// Shapes are those of one sample; arrays have one more dimension before, the sample. Results are the same bits for any
// number of threads.
type Network struct {
	*handle
	building *building
}

// building is what a network under construction remembers.
type building struct {
	failed error // the first error of a layer
	input  int   // values of an input sample
}

// Node is the number of a node of a network, counted from 0.
type Node int32

// RankMax is the largest rank of a sample's shape.
const RankMax = C.COULOMB_RANK_MAX

// Arena is one of a network's blocks of memory.
type Arena int32

// Arenas, for Network.Memory.
const (
	MemoryParameters Arena = C.COULOMB_MEMORY_PARAMETERS // parameters and their gradients, batch norm's statistics
	MemoryKept       Arena = C.COULOMB_MEMORY_KEPT       // values kept for the backward pass
	MemoryTemporary  Arena = C.COULOMB_MEMORY_TEMPORARY  // workspace of forward and backward passes
	MemoryInference  Arena = C.COULOMB_MEMORY_INFERENCE  // evaluation and generation
)

// NewNetwork creates an empty network. Append an input and layers, then call Finish.
//
// Errors: ErrorMemory.
func (c *Context) NewNetwork() (*Network, error) {
	return c.newNetwork(func(network **C.coulomb_network) C.coulomb_status {
		return C.coulomb_network_new(c.c(), network)
	})
}

// NewPreset creates a published network, finished, such as "mlp-generator" or "dcgan-discriminator"; Presets returns
// all names. shape is that of a sample: the output of a generator, the input of a discriminator. latent is the dimension
// of a generator's latent; 0 for discriminators. seed is that of Finish.
//
// Errors: ErrorNotFound (no such preset), ErrorArgument (the latent), ErrorShape (a shape that is invalid, or that the
// preset does not support), ErrorMemory.
func (c *Context) NewPreset(name string, shape []int, latent int, seed uint64) (*Network, error) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return c.newNetwork(func(network **C.coulomb_network) C.coulomb_status {
		return C.coulomb_network_new_preset(c.c(), text, first[C.size_t](shape), C.size_t(len(shape)),
			C.size_t(latent), C.uint64_t(seed), network)
	})
}

// Presets returns the names of NewPreset. Those of generators end in "-generator", all others in "-discriminator".
func Presets() []string {
	names := make([]string, C.coulomb_preset_count())
	for i := range names {
		names[i] = C.GoString(C.coulomb_preset_name(C.size_t(i)))
	}
	return names
}

func (c *Context) newNetwork(create func(network **C.coulomb_network) C.coulomb_status) (*Network, error) {
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return create((**C.coulomb_network)(unsafe.Pointer(object)))
	}, freeNetwork)
	if err != nil {
		return nil, err
	}
	return networkOf(made), nil
}

func freeNetwork(object unsafe.Pointer) { C.coulomb_network_free((*C.coulomb_network)(object)) }

func networkOf(made *handle) *Network { return &Network{made, new(building)} }

func (n *Network) c() *C.coulomb_network { return (*C.coulomb_network)(n.resource.pointer) }

// Close releases the network. It is destroyed when no trainer or optimizer uses it any more.
func (n *Network) Close() error { return n.close() }

// Finish ends building: it chooses the output node, creates the parameters and initialises them. The seed is that of the
// initial parameters and of Generate; arrays with the same position and shape start with the same values under the same
// seed, so give each network one of its own.
//
// Errors: that of the first layer that failed (Err); ErrorState (no input, or already finished), ErrorArgument (the
// input as output, an output that another node consumes, or a node that does not lead to it), ErrorMemory. The network
// stays unfinished on failure.
func (n *Network) Finish(output Node, seed uint64) error {
	if err := n.Err(); err != nil {
		return err
	}
	return n.call(func() C.coulomb_status {
		return C.coulomb_network_finish(n.c(), C.int32_t(output), C.uint64_t(seed))
	})
}

// Finished returns whether the network is finished. Those of presets and files are.
func (n *Network) Finished() (bool, error) {
	finished, err := get(n.handle, func(finished *C.int32_t) C.coulomb_status {
		return C.coulomb_network_finished(n.c(), finished)
	})
	return finished != 0, err
}

// SetInferenceOnly marks the network as inference-only, or as trainable again. An inference-only network has no
// gradients and keeps no values for a backward pass. Outputs do not change.
//
// Errors: ErrorState (an optimizer or a trainer uses the network, or a running callback), ErrorMemory (for the gradients).
func (n *Network) SetInferenceOnly(only bool) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_set_inference_only(n.c(), flag(only)) })
}

// InferenceOnly returns whether the network is inference-only.
func (n *Network) InferenceOnly() (bool, error) {
	only, err := get(n.handle, func(only *C.int32_t) C.coulomb_status {
		return C.coulomb_network_get_inference_only(n.c(), only)
	})
	return only != 0, err
}

// InputShape returns the shape of an input sample.
//
// Errors: ErrorState (not finished).
func (n *Network) InputShape() (shape []int, err error) {
	err = n.with(func() error { shape, err = n.inputShape(); return err })
	return shape, err
}

// OutputShape returns the shape of an output sample.
//
// Errors: ErrorState (not finished).
func (n *Network) OutputShape() (shape []int, err error) {
	err = n.with(func() error { shape, err = n.outputShape(); return err })
	return shape, err
}

// inputShape is called when it is the goroutine's turn, as are the next functions.
func (n *Network) inputShape() ([]int, error) {
	return n.shape(func(shape *C.size_t, capacity C.size_t, rank *C.size_t) C.coulomb_status {
		return C.coulomb_network_input_shape(n.c(), shape, capacity, rank)
	})
}

func (n *Network) outputShape() ([]int, error) {
	return n.shape(func(shape *C.size_t, capacity C.size_t, rank *C.size_t) C.coulomb_status {
		return C.coulomb_network_output_shape(n.c(), shape, capacity, rank)
	})
}

func (n *Network) shape(read func(shape *C.size_t, capacity C.size_t, rank *C.size_t) C.coulomb_status) ([]int, error) {
	var rank C.size_t
	if err := n.turns.check(read(nil, 0, &rank)); err != nil {
		return nil, err
	}
	shape := make([]int, rank)
	err := n.turns.check(read(first[C.size_t](shape), rank, &rank))
	return shape, err
}

func product(shape []int, err error) (int, error) {
	values := 1
	for _, extent := range shape {
		values *= extent
	}
	return values, err
}
