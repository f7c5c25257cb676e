//go:build mpi

package coulomb_test

import (
	"runtime"
	"testing"
)

// A process that was started alone is the only rank.
func TestMPIWorld(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	training := newTraining(t)
	communicator := must(training.Context.NewMPIWorld())(t)
	equal(t, must(communicator.Size())(t), 1)
	ok(t, training.Trainer.SetCommunicator(communicator))
	ok(t, training.Trainer.Run(background, 2, nil))
	ok(t, training.Trainer.SetCommunicator(nil))
	ok(t, communicator.Close())
}
