package coulomb

// #include <coulomb/coulomb.h>
import "C"

// Initializer tells how parameters start. The fan-in of a dense weight [in, out] is in, that of a convolution's [height,
// width, in, out] is height * width * in.
type Initializer int32

// Initializers. By default weights start as Glorot uniform, and biases as 0.
const (
	InitializerGlorotUniform Initializer = C.COULOMB_INITIALIZER_GLOROT_UNIFORM // uniform, variance 2/(fan_in + fan_out)
	InitializerGlorotNormal  Initializer = C.COULOMB_INITIALIZER_GLOROT_NORMAL  // truncated normal, same variance
	InitializerHeUniform     Initializer = C.COULOMB_INITIALIZER_HE_UNIFORM     // uniform, variance 2/fan_in
	InitializerHeNormal      Initializer = C.COULOMB_INITIALIZER_HE_NORMAL      // truncated normal, same variance

	// What Network.Initializer returns of parameters whose initializer was set with numbers.
	InitializerConstant        Initializer = C.COULOMB_INITIALIZER_CONSTANT
	InitializerVarianceScaling Initializer = C.COULOMB_INITIALIZER_VARIANCE_SCALING
	InitializerRandom          Initializer = C.COULOMB_INITIALIZER_RANDOM
)

// Fan is the denominator of an initializer's variance.
type Fan int32

// Fans.
const (
	FanIn      Fan = C.COULOMB_FAN_IN
	FanOut     Fan = C.COULOMB_FAN_OUT
	FanAverage Fan = C.COULOMB_FAN_AVERAGE // (fan_in + fan_out)/2
)

// Distribution is that of an initializer or of a latent.
type Distribution int32

// Distributions. A truncated normal redraws values beyond two standard deviations.
const (
	DistributionNormal          Distribution = C.COULOMB_DISTRIBUTION_NORMAL
	DistributionTruncatedNormal Distribution = C.COULOMB_DISTRIBUTION_TRUNCATED_NORMAL
	DistributionUniform         Distribution = C.COULOMB_DISTRIBUTION_UNIFORM
)

// SetInitializer sets the initializer of a parameter, one of the first four; an empty name stands for all weight arrays
// appended so far. It takes effect in Finish and Initialize.
//
// Errors: ErrorArgument (no such initializer), ErrorNotFound (no parameter of that name).
func (n *Network) SetInitializer(parameter string, initializer Initializer) error {
	return n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_set_initializer(n.c(), name, C.int32_t(initializer))
	})
}

// SetInitializerConstant sets a constant; otherwise as SetInitializer.
//
// Errors: ErrorArgument (a value that is not finite as float32), ErrorNotFound.
func (n *Network) SetInitializerConstant(parameter string, value float64) error {
	return n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_set_initializer_constant(n.c(), name, C.double(value))
	})
}

// SetInitializerVarianceScaling sets a distribution of mean 0 and variance scale/fan (after truncation); otherwise as
// SetInitializer.
//
// Errors: ErrorArgument (a scale that is not finite and above 0, fan, distribution), ErrorNotFound.
func (n *Network) SetInitializerVarianceScaling(parameter string, scale float64, fan Fan, distribution Distribution) error {
	return n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_set_initializer_variance_scaling(n.c(), name, C.double(scale), C.int32_t(fan),
			C.int32_t(distribution))
	})
}

// SetInitializerRandom sets a distribution of mean 0 and a given spread: the standard deviation of the normals (before
// truncation), half the width of the uniform distribution; otherwise as SetInitializer.
//
// Errors: ErrorArgument (distribution, or a spread that is not finite and above 0), ErrorNotFound.
func (n *Network) SetInitializerRandom(parameter string, distribution Distribution, spread float64) error {
	return n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_set_initializer_random(n.c(), name, C.int32_t(distribution), C.double(spread))
	})
}

// Initializer returns the kind of a parameter's initializer.
//
// Errors: ErrorNotFound (no parameter of that name).
func (n *Network) Initializer(parameter string) (Initializer, error) {
	var initializer C.int32_t
	err := n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_get_initializer(n.c(), name, &initializer)
	})
	return Initializer(initializer), err
}

// InitializerConstant returns the constant of a parameter's initializer.
//
// Errors: ErrorNotFound (no parameter of that name), ErrorArgument (an initializer of another kind).
func (n *Network) InitializerConstant(parameter string) (float64, error) {
	var value C.double
	err := n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_get_initializer_constant(n.c(), name, &value)
	})
	return float64(value), err
}

// InitializerVarianceScaling returns the variance of a parameter's initializer, also of the first four kinds.
//
// Errors: as InitializerConstant.
func (n *Network) InitializerVarianceScaling(parameter string) (float64, Fan, Distribution, error) {
	var scale C.double
	var fan, distribution C.int32_t
	err := n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_get_initializer_variance_scaling(n.c(), name, &scale, &fan, &distribution)
	})
	return float64(scale), Fan(fan), Distribution(distribution), err
}

// InitializerRandom returns distribution and spread of a parameter's initializer.
//
// Errors: as InitializerConstant.
func (n *Network) InitializerRandom(parameter string) (Distribution, float64, error) {
	var distribution C.int32_t
	var spread C.double
	err := n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_get_initializer_random(n.c(), name, &distribution, &spread)
	})
	return Distribution(distribution), float64(spread), err
}
