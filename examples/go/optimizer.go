package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Optimizer updates a network's parameters with the gradients of its backward pass. A trainer has one for each network
// (Trainer.Optimizer); an optimizer of its own serves training loops that a program writes itself. Options may change
// at any time between updates.
type Optimizer struct {
	*handle
	keeper *resource // has the schedule in use: the optimizer's own, or its trainer's
	slot   slot
}

// Method is what an optimizer does with gradients.
type Method int32

// Methods.
const (
	MethodAdam Method = C.COULOMB_METHOD_ADAM // Adam (Kingma & Ba 2015, Algorithm 1)
	MethodSGD  Method = C.COULOMB_METHOD_SGD  // plain gradient descent: w = w - rate gradient
)

// NewOptimizer creates an optimizer of the network's parameters: Adam, learning rate 1e-4, betas 0.9 and 0.999, epsilon
// 1e-8, no L2, no schedule. It takes the memory of two moments for each parameter.
//
// Errors: ErrorState (the network is not finished, is inference-only, or is in use by a running callback), ErrorMemory.
func (n *Network) NewOptimizer() (*Optimizer, error) {
	made, err := n.create(func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_optimizer_new(n.c(), (**C.coulomb_optimizer)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_optimizer_free((*C.coulomb_optimizer)(object)) }, n.handle)
	if err != nil {
		return nil, err
	}
	return &Optimizer{made, made.resource, scheduleOfOwn}, nil
}

func (o *Optimizer) c() *C.coulomb_optimizer { return (*C.coulomb_optimizer)(o.resource.pointer) }

// Close releases the optimizer. One that belongs to a trainer is released with it.
func (o *Optimizer) Close() error { return o.close() }

// SetMethod sets the method: MethodAdam unless set.
//
// Errors: ErrorArgument.
func (o *Optimizer) SetMethod(method Method) error {
	return o.call(func() C.coulomb_status { return C.coulomb_optimizer_set_method(o.c(), C.int32_t(method)) })
}

// Method returns the method.
func (o *Optimizer) Method() (Method, error) {
	method, err := get(o.handle, func(method *C.int32_t) C.coulomb_status {
		return C.coulomb_optimizer_get_method(o.c(), method)
	})
	return Method(method), err
}

// SetLearningRate sets the learning rate, which the schedule multiplies: finite, at least 0; 1e-4 unless set.
//
// Errors: ErrorArgument.
func (o *Optimizer) SetLearningRate(rate float64) error {
	return o.call(func() C.coulomb_status { return C.coulomb_optimizer_set_learning_rate(o.c(), C.double(rate)) })
}

// LearningRate returns the learning rate, without the schedule.
func (o *Optimizer) LearningRate() (float64, error) {
	rate, err := get(o.handle, func(rate *C.double) C.coulomb_status {
		return C.coulomb_optimizer_get_learning_rate(o.c(), rate)
	})
	return float64(rate), err
}

// SetSchedule sets the schedule of the learning rate, of the same context; nil: constant.
//
// Errors: ErrorArgument (a schedule of another context).
func (o *Optimizer) SetSchedule(schedule *Schedule) error {
	var object *handle
	if schedule != nil {
		object = schedule.handle
	}
	return o.keeper.keep(o.handle, o.slot, schedule != nil, object, func(object unsafe.Pointer) C.coulomb_status {
		return C.coulomb_optimizer_set_schedule(o.c(), (*C.coulomb_schedule)(object))
	})
}

// Schedule returns a handle of the schedule of the learning rate; nil if none is set.
func (o *Optimizer) Schedule() (*Schedule, error) {
	found, err := o.keeper.kept(o.handle, o.slot, func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_optimizer_get_schedule(o.c(), (**C.coulomb_schedule)(unsafe.Pointer(object)))
	})
	if found == nil {
		return nil, err
	}
	return &Schedule{found}, nil
}

// SetBetas sets Adam's decay rates of the mean and of the mean square: each at least 0 and below 1; 0.9 and 0.999 unless
// set.
//
// Errors: ErrorArgument.
func (o *Optimizer) SetBetas(beta1, beta2 float64) error {
	return o.call(func() C.coulomb_status {
		return C.coulomb_optimizer_set_betas(o.c(), C.double(beta1), C.double(beta2))
	})
}

// Betas returns Adam's decay rates.
func (o *Optimizer) Betas() (beta1, beta2 float64, err error) {
	var mean, square C.double
	err = o.call(func() C.coulomb_status { return C.coulomb_optimizer_get_betas(o.c(), &mean, &square) })
	return float64(mean), float64(square), err
}

// SetEpsilon sets Adam's epsilon, added to the denominator: finite, above 0; 1e-8 unless set.
//
// Errors: ErrorArgument.
func (o *Optimizer) SetEpsilon(epsilon float64) error {
	return o.call(func() C.coulomb_status { return C.coulomb_optimizer_set_epsilon(o.c(), C.double(epsilon)) })
}

// Epsilon returns Adam's epsilon.
func (o *Optimizer) Epsilon() (float64, error) {
	epsilon, err := get(o.handle, func(epsilon *C.double) C.coulomb_status {
		return C.coulomb_optimizer_get_epsilon(o.c(), epsilon)
	})
	return float64(epsilon), err
}

// SetL2 sets the L2 weight decay, not decoupled: l2 w is added to the gradients of weight arrays, not to those of biases.
// It is finite and at least 0; 0 unless set.
//
// Errors: ErrorArgument.
func (o *Optimizer) SetL2(l2 float64) error {
	return o.call(func() C.coulomb_status { return C.coulomb_optimizer_set_l2(o.c(), C.double(l2)) })
}

// L2 returns the L2 weight decay.
func (o *Optimizer) L2() (float64, error) {
	l2, err := get(o.handle, func(l2 *C.double) C.coulomb_status { return C.coulomb_optimizer_get_l2(o.c(), l2) })
	return float64(l2), err
}

// Step updates the parameters with the network's gradients. The update number, counted from 1, is for the schedule and
// Adam's bias correction. On failure nothing changes.
//
// Errors: ErrorArgument (update is 0), ErrorState (it belongs to a trainer, or the network is in use by a running
// callback), ErrorNotFinite (a gradient, a running average or a schedule's factor), a schedule function's own error.
func (o *Optimizer) Step(update uint64) error {
	return o.call(func() C.coulomb_status { return C.coulomb_optimizer_step(o.c(), C.uint64_t(update)) })
}
