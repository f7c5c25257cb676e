package coulomb

// #include <coulomb/coulomb.h>
import "C"

// SetBatch sets the number of model samples, and of target samples, that an update learns from: 1 to 1,048,576;
// 128 unless set.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetBatch(batch int) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_batch(t.c(), C.size_t(batch)) })
}

// Batch returns the batch.
func (t *Trainer) Batch() (int, error) {
	value, err := get(t.handle, func(value *C.size_t) C.coulomb_status {
		return C.coulomb_trainer_get_batch(t.c(), value)
	})
	return int(value), err
}

// SetLoss sets the discriminator's loss: LossL2 unless set.
//
// Errors: ErrorArgument, ErrorState (an update is under way, or there is no discriminator).
func (t *Trainer) SetLoss(loss Loss) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_loss(t.c(), C.int32_t(loss)) })
}

// Loss returns the discriminator's loss.
//
// Errors: ErrorState (no discriminator).
func (t *Trainer) Loss() (Loss, error) {
	value, err := get(t.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_trainer_get_loss(t.c(), value)
	})
	return Loss(value), err
}

// SetReplay turns replay on or off, the default. With replay the discriminator also learns at the model samples of the
// previous update; without a discriminator those are model charges beside this update's.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetReplay(on bool) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_replay(t.c(), flag(on)) })
}

// Replay returns whether replay is on.
func (t *Trainer) Replay() (bool, error) {
	value, err := get(t.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_trainer_get_replay(t.c(), value)
	})
	return value != 0, err
}

// SetSmoothing sets the standard deviation of normal noise on the points where the discriminator is compared with the
// potential, in the unit of the samples: finite, at least 0; 0, the default: no noise.
//
// Errors: ErrorArgument, ErrorState (an update is under way, or there is no discriminator).
func (t *Trainer) SetSmoothing(deviation float64) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_smoothing(t.c(), C.double(deviation)) })
}

// Smoothing returns the standard deviation of the smoothing noise.
//
// Errors: ErrorState (no discriminator).
func (t *Trainer) Smoothing() (float64, error) {
	value, err := get(t.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_trainer_get_smoothing(t.c(), value)
	})
	return float64(value), err
}

// SetSeed sets the seed of latents and smoothing noise: 0 unless set.
//
// Errors: ErrorState (an update is under way).
func (t *Trainer) SetSeed(seed uint64) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_seed(t.c(), C.uint64_t(seed)) })
}

// Seed returns the seed of latents and smoothing noise.
func (t *Trainer) Seed() (uint64, error) {
	value, err := get(t.handle, func(value *C.uint64_t) C.coulomb_status {
		return C.coulomb_trainer_get_seed(t.c(), value)
	})
	return uint64(value), err
}

// SetAveraging sets the decay of the exponential moving average of the generator's parameters: above 0 and below 1; 0, the
// default: no average. Average returns the network.
//
// Errors: ErrorArgument, ErrorState (an update is under way), ErrorMemory.
func (t *Trainer) SetAveraging(decay float64) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_averaging(t.c(), C.double(decay)) })
}

// Averaging returns the decay of the average; 0: no average.
func (t *Trainer) Averaging() (float64, error) {
	value, err := get(t.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_trainer_get_averaging(t.c(), value)
	})
	return float64(value), err
}
