package coulomb

/*
#cgo pkg-config: coulomb
#include <coulomb/coulomb.h>
*/
import "C"
import "sync"

// turns lets one goroutine at a time into a context: the library needs exclusion, and no particular thread.
//
// Calls under way form a stack. A call begins if there is none, or if the innermost one has lent the context to a
// function of the caller; so such a function can call the library, on whatever goroutine. It ends its loan when all
// calls have ended that were begun meanwhile. So the library sees calls nested as those of one thread are.
//
// Handles that the garbage collector found are released at once if no call is under way, otherwise at the end of the
// outermost call: a finalizer never waits, and never meets a call.
type turns struct {
	mutex   sync.Mutex // of all that follows; never held while the library or a function of the caller runs
	changed sync.Cond
	waiting int
	calls   []underWay
	lent    int // calls under way, from the outermost, that have lent the context
	dropped []*resource
	lines   []logLine

	// of the goroutine whose turn it is
	context   *C.coulomb_context
	order     uint64 // in which to take two contexts' turns
	resources int    // not yet released
	buffers   []buffer
	end       func() // after the context's release
}

// What a call under way has to tell when it has returned to Go.
type underWay struct {
	failure  error // of a function of the caller
	panicked bool
	value    any // of the panic
}

func newTurns() *turns {
	t := &turns{order: nextOrder()}
	t.changed.L = &t.mutex
	return t
}

var orders struct {
	sync.Mutex
	last uint64
}

func nextOrder() uint64 {
	orders.Lock()
	defer orders.Unlock()
	orders.last++
	return orders.last
}

func (t *turns) wait() {
	t.waiting++
	t.changed.Wait()
	t.waiting--
}

func (t *turns) wake() {
	if t.waiting > 0 {
		t.changed.Broadcast()
	}
}

// enter begins a call.
func (t *turns) enter() {
	t.mutex.Lock()
	for len(t.calls) != t.lent {
		t.wait()
	}
	t.calls = append(t.calls, underWay{})
	t.mutex.Unlock()
}

// leave ends a call, hands out the log's lines, and lets a panic of a function of the caller go on.
func (t *turns) leave() {
	call, lines := t.finish()
	for _, line := range lines {
		line.deliver()
	}
	if call.panicked {
		panic(call.value)
	}
}

func (t *turns) finish() (underWay, []logLine) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.calls) == 1 {
		t.release()
	}
	last := len(t.calls) - 1
	call, lines := t.calls[last], t.lines
	t.calls[last] = underWay{}
	t.calls = t.calls[:last]
	t.lines = nil
	t.wake()
	return call, lines
}

// release frees what was dropped, and at last the context, at the end of the outermost call.
func (t *turns) release() {
	for len(t.dropped) > 0 {
		dropped := t.dropped
		t.dropped = nil
		t.mutex.Unlock()
		for _, one := range dropped {
			one.unreference()
		}
		t.mutex.Lock()
	}
	for i := range t.buffers {
		t.buffers[i].free()
	}
	t.buffers = nil
	if t.resources == 0 && t.context != nil {
		context := t.context
		t.context = nil
		t.mutex.Unlock()
		C.coulomb_context_free(context)
		if t.end != nil {
			t.end()
		}
		t.mutex.Lock()
	}
}

// drop releases a handle that the garbage collector found.
func (t *turns) drop(found *resource) {
	t.mutex.Lock()
	t.dropped = append(t.dropped, found)
	idle := len(t.calls) == 0
	if idle {
		t.calls = append(t.calls, underWay{})
	}
	t.mutex.Unlock()
	if idle {
		t.leave()
	}
}

// lend lets calls in while a function of the caller runs.
func (t *turns) lend() (depth int, lines []logLine) {
	t.mutex.Lock()
	t.lent++
	depth, lines = t.lent, t.lines
	t.lines = nil
	t.wake()
	t.mutex.Unlock()
	return depth, lines
}

// takeBack ends the loan, when the calls begun meanwhile have ended.
func (t *turns) takeBack(depth int) {
	t.mutex.Lock()
	for len(t.calls) != depth || t.lent != depth {
		t.wait()
	}
	t.lent--
	t.mutex.Unlock()
}

// current is the innermost call; only for the goroutine whose turn it is.
func (t *turns) current() *underWay {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return &t.calls[len(t.calls)-1]
}

// check makes an error of a status that the call under way received.
func (t *turns) check(status C.coulomb_status) error {
	if status == C.COULOMB_OK {
		return nil
	}
	refused := &Error{Status: Status(status), Message: C.GoString(C.coulomb_context_error(t.context))}
	if refused.Status.caller() || refused.Status == ErrorProcess {
		refused.Cause = t.current().failure
	}
	return refused
}
