// Package coulomb trains Coulomb GANs (Unterthiner et al. 2017) with libcoulomb.
//
// A Context has the worker threads; everything else is created from it: networks, trainers, kernels of potentials,
// metrics. Arrays are float32 slices in C order, [samples, sample's shape]; a sample's shape is [height, width,
// channels] of images and [length, channels] of sequences.
//
// # Handles
//
// Contexts, networks, trainers and all other handles are released by Close, or some time after the program has lost
// them by the garbage collector, which knows nothing of their size: close what is large. Close may be called any number
// of times. Handles may be closed in any order: one keeps alive what it needs. A function that takes or has a closed
// handle returns ErrClosed. A function that the library holds, such as a trainer's data, keeps alive what it captures:
// a trainer whose data function captures the trainer itself is released by Close alone.
//
// # Goroutines
//
// A context and its handles are used by one goroutine at a time, and may move between goroutines. Calls of several
// goroutines do no harm: one waits for the other. The exception is a call that comes while one of the caller's
// functions runs within a call (see below): it is made at once, as if that function had made it. Different contexts are
// independent, and work in parallel.
//
// # Functions of the caller
//
// Functions for data, latents, points, schedules, progress and transports run on the goroutine that called the package,
// during that call. Meanwhile the context is free: such a function may read settings and statistics, close handles, and
// use handles that take no part in the call. What would disturb the call fails with ErrorState. A progress function may
// do everything but step, run or load its trainer. Slices given to functions are the library's memory, and hold until
// the function returns.
//
// An error that a function returns ends the call, which returns an *Error that wraps it. A panic ends the call as well,
// and goes on from there. The state is then that before the call, for a run of updates that before the failed update.
// Functions must not call runtime.Goexit (as testing's FailNow does).
//
// # Errors
//
// Every error that comes from the library is an *Error with the library's status and message. errors.Is compares it
// with a Status, such as ErrorShape, and with the error of the caller's function that was its cause.
package coulomb
