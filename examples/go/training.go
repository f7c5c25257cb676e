package coulomb

// #include "callbacks.h"
import "C"
import (
	"context"
	"errors"
	"runtime/cgo"
)

// Progress is called by Run after each update, with its number. It may read statistics, generate samples, change
// settings, save, and close the trainer; it must not step, run or load it. An error ends the run after this update; Stop
// ends it without an error.
type Progress func(update uint64) error

// Statistic is one of the last update.
type Statistic int32

// Statistics.
const (
	StatisticLossDiscriminator Statistic = C.COULOMB_STATISTIC_LOSS_DISCRIMINATOR // without the L2 penalty
	StatisticLossGenerator     Statistic = C.COULOMB_STATISTIC_LOSS_GENERATOR     // without the L2 penalty
	StatisticEnergy            Statistic = C.COULOMB_STATISTIC_ENERGY             // 1/2 (mean potential at target - at model samples)
	StatisticPotentialModel    Statistic = C.COULOMB_STATISTIC_POTENTIAL_MODEL    // mean, without its scale
	StatisticPotentialTarget   Statistic = C.COULOMB_STATISTIC_POTENTIAL_TARGET   // mean, without its scale

	StatisticGradientGenerator     Statistic = C.COULOMB_STATISTIC_GRADIENT_GENERATOR     // Euclidean norm
	StatisticGradientDiscriminator Statistic = C.COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR // Euclidean norm

	StatisticLearningRateGenerator     Statistic = C.COULOMB_STATISTIC_LEARNING_RATE_GENERATOR     // times the schedule's factor
	StatisticLearningRateDiscriminator Statistic = C.COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR // times the schedule's factor
	StatisticEpsilon                   Statistic = C.COULOMB_STATISTIC_EPSILON                     // times its schedule's factor
)

// Step runs one update (Algorithm 1). After a failure both networks' parameters, both optimizers, the average, the
// statistics and the update number are unchanged.
//
// Errors: ErrorState (there are no target samples, or the call comes from a function of this trainer or of its networks),
// ErrorNotFinite (a target sample, a model sample, a latent, a potential, a loss, a gradient, a running average, or a
// schedule's factor), ErrorArgument (fewer charges than the batch, or too few), ErrorMemory, ErrorProcess (another rank
// failed or is gone), the own error of a function of the caller.
func (t *Trainer) Step() error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_step(t.c()) })
}

// Run runs updates until update number last is done; it does nothing if that is done already. progress is called after
// each update; it may be nil. When ctx is done, the run ends after the update under way, and the error wraps ctx.Err().
// After a stop or a failure the state is whole: call again to continue.
//
// Errors: as Step of the update that failed, the progress function's own error, that of ctx. Where a function of the
// caller, on any rank, returned Stop, the error is nil.
func (t *Trainer) Run(ctx context.Context, last uint64, progress Progress) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var user cgo.Handle
	err := t.call(func() C.coulomb_status {
		if ctx.Done() != nil || progress != nil {
			user = cgo.NewHandle(&progressCallback{t.turns, ctx.Done(), ctx.Err, progress})
			defer user.Delete()
		}
		return C.go_trainer_run(t.c(), C.uint64_t(last), C.uintptr_t(user))
	})
	if errors.Is(err, Stop) {
		return nil
	}
	return err
}

// Update returns the number of updates done, including those before a loaded checkpoint was saved. In functions that an
// update calls it is the number of the update before.
func (t *Trainer) Update() (uint64, error) {
	update, err := get(t.handle, func(update *C.uint64_t) C.coulomb_status {
		return C.coulomb_trainer_update(t.c(), update)
	})
	return uint64(update), err
}

// Statistic returns a statistic of the last update.
//
// Errors: ErrorArgument (no such statistic), ErrorState (no update was done since the trainer was created or loaded, or
// the statistic is a discriminator's and there is none).
func (t *Trainer) Statistic(statistic Statistic) (float64, error) {
	value, err := get(t.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_trainer_statistic(t.c(), C.int32_t(statistic), value)
	})
	return float64(value), err
}
