package coulomb

// #include <coulomb/coulomb.h>
import "C"
import (
	"errors"
	"fmt"
)

// Status is a code of the library. It is an error, so that errors.Is(err, ErrorShape) tells what an *Error is about.
type Status int32

// Codes of the library. Their numbers never change; later releases may add some.
const (
	ErrorArgument  Status = C.COULOMB_ERROR_ARGUMENT   // an argument is out of range; the message names it
	ErrorShape     Status = C.COULOMB_ERROR_SHAPE      // shapes, or lengths of slices, do not fit together
	ErrorNotFound  Status = C.COULOMB_ERROR_NOT_FOUND  // there is no preset, parameter or node of that name
	ErrorMemory    Status = C.COULOMB_ERROR_MEMORY     // there is not enough memory
	ErrorNotFinite Status = C.COULOMB_ERROR_NOT_FINITE // an input or a result of a training step is NaN or infinite
	ErrorState     Status = C.COULOMB_ERROR_STATE      // the handle is not ready, finished, or in use by a running callback
	ErrorFile      Status = C.COULOMB_ERROR_FILE       // the system failed to open, read, write or replace a file
	ErrorFormat    Status = C.COULOMB_ERROR_FORMAT     // a file is damaged or has another format
	ErrorMismatch  Status = C.COULOMB_ERROR_MISMATCH   // a valid file belongs to another network or to other settings
	ErrorCallback  Status = C.COULOMB_ERROR_CALLBACK   // a callback returned a code outside the range for callers
	ErrorThread    Status = C.COULOMB_ERROR_THREAD     // the system could not start the worker threads
	ErrorDevice    Status = C.COULOMB_ERROR_DEVICE     // a device failed or was lost
	ErrorProcess   Status = C.COULOMB_ERROR_PROCESS    // another rank of the same training run failed or left the run
)

// Range of codes for callers. A function of the caller that returns one of them as a Status, or an error that wraps
// one, chooses the code that other ranks of a training run receive; for other errors it is CallerFirst.
const (
	CallerFirst Status = C.COULOMB_CALLER_FIRST
	CallerLast  Status = C.COULOMB_CALLER_LAST
)

// Stop ends Trainer.Run without an error: returned by a progress function after its update, by a data function before
// the update that it was asked for. With a communicator the run ends on all ranks.
const Stop = CallerLast

// ErrClosed is the error of a function that has or takes a closed handle.
var ErrClosed = errors.New("coulomb: use of a closed handle")

func (status Status) caller() bool {
	return status >= CallerFirst && status <= CallerLast
}

// String returns the library's name of the status, such as "COULOMB_ERROR_SHAPE".
func (status Status) String() string {
	return C.GoString(C.coulomb_status_name(C.coulomb_status(status)))
}

// Error is the name of the status, and its number where it is one of the range for callers.
func (status Status) Error() string {
	if status.caller() {
		return fmt.Sprintf("coulomb: %v %d", status.String(), int32(status))
	}
	return "coulomb: " + status.String()
}

// Error is what the library, or this package on its behalf, refused.
type Error struct {
	Status  Status
	Message string // names the value and what was expected
	Cause   error  // what a function of the caller returned; nil if there was none
}

// Error returns the message, and that of the cause.
func (refused *Error) Error() string {
	message := refused.Message
	if message == "" {
		message = refused.Status.String()
	}
	if refused.Cause != nil {
		return fmt.Sprintf("coulomb: %s: %v", message, refused.Cause)
	}
	return "coulomb: " + message
}

// Unwrap returns the cause.
func (refused *Error) Unwrap() error { return refused.Cause }

// Is reports whether the target is the error's Status.
func (refused *Error) Is(target error) bool {
	status, ok := target.(Status)
	return ok && status == refused.Status
}

// shapeError is the error of lengths that do not fit, which C could not see.
func shapeError(format string, values ...any) error {
	return &Error{Status: ErrorShape, Message: fmt.Sprintf(format, values...)}
}

// statusOf chooses the code that C receives for an error of a function of the caller. A transport may also say that
// another rank is gone.
func statusOf(err error, transport bool) Status {
	var status Status
	var refused *Error
	if !errors.As(err, &status) && errors.As(err, &refused) {
		status = refused.Status
	}
	if status.caller() || transport && status == ErrorProcess {
		return status
	}
	return CallerFirst
}
