package coulomb

// #include <stdlib.h>
// #include "callbacks.h"
import "C"
import (
	"runtime/cgo"
	"unsafe"
)

// Allocator gives a context and its handles their memory. Its functions run on the goroutine that calls the package, or
// on one of the garbage collector's, never two at once for one context. They must not use the context or its handles.
// A panic goes on when the call of the library has ended.
type Allocator interface {
	// Allocate returns at least size bytes outside Go's heap, aligned as by C's malloc; size is above 0. If it returns
	// nil, the call of the library fails with ErrorMemory.
	Allocate(size uintptr) unsafe.Pointer
	// Release takes back what Allocate returned; memory is never nil.
	Release(memory unsafe.Pointer)
}

// Malloc is an Allocator that uses C's malloc and free, for allocators that count, limit or record what is allocated.
type Malloc struct{}

// Allocate calls C's malloc.
func (Malloc) Allocate(size uintptr) unsafe.Pointer { return C.malloc(C.size_t(size)) }

// Release calls C's free.
func (Malloc) Release(memory unsafe.Pointer) { C.free(memory) }

type allocatorCallback struct {
	turns     *turns
	allocator Allocator
}

// NewContextWithAllocator creates a context that allocates through the caller's functions. The BLAS, the thread library
// and the JSON reader allocate memory of their own. Otherwise as NewContext.
//
// Errors: ErrorArgument (nil), ErrorMemory.
func NewContextWithAllocator(allocator Allocator) (context *Context, err error) {
	if allocator == nil {
		return nil, &Error{Status: ErrorArgument, Message: "allocator is nil"}
	}
	t := newTurns()
	handle := cgo.NewHandle(&allocatorCallback{t, allocator})
	t.end = func() { handle.Delete() }
	defer func() {
		if context == nil {
			handle.Delete()
		}
	}()
	return newContext(t, func(context **C.coulomb_context) C.coulomb_status {
		return C.go_context_new_with_allocator(C.uintptr_t(handle), context)
	})
}

// keepPanic keeps an allocator's panic for the end of the call under way.
func (t *turns) keepPanic(finished *bool) {
	if !*finished {
		value := recover()
		call := t.current()
		call.panicked, call.value = true, value
	}
}

//export coulombGoAllocate
func coulombGoAllocate(user C.uintptr_t, size C.size_t) (memory unsafe.Pointer) {
	state := cgo.Handle(user).Value().(*allocatorCallback)
	finished := false
	defer state.turns.keepPanic(&finished)
	memory = state.allocator.Allocate(uintptr(size))
	finished = true
	return memory
}

//export coulombGoFree
func coulombGoFree(user C.uintptr_t, memory unsafe.Pointer) {
	state := cgo.Handle(user).Value().(*allocatorCallback)
	finished := false
	defer state.turns.keepPanic(&finished)
	state.allocator.Release(memory)
	finished = true
}
