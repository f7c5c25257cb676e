package coulomb

// #include <stdlib.h>
// #include "callbacks.h"
import "C"
import (
	"runtime/cgo"
	"unsafe"
)

// Context has worker threads, memory, log and error message. All other handles are created from it.
type Context struct{ *handle }

// LogLevel is that of a log line.
type LogLevel int32

// Levels of log lines.
const (
	LogWarning LogLevel = C.COULOMB_LOG_WARNING // something is slower than expected, or otherwise unexpected
	LogInfo    LogLevel = C.COULOMB_LOG_INFO    // what the library found or chose
)

// Log receives log lines, without a newline. It may use the context: lines are kept until the library has returned, or
// until it calls a function of the caller.
type Log func(level LogLevel, line string)

type logCallback struct {
	turns *turns
	log   Log
}

type logLine struct {
	log   Log
	level LogLevel
	text  string
}

func (line logLine) deliver() { line.log(line.level, line.text) }

// Precision is that of products and of stored activations inside layers.
type Precision int32

// Precisions.
const (
	PrecisionFloat32 Precision = C.COULOMB_PRECISION_FLOAT32 // float32 throughout
	PrecisionTF32    Precision = C.COULOMB_PRECISION_TF32    // products of float32 rounded to 10 bits of fraction
	PrecisionBF16    Precision = C.COULOMB_PRECISION_BF16    // products and activations in bfloat16
)

// NewContext creates a context with one thread and no log. If the BLAS is OpenBLAS, this sets its process-wide thread
// count to one.
//
// Errors: ErrorMemory.
func NewContext() (*Context, error) {
	return newContext(newTurns(), func(context **C.coulomb_context) C.coulomb_status {
		return C.coulomb_context_new(context)
	})
}

func newContext(t *turns, create func(context **C.coulomb_context) C.coulomb_status) (*Context, error) {
	t.enter()
	defer t.leave()
	var context *C.coulomb_context
	if status := create(&context); status != C.COULOMB_OK {
		return nil, &Error{Status: Status(status)}
	}
	t.context = context
	return &Context{newHandle(newResource(t, unsafe.Pointer(context), nil))}, nil
}

func (c *Context) c() *C.coulomb_context { return c.turns.context }

// Close releases the context. It is destroyed together with the last handle created from it.
func (c *Context) Close() error { return c.close() }

// SetThreads sets the number of threads, the calling one included: 1 to 1024, or 0: one for each processor that the
// process may run on. It is 1 unless set. Results do not depend on it.
//
// Errors: ErrorArgument, ErrorThread (the system could not start them), ErrorMemory, ErrorState (called from a
// function of the caller). After a failure the number is unchanged.
func (c *Context) SetThreads(threads int) error {
	return c.call(func() C.coulomb_status { return C.coulomb_context_set_threads(c.c(), C.size_t(threads)) })
}

// Threads returns the number of threads; if 0 was set, the number that was chosen.
func (c *Context) Threads() (int, error) {
	threads, err := get(c.handle, func(threads *C.size_t) C.coulomb_status {
		return C.coulomb_context_get_threads(c.c(), threads)
	})
	return int(threads), err
}

// SetPrecision sets the precision in which the context's networks compute. Unless set it is PrecisionFloat32 on the CPU,
// which has no other, and PrecisionTF32 on a GPU. Passes from then on use it; a backward pass needs a forward pass of
// the same precision before it.
//
// Errors: ErrorArgument (one that the device does not have), ErrorState (called from a function of the caller).
func (c *Context) SetPrecision(precision Precision) error {
	return c.call(func() C.coulomb_status { return C.coulomb_context_set_precision(c.c(), C.int32_t(precision)) })
}

// Precision returns the precision in which the context's networks compute.
func (c *Context) Precision() (Precision, error) {
	precision, err := get(c.handle, func(precision *C.int32_t) C.coulomb_status {
		return C.coulomb_context_get_precision(c.c(), precision)
	})
	return Precision(precision), err
}

// SetLog sets the function that receives log lines; nil: none. Lines that describe the BLAS are logged at once.
func (c *Context) SetLog(log Log) error {
	return setCallback(c.handle, log != nil, func() any { return &logCallback{c.turns, log} },
		func(user C.uintptr_t) C.coulomb_status { return C.go_context_set_log(c.c(), user) })
}

// Log returns the function that receives log lines; nil if none is set.
func (c *Context) Log() (Log, error) {
	found, err := getCallback(c.handle, func(user *C.uintptr_t) C.coulomb_status {
		return C.go_context_get_log(c.c(), user)
	})
	if log, ok := found.(*logCallback); ok {
		return log.log, nil
	}
	return nil, err
}

// BLAS returns the name and version of the BLAS, such as "OpenBLAS 0.3.21, SkylakeX kernels". The library uses it for
// float64 arithmetic: the energy test, covariances and eigenvalues.
func (c *Context) BLAS() (string, error) {
	return c.text(func() *C.char { return C.coulomb_context_blas(c.c()) })
}

// Kernels returns the name of the library's own kernels that the context uses: "avx512", "avx2" or "portable".
func (c *Context) Kernels() (string, error) {
	return c.text(func() *C.char { return C.coulomb_context_kernels(c.c()) })
}

func (c *Context) text(of func() *C.char) (text string, err error) {
	err = c.with(func() error {
		text = C.GoString(of())
		return nil
	})
	return text, err
}

// setCallback gives the library a function of the caller, which it keeps until it calls coulombGoRelease.
func setCallback(h *handle, some bool, make func() any, set func(user C.uintptr_t) C.coulomb_status) error {
	return h.with(func() error {
		if !some {
			return h.turns.check(set(0))
		}
		user := cgo.NewHandle(make())
		err := h.turns.check(set(C.uintptr_t(user)))
		if err != nil {
			user.Delete()
		}
		return err
	})
}

// getCallback finds a function of the caller again: nil if the library has none.
func getCallback(h *handle, read func(user *C.uintptr_t) C.coulomb_status) (found any, err error) {
	var user C.uintptr_t
	err = h.with(func() error {
		if err := h.turns.check(read(&user)); err != nil || user == 0 {
			return err
		}
		found = cgo.Handle(user).Value()
		return nil
	})
	return found, err
}

//export coulombGoLog
func coulombGoLog(user C.uintptr_t, level C.int32_t, line *C.char) {
	log := cgo.Handle(user).Value().(*logCallback)
	log.turns.mutex.Lock()
	defer log.turns.mutex.Unlock()
	log.turns.lines = append(log.turns.lines, logLine{log.log, LogLevel(level), C.GoString(line)})
}
