package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Kernel is that of potentials.
type Kernel int32

// Kernels.
const (
	KernelPlummer  Kernel = C.COULOMB_KERNEL_PLUMMER  // (|a-b|^2 + epsilon^2)^(-exponent/2); the default
	KernelGaussian Kernel = C.COULOMB_KERNEL_GAUSSIAN // exp(-|a-b|^2 / (2 epsilon^2)); the exponent has no effect
)

// EpsilonsMax is the largest number of epsilons of a kernel that is a sum.
const EpsilonsMax = C.COULOMB_EPSILONS_MAX

// Field is what a generator without a discriminator follows.
type Field int32

// Fields.
const (
	FieldPotential Field = C.COULOMB_FIELD_POTENTIAL // the field of all charges; the default
	FieldDrift     Field = C.COULOMB_FIELD_DRIFT     // the gradient of the logarithm of the potentials' quotient
)

// SetCharges sets the numbers of charges, the samples that make the potential: each 0, the default: the batch; otherwise
// at least the batch, at most 1,048,576. A number below the batch makes the next step, save or load fail with
// ErrorArgument.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetCharges(model, target int) error {
	return t.call(func() C.coulomb_status {
		return C.coulomb_trainer_set_charges(t.c(), C.size_t(model), C.size_t(target))
	})
}

// Charges returns the numbers of charges as they were set; 0: the batch.
func (t *Trainer) Charges() (model, target int, err error) {
	var models, targets C.size_t
	err = t.call(func() C.coulomb_status { return C.coulomb_trainer_get_charges(t.c(), &models, &targets) })
	return int(models), int(targets), err
}

// SetKernel sets the kernel of the potential: KernelPlummer unless set.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetKernel(kernel Kernel) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_kernel(t.c(), C.int32_t(kernel)) })
}

// Kernel returns the kernel of the potential.
func (t *Trainer) Kernel() (Kernel, error) {
	value, err := get(t.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_trainer_get_kernel(t.c(), value)
	})
	return Kernel(value), err
}

// SetExponent sets the exponent p of the kernel, the paper's m - 2: finite, above 0; 1 unless set.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetExponent(exponent float64) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_exponent(t.c(), C.double(exponent)) })
}

// Exponent returns the exponent of the kernel.
func (t *Trainer) Exponent() (float64, error) {
	value, err := get(t.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_trainer_get_exponent(t.c(), value)
	})
	return float64(value), err
}

// SetEpsilon sets the epsilon of the kernel, as the only one, in the unit of the samples: finite, above 0; 1 unless set.
// Its schedule multiplies it.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetEpsilon(epsilon float64) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_epsilon(t.c(), C.double(epsilon)) })
}

// Epsilon returns the epsilon of the kernel, the first one of several, without its schedule's factor.
func (t *Trainer) Epsilon() (float64, error) {
	value, err := get(t.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_trainer_get_epsilon(t.c(), value)
	})
	return float64(value), err
}

// SetEpsilons sets several epsilons, at most EpsilonsMax: the kernel is the sum of the kernels that have one each.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetEpsilons(epsilons ...float64) error {
	return t.call(func() C.coulomb_status {
		return C.coulomb_trainer_set_epsilons(t.c(), first[C.double](epsilons), C.size_t(len(epsilons)))
	})
}

// Epsilons returns all epsilons.
func (t *Trainer) Epsilons() ([]float64, error) {
	var count C.size_t
	epsilons := make([]float64, EpsilonsMax)
	err := t.call(func() C.coulomb_status {
		return C.coulomb_trainer_get_epsilons(t.c(), first[C.double](epsilons), EpsilonsMax, &count)
	})
	return epsilons[:count], err
}

// SetEpsilonSchedule sets the schedule of epsilon, of the same context; nil, the default: constant.
//
// Errors: ErrorArgument (a schedule of another context), ErrorState (an update is under way).
func (t *Trainer) SetEpsilonSchedule(schedule *Schedule) error {
	var object *handle
	if schedule != nil {
		object = schedule.handle
	}
	return t.keep(schedule != nil, object, scheduleOfEpsilon, func(object unsafe.Pointer) C.coulomb_status {
		return C.coulomb_trainer_set_epsilon_schedule(t.c(), (*C.coulomb_schedule)(object))
	})
}

// EpsilonSchedule returns a handle of the schedule of epsilon; nil if none is set.
func (t *Trainer) EpsilonSchedule() (*Schedule, error) {
	found, err := t.kept(scheduleOfEpsilon, func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_trainer_get_epsilon_schedule(t.c(), (**C.coulomb_schedule)(unsafe.Pointer(object)))
	})
	if found == nil {
		return nil, err
	}
	return &Schedule{found}, nil
}

// SetSelfTerms sets whether a sample's potential includes its own charge: true unless set. Without, a step needs two
// charges of each kind.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetSelfTerms(keep bool) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_self_terms(t.c(), flag(keep)) })
}

// SelfTerms returns whether a sample's potential includes its own charge.
func (t *Trainer) SelfTerms() (bool, error) {
	value, err := get(t.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_trainer_get_self_terms(t.c(), value)
	})
	return value != 0, err
}

// SetPotentialScale sets the scale of the discriminator's regression target; without a discriminator, a factor on the
// field: finite, above 0; 1 unless set.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetPotentialScale(scale float64) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_potential_scale(t.c(), C.double(scale)) })
}

// PotentialScale returns the scale of the discriminator's regression target.
func (t *Trainer) PotentialScale() (float64, error) {
	value, err := get(t.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_trainer_get_potential_scale(t.c(), value)
	})
	return float64(value), err
}

// SetField sets what the generator follows in a trainer without a discriminator: FieldPotential unless set.
//
// Errors: ErrorArgument, ErrorState (an update is under way, or the trainer has a discriminator).
func (t *Trainer) SetField(field Field) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_field(t.c(), C.int32_t(field)) })
}

// Field returns what the generator follows.
//
// Errors: ErrorState (the trainer has a discriminator).
func (t *Trainer) Field() (Field, error) {
	value, err := get(t.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_trainer_get_field(t.c(), value)
	})
	return Field(value), err
}

// SetFeatures takes distances between features: the network stands between samples and the kernel, and epsilon is in the
// unit of the features. Its input shape is the generator's output shape. It works in evaluation mode, is not trained, and
// is no part of checkpoints, which compare a digest of it that is taken here: call again after changing it. nil, the
// default: distances between samples.
//
// Errors: ErrorArgument (a network of another context, or one that the trainer trains), ErrorShape, ErrorState (an update
// is under way; or the network is not finished, is inference-only, or its batch norm normalises by the batch, see
// Network.SetRunningAverages), ErrorMemory.
func (t *Trainer) SetFeatures(features *Network) error {
	var object *handle
	if features != nil {
		object = features.handle
	}
	return t.keep(features != nil, object, featureNetwork, func(object unsafe.Pointer) C.coulomb_status {
		return C.coulomb_trainer_set_features(t.c(), (*C.coulomb_network)(object))
	})
}

// Features returns a handle of the network between samples and the kernel; nil if none is set.
func (t *Trainer) Features() (*Network, error) {
	found, err := t.kept(featureNetwork, func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_trainer_get_features(t.c(), (**C.coulomb_network)(unsafe.Pointer(object)))
	})
	if found == nil {
		return nil, err
	}
	return networkOf(found), nil
}
