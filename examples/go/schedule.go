package coulomb

// #include "callbacks.h"
import "C"
import (
	"runtime/cgo"
	"unsafe"
)

// Schedule is a factor on a learning rate or on epsilon, as a function of the update number. Schedules are immutable.
// An optimizer or trainer that uses one keeps it: the handle may be closed right after it was handed over.
type Schedule struct{ *handle }

// ScheduleKind tells how a schedule was made.
type ScheduleKind int32

// Kinds of schedules.
const (
	ScheduleExponential ScheduleKind = C.COULOMB_SCHEDULE_EXPONENTIAL
	ScheduleSteps       ScheduleKind = C.COULOMB_SCHEDULE_STEPS
	ScheduleCallback    ScheduleKind = C.COULOMB_SCHEDULE_CALLBACK
)

// Factor computes the factor of an update, counted from 1: finite, above 0. It must depend on the update alone, so that
// training resumes exactly, and may be called more than once for an update.
type Factor func(update uint64) (float64, error)

// NewExponentialSchedule creates a schedule whose factor is 1 up to update first,
// finalFactor^((u - first)/(last - first)) at update u between both, and finalFactor from update last on.
//
// Errors: ErrorArgument (last not above first, or a finalFactor that is not finite and above 0), ErrorMemory.
func (c *Context) NewExponentialSchedule(first, last uint64, finalFactor float64) (*Schedule, error) {
	return c.newSchedule(func(schedule **C.coulomb_schedule) C.coulomb_status {
		return C.coulomb_schedule_new_exponential(c.c(), C.uint64_t(first), C.uint64_t(last), C.double(finalFactor),
			schedule)
	})
}

// NewStepSchedule creates a schedule whose factor is multiplied by factor after each of the given updates, which are
// strictly increasing and at most 64.
//
// Errors: ErrorArgument (the updates' order or number, or the factor), ErrorMemory.
func (c *Context) NewStepSchedule(after []uint64, factor float64) (*Schedule, error) {
	return c.newSchedule(func(schedule **C.coulomb_schedule) C.coulomb_status {
		return C.coulomb_schedule_new_steps(c.c(), first[C.uint64_t](after), C.size_t(len(after)), C.double(factor),
			schedule)
	})
}

// NewSchedule creates a schedule from a function. Checkpoints record only that the schedule is a function.
//
// Errors: ErrorArgument (nil), ErrorMemory.
func (c *Context) NewSchedule(factor Factor) (*Schedule, error) {
	if factor == nil {
		return nil, &Error{Status: ErrorArgument, Message: "factor is nil"}
	}
	return c.newSchedule(func(schedule **C.coulomb_schedule) C.coulomb_status {
		user := cgo.NewHandle(&factorCallback{c.turns, factor})
		status := C.go_schedule_new_callback(c.c(), C.uintptr_t(user), schedule)
		if status != C.COULOMB_OK {
			user.Delete()
		}
		return status
	})
}

func (c *Context) newSchedule(create func(schedule **C.coulomb_schedule) C.coulomb_status) (*Schedule, error) {
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return create((**C.coulomb_schedule)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_schedule_free((*C.coulomb_schedule)(object)) })
	if err != nil {
		return nil, err
	}
	return &Schedule{made}, nil
}

func (s *Schedule) c() *C.coulomb_schedule { return (*C.coulomb_schedule)(s.resource.pointer) }

// Close releases the schedule.
func (s *Schedule) Close() error { return s.close() }

// Kind returns how the schedule was made.
func (s *Schedule) Kind() (ScheduleKind, error) {
	kind, err := get(s.handle, func(kind *C.int32_t) C.coulomb_status {
		return C.coulomb_schedule_get_kind(s.c(), kind)
	})
	return ScheduleKind(kind), err
}

// Exponential returns the arguments of NewExponentialSchedule.
//
// Errors: ErrorArgument (a schedule of another kind).
func (s *Schedule) Exponential() (first, last uint64, finalFactor float64, err error) {
	var from, to C.uint64_t
	var factor C.double
	err = s.call(func() C.coulomb_status { return C.coulomb_schedule_get_exponential(s.c(), &from, &to, &factor) })
	return uint64(from), uint64(to), float64(factor), err
}

// Steps returns the arguments of NewStepSchedule.
//
// Errors: ErrorArgument (a schedule of another kind).
func (s *Schedule) Steps() (after []uint64, factor float64, err error) {
	var drops C.size_t
	var each C.double
	after = make([]uint64, C.COULOMB_SCHEDULE_DROPS_MAX)
	err = s.call(func() C.coulomb_status {
		return C.coulomb_schedule_get_steps(s.c(), first[C.uint64_t](after), C.size_t(len(after)), &drops, &each)
	})
	return after[:drops], float64(each), err
}

// Callback returns the function of NewSchedule.
//
// Errors: ErrorArgument (a schedule of another kind).
func (s *Schedule) Callback() (Factor, error) {
	found, err := getCallback(s.handle, func(user *C.uintptr_t) C.coulomb_status {
		return C.go_schedule_get_callback(s.c(), user)
	})
	if schedule, ok := found.(*factorCallback); ok {
		return schedule.factor, nil
	}
	return nil, err
}

// Factor computes the factor of an update, counted from 1.
//
// Errors: ErrorNotFinite (a function's factor is not a finite number above 0), a function's own error.
func (s *Schedule) Factor(update uint64) (float64, error) {
	factor, err := get(s.handle, func(factor *C.double) C.coulomb_status {
		return C.coulomb_schedule_factor(s.c(), C.uint64_t(update), factor)
	})
	return float64(factor), err
}
