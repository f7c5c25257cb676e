package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Trainer is the training step and loop of the Coulomb GAN (Unterthiner et al. 2017). Without a discriminator the model
// samples follow the exact field of the update's charges, and the generator follows its samples.
//
// Settings may change between updates. While an update runs, setters and what steps, saves or loads fail with ErrorState.
type Trainer struct {
	*handle
	sample int // values of a sample
}

// Part is one of a trainer's networks, or of a file's.
type Part int32

// Parts. A trainer has a generator and a discriminator.
const (
	PartOnly      Part = C.COULOMB_PART_ONLY          // of a file: what Network.Save wrote
	Generator     Part = C.COULOMB_PART_GENERATOR     // a trainer's generator
	Discriminator Part = C.COULOMB_PART_DISCRIMINATOR // a trainer's discriminator
	PartAverage   Part = C.COULOMB_PART_AVERAGE       // of a file: a trainer's averaged generator
)

// Loss is that of a discriminator.
type Loss int32

// Losses.
const (
	LossL2 Loss = C.COULOMB_LOSS_L2 // mean (D - potential)^2 over model samples plus mean over target samples
	LossL1 Loss = C.COULOMB_LOSS_L1 // mean |D - potential| over model samples plus mean over target samples
)

// NewTrainer creates a trainer with batch 128, exponent 1, epsilon 1, L2 loss, seed 0 and self-terms. The discriminator's
// input shape is the generator's output shape, and its output is one value; nil: the generator follows the field itself.
// The trainer keeps the networks: their handles may be closed.
//
// Errors: ErrorArgument (a network of another context, or the same network twice), ErrorShape (shapes do not fit
// together), ErrorState (a network is not finished, is inference-only, or in use by a running callback), ErrorMemory.
func (c *Context) NewTrainer(generator, discriminator *Network) (*Trainer, error) {
	if generator == nil {
		return nil, &Error{Status: ErrorArgument, Message: "generator is nil"}
	}
	networks, judge := []*handle{c.handle, generator.handle}, (*C.coulomb_network)(nil)
	if discriminator != nil {
		networks = append(networks, discriminator.handle)
	}
	size := 0
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		if discriminator != nil {
			judge = discriminator.c()
		}
		size, _ = product(generator.outputShape())
		return C.coulomb_trainer_new(c.c(), generator.c(), judge, (**C.coulomb_trainer)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_trainer_free((*C.coulomb_trainer)(object)) }, networks...)
	if err != nil {
		return nil, err
	}
	return &Trainer{made, size}, nil
}

func (t *Trainer) c() *C.coulomb_trainer { return (*C.coulomb_trainer)(t.resource.pointer) }

// Close releases the trainer. In one of its own functions it is destroyed when the step or loop under way returns.
func (t *Trainer) Close() error { return t.close() }

// Network returns a handle of one of the networks: Generator or Discriminator.
//
// Errors: ErrorArgument (another part), ErrorState (no discriminator).
func (t *Trainer) Network(part Part) (*Network, error) {
	var made *handle
	err := t.with(func() error {
		var network *C.coulomb_network
		err := t.turns.check(C.coulomb_trainer_network(t.c(), C.int32_t(part), &network))
		for _, needed := range t.resource.needs {
			if err == nil && needed.pointer == unsafe.Pointer(network) {
				made = needed.share()
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return networkOf(made), nil
}

// Average returns a handle of the network with the averaged parameters, to generate from it or to save it. It follows
// each update, must not be trained, and keeps the trainer alive. It has the generator's latent distribution at the time
// of this call, and a generated sequence of its own, which starts with the generator's seed.
//
// Errors: ErrorState (averaging is off).
func (t *Trainer) Average() (*Network, error) {
	var made *handle
	err := t.with(func() error {
		var network *C.coulomb_network
		if err := t.turns.check(C.coulomb_trainer_average(t.c(), &network)); err != nil {
			return err
		}
		own := t.resource
		if own.average != nil {
			made = own.average.share()
			return nil
		}
		own.average = newResource(t.turns, unsafe.Pointer(network), func(unsafe.Pointer) { own.average = nil }, own)
		made = newHandle(own.average)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return networkOf(made), nil
}

// Optimizer returns a handle of the optimizer of one of the networks, to change its settings; it keeps the trainer alive,
// and must not be stepped.
//
// Errors: ErrorArgument (neither Generator nor Discriminator), ErrorState (no discriminator).
func (t *Trainer) Optimizer(part Part) (*Optimizer, error) {
	var made *handle
	err := t.with(func() error {
		var optimizer *C.coulomb_optimizer
		err := t.turns.check(C.coulomb_trainer_optimizer(t.c(), C.int32_t(part), &optimizer))
		if err == nil {
			made = newHandle(newResource(t.turns, unsafe.Pointer(optimizer), nil, t.resource))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if part == Discriminator {
		return &Optimizer{made, t.resource, scheduleOfDiscriminator}, nil
	}
	return &Optimizer{made, t.resource, scheduleOfGenerator}, nil
}

// Memory returns the bytes that the arrays of training take with the present settings, known before the first update,
// which allocates most of them.
//
// Errors: ErrorArgument (fewer charges than the batch), ErrorMemory (it does not fit into size_t).
func (t *Trainer) Memory() (uint64, error) {
	bytes, err := get(t.handle, func(bytes *C.size_t) C.coulomb_status {
		return C.coulomb_trainer_memory(t.c(), bytes)
	})
	return uint64(bytes), err
}
