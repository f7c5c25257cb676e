package coulomb_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

func TestErrorsHaveStatusAndMessage(t *testing.T) {
	context := newContext(t)
	err := context.SetThreads(5000)
	fails(t, err, coulomb.ErrorArgument)
	if errors.Is(err, coulomb.ErrorShape) || !strings.Contains(err.Error(), "5000") {
		t.Fatalf("the error is %q", err)
	}
	equal(t, coulomb.ErrorShape.String(), "COULOMB_ERROR_SHAPE")
	equal(t, coulomb.Stop.Error(), "coulomb: caller's code 1999")
}

func TestErrorsOfFunctionsComeBack(t *testing.T) {
	training := newTraining(t)
	ok(t, training.Trainer.SetData(func(update uint64, batch []float32) error {
		if update == 3 {
			return fmt.Errorf("the data ended: %w", io.EOF)
		}
		return gaussians.Fill(update, batch)
	}))
	err := training.Trainer.Run(background, 10, nil)
	fails(t, err, coulomb.CallerFirst)
	if !errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "the data ended") {
		t.Fatalf("the error is %q", err)
	}
	equal(t, must(training.Trainer.Update())(t), uint64(2))
	ok(t, training.Trainer.SetData(gaussians.Fill))
	fails(t, context5000(training), coulomb.ErrorArgument)
	if errors.Is(context5000(training), io.EOF) {
		t.Fatal("a later error has the cause of the one before")
	}
	ok(t, training.Trainer.Run(background, 10, nil))
}

func context5000(training *gaussians.Training) error { return training.Context.SetThreads(5000) }

func TestFunctionsChooseCodes(t *testing.T) {
	training := newTraining(t)
	for _, status := range []coulomb.Status{1005, coulomb.CallerLast} {
		err := training.Trainer.SetData(func(uint64, []float32) error { return fmt.Errorf("no: %w", status) })
		ok(t, err)
		fails(t, training.Trainer.Step(), status)
	}
	ok(t, training.Trainer.SetData(func(uint64, []float32) error { return coulomb.ErrorMemory }))
	err := training.Trainer.Step()
	fails(t, err, coulomb.CallerFirst)
	if !errors.Is(errors.Unwrap(err), coulomb.ErrorMemory) {
		t.Fatalf("the error is %q", err)
	}
}

func TestPanicsGoOnAfterTheCall(t *testing.T) {
	training := newTraining(t)
	ok(t, training.Trainer.SetData(func(uint64, []float32) error { panic("out of paper") }))
	func() {
		defer func() { equal(t, recover(), "out of paper") }()
		training.Trainer.Step()
		t.Error("there was no panic")
	}()
	equal(t, must(training.Trainer.Update())(t), uint64(0))
	ok(t, training.Trainer.SetData(gaussians.Fill))
	ok(t, training.Trainer.Step())
}

func TestStopIsNoError(t *testing.T) {
	training := newTraining(t)
	stop := func(update uint64) error {
		if update == 5 {
			return coulomb.Stop
		}
		return nil
	}
	ok(t, training.Trainer.Run(background, 10, stop))
	equal(t, must(training.Trainer.Update())(t), uint64(5))
}

func TestClosedHandlesAreErrors(t *testing.T) {
	training := newTraining(t)
	schedule := must(training.Context.NewExponentialSchedule(1, 2, 0.5))(t)
	ok(t, schedule.Close())
	ok(t, schedule.Close())
	var never coulomb.Schedule
	for _, err := range []error{
		second(schedule.Factor(1)), second(schedule.Callback()), training.Trainer.SetEpsilonSchedule(schedule),
		second(never.Kind()), training.Trainer.SetEpsilonSchedule(&never), never.Close(),
	}[:5] {
		equal(t, err, coulomb.ErrClosed)
	}
	ok(t, training.Trainer.Close())
	equal(t, training.Trainer.Step(), coulomb.ErrClosed)
	equal(t, second(training.Trainer.Network(coulomb.Generator)), coulomb.ErrClosed)
	equal(t, training.Trainer.SetEpsilonSchedule(nil), coulomb.ErrClosed)
	ok(t, training.Generator.Close())
	equal(t, training.Generator.Finish(0, 1), coulomb.ErrClosed)
	equal(t, training.Generator.Dense(0, 1, ""), coulomb.Node(-1))
	ok(t, training.Context.Close())
	equal(t, second(training.Context.NewNetwork()), coulomb.ErrClosed)
	equal(t, second(training.Context.NewTrainer(training.Discriminator, nil)), coulomb.ErrClosed)
	equal(t, len(must(training.Discriminator.Evaluate([]float32{1, 2}))(t)), 1) // in any order
}

func second[T any](_ T, err error) error { return err }
