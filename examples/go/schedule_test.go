package coulomb_test

import (
	"errors"
	"io"
	"math"
	"testing"

	"libcoulomb.invalid/coulomb"
)

func TestSchedules(t *testing.T) {
	context := newContext(t)
	exponential := must(context.NewExponentialSchedule(10, 20, 0.25))(t)
	equal(t, must(exponential.Kind())(t), coulomb.ScheduleExponential)
	first, last, final, err := exponential.Exponential()
	ok(t, err)
	equal(t, []any{first, last, final}, []any{uint64(10), uint64(20), 0.25})
	equal(t, must(exponential.Factor(15))(t), 0.5)

	steps := must(context.NewStepSchedule([]uint64{5, 10}, 0.1))(t)
	equal(t, must(steps.Kind())(t), coulomb.ScheduleSteps)
	after, factor, err := steps.Steps()
	ok(t, err)
	equal(t, []any{after, factor}, []any{[]uint64{5, 10}, 0.1})
	equal(t, must(steps.Factor(6))(t), 0.1)

	failure := error(nil)
	own := must(context.NewSchedule(func(update uint64) (float64, error) { return 1 / float64(update), failure }))(t)
	equal(t, must(own.Kind())(t), coulomb.ScheduleCallback)
	equal(t, must(own.Factor(4))(t), 0.25)
	equal(t, must(must(own.Callback())(t)(2))(t), 0.5)
	failure = io.EOF
	if err := second(own.Factor(4)); !errors.Is(err, io.EOF) {
		t.Fatalf("the error is %v", err)
	}
	fails(t, second(steps.Callback()), coulomb.ErrorArgument)
	_, _, _, err = own.Exponential()
	fails(t, err, coulomb.ErrorArgument)
	_, _, err = own.Steps()
	fails(t, err, coulomb.ErrorArgument)
	fails(t, second(context.NewSchedule(nil)), coulomb.ErrorArgument)
	fails(t, second(context.NewStepSchedule([]uint64{3, 3}, 0.5)), coulomb.ErrorArgument)
	fails(t, second(context.NewExponentialSchedule(3, 3, 0.5)), coulomb.ErrorArgument)
}

func TestSchedulesInUse(t *testing.T) {
	training := newTraining(t)
	trainer := training.Trainer
	equal(t, must(trainer.EpsilonSchedule())(t) == nil, true)
	schedule := must(training.Context.NewSchedule(func(update uint64) (float64, error) { return float64(update), nil }))(t)
	ok(t, trainer.SetEpsilonSchedule(schedule))
	optimizer := must(trainer.Optimizer(coulomb.Generator))(t)
	ok(t, optimizer.SetSchedule(schedule))
	ok(t, schedule.Close()) // both keep it
	ok(t, optimizer.Close())
	ok(t, trainer.Run(background, 2, nil))
	equal(t, must(trainer.Statistic(coulomb.StatisticEpsilon))(t), 2.0)
	equal(t, must(trainer.Statistic(coulomb.StatisticLearningRateGenerator))(t), 2e-4)
	found := must(must(trainer.Optimizer(coulomb.Generator))(t).Schedule())(t)
	equal(t, must(found.Factor(7))(t), 7.0)
	found = must(trainer.EpsilonSchedule())(t)
	ok(t, trainer.SetEpsilonSchedule(nil))
	equal(t, must(found.Factor(8))(t), 8.0)
	other := must(newContext(t).NewStepSchedule(nil, 0.5))(t)
	fails(t, trainer.SetEpsilonSchedule(other), coulomb.ErrorArgument)
}

func TestOptimizer(t *testing.T) {
	network := affine(t, newContext(t))
	optimizer := must(network.NewOptimizer())(t)
	pair(t, "rate", optimizer.SetLearningRate, optimizer.LearningRate, 1e-4, 0.5)
	pair(t, "method", optimizer.SetMethod, optimizer.Method, coulomb.MethodAdam, coulomb.MethodSGD)
	pair(t, "epsilon", optimizer.SetEpsilon, optimizer.Epsilon, 1e-8, 1e-6)
	pair(t, "l2", optimizer.SetL2, optimizer.L2, 0, 0.5)
	ok(t, optimizer.SetL2(0))
	ok(t, optimizer.SetBetas(0.5, 0.9))
	mean, square, err := optimizer.Betas()
	ok(t, err)
	equal(t, []float64{mean, square}, []float64{0.5, 0.9})
	fails(t, optimizer.SetBetas(1, 0.9), coulomb.ErrorArgument)
	equal(t, must(optimizer.Schedule())(t) == nil, true)
	schedule := must(newContext(t).NewStepSchedule(nil, 0.5))(t)
	fails(t, optimizer.SetSchedule(schedule), coulomb.ErrorArgument)
	ok(t, optimizer.SetSchedule(nil))
	ok(t, network.Forward([]float32{0, 0, 0}, nil))
	ok(t, network.Backward([]float32{1, -1}, nil, coulomb.GradientWrite))
	ok(t, optimizer.Step(1))
	equal(t, must(network.ReadParameter("line.bias"))(t), []float32{9.5, 20.5})
	fails(t, optimizer.Step(0), coulomb.ErrorArgument)
	ok(t, network.WriteParameter("line.bias", []float32{math.MaxFloat32, 0}))
	ok(t, network.Close()) // the optimizer keeps it
	ok(t, optimizer.Step(2))
	ok(t, optimizer.Close())
}
