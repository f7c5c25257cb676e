package coulomb_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

func TestTrainerOptions(t *testing.T) {
	trainer := newTraining(t).Trainer
	pair(t, "batch", trainer.SetBatch, trainer.Batch, 128, 64)
	pair(t, "loss", trainer.SetLoss, trainer.Loss, coulomb.LossL2, coulomb.LossL1)
	pair(t, "replay", trainer.SetReplay, trainer.Replay, false, true)
	pair(t, "smoothing", trainer.SetSmoothing, trainer.Smoothing, 0, 0.25)
	pair(t, "seed", trainer.SetSeed, trainer.Seed, 0, 1<<63)
	pair(t, "averaging", trainer.SetAveraging, trainer.Averaging, 0, 0.99)
	pair(t, "kernel", trainer.SetKernel, trainer.Kernel, coulomb.KernelPlummer, coulomb.KernelGaussian)
	pair(t, "exponent", trainer.SetExponent, trainer.Exponent, 1, 2)
	pair(t, "epsilon", trainer.SetEpsilon, trainer.Epsilon, 1, 0.5)
	pair(t, "epsilons", func(all []float64) error { return trainer.SetEpsilons(all...) }, trainer.Epsilons,
		[]float64{0.5}, []float64{1, 3})
	pair(t, "self-terms", trainer.SetSelfTerms, trainer.SelfTerms, true, false)
	pair(t, "scale", trainer.SetPotentialScale, trainer.PotentialScale, 1, 4)
	pair(t, "shards", trainer.SetShards, trainer.Shards, 1, 2)
	pair(t, "norm", trainer.SetSynchronizedNorm, trainer.SynchronizedNorm, false, true)
	ok(t, trainer.SetCharges(100, 200))
	model, target, err := trainer.Charges()
	ok(t, err)
	equal(t, []int{model, target}, []int{100, 200})
	fails(t, trainer.SetBatch(0), coulomb.ErrorArgument)
	fails(t, trainer.SetBatch(-1), coulomb.ErrorArgument)
	fails(t, second(trainer.Field()), coulomb.ErrorState)
	ok(t, trainer.Step())
}

func TestTrainerWithoutDiscriminator(t *testing.T) {
	training := newTraining(t)
	trainer := must(training.Context.NewTrainer(training.Generator, nil))(t)
	defer trainer.Close()
	pair(t, "field", trainer.SetField, trainer.Field, coulomb.FieldPotential, coulomb.FieldDrift)
	fails(t, second(trainer.Network(coulomb.Discriminator)), coulomb.ErrorState)
	features := must(training.Context.NewNetwork())(t)
	ok(t, features.Finish(features.Tanh(features.Input(2)), 1))
	equal(t, must(trainer.Features())(t) == nil, true)
	ok(t, trainer.SetFeatures(features))
	ok(t, features.Close()) // the trainer keeps it
	equal(t, must(must(trainer.Features())(t).OutputShape())(t), []int{2})
	fails(t, trainer.SetFeatures(training.Generator), coulomb.ErrorArgument)
	ok(t, trainer.SetData(gaussians.Fill))
	ok(t, trainer.Step())
	ok(t, trainer.SetFeatures(nil))
	equal(t, must(trainer.Features())(t) == nil, true)
	fails(t, second(training.Context.NewTrainer(nil, nil)), coulomb.ErrorArgument)
	fails(t, second(training.Context.NewTrainer(training.Discriminator, training.Generator)), coulomb.ErrorShape)
}

func TestPartsOfTrainer(t *testing.T) {
	training := newTraining(t)
	trainer := training.Trainer
	ok(t, training.Generator.Close()) // the trainer keeps it
	fails(t, second(trainer.Average()), coulomb.ErrorState)
	ok(t, trainer.SetAveraging(0.5))
	average, again := must(trainer.Average())(t), must(trainer.Average())(t)
	optimizer := must(trainer.Optimizer(coulomb.Generator))(t)
	ok(t, optimizer.SetLearningRate(0.01))
	equal(t, must(must(trainer.Optimizer(coulomb.Discriminator))(t).LearningRate())(t), 1e-4)
	ok(t, trainer.Run(background, 2, nil))
	generator := must(trainer.Network(coulomb.Generator))(t)
	fails(t, optimizer.Step(1), coulomb.ErrorState)
	fails(t, second(trainer.Optimizer(coulomb.PartAverage)), coulomb.ErrorArgument)
	ok(t, average.Close())
	ok(t, trainer.Close()) // its parts keep it
	fails(t, again.Forward(points(8), points(3)), coulomb.ErrorShape)
	ok(t, again.Forward(points(8), nil))
	fails(t, again.Backward([]float32{1, 1}, nil, coulomb.GradientWrite), coulomb.ErrorState) // it is inference-only
	if reflectEqual(must(again.Evaluate(points(8)))(t), must(generator.Evaluate(points(8)))(t)) {
		t.Fatal("the average is the generator")
	}
	equal(t, must(optimizer.LearningRate())(t), 0.01)
}

func reflectEqual(a, b []float32) bool { return gaussians.Digest(a) == gaussians.Digest(b) }

func TestStatistics(t *testing.T) {
	trainer := newTraining(t).Trainer
	fails(t, second(trainer.Statistic(coulomb.StatisticEnergy)), coulomb.ErrorState)
	ok(t, trainer.Step())
	for statistic := coulomb.StatisticLossDiscriminator; statistic <= coulomb.StatisticEpsilon; statistic++ {
		value := must(trainer.Statistic(statistic))(t)
		equal(t, math.IsNaN(value) || value == 0, false)
	}
	equal(t, must(trainer.Statistic(coulomb.StatisticLearningRateGenerator))(t), 1e-4)
	fails(t, second(trainer.Statistic(99)), coulomb.ErrorArgument)
	equal(t, must(trainer.Memory())(t) > 100000, true)
}

func TestRunsAreCancelled(t *testing.T) {
	trainer := newTraining(t).Trainer
	cancelled, cancel := context.WithCancel(background)
	err := trainer.Run(cancelled, 10, func(update uint64) error {
		if update == 4 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the error is %v", err)
	}
	equal(t, must(trainer.Update())(t), uint64(5))
	equal(t, trainer.Run(cancelled, 10, nil), context.Canceled)
	deadline, end := context.WithTimeout(background, 20e6)
	defer end()
	if err := trainer.Run(deadline, 1<<40, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the error is %v", err)
	}
	ok(t, trainer.Run(background, 6, nil))
}

func TestProgressMayDoAlmostEverything(t *testing.T) {
	training := newTraining(t)
	trainer := training.Trainer
	updates := 0
	ok(t, trainer.Run(background, 5, func(update uint64) error {
		if updates++; updates > 3 { // the run goes on without its handles
			must(newContext(t).NewMoments(500))(t)
			return nil
		}
		must(trainer.Statistic(coulomb.StatisticEnergy))(t)
		must(training.Generator.Generate(3))(t)
		must(trainer.SaveBytes())(t)
		ok(t, trainer.SetPotentialScale(float64(update)))
		ok(t, trainer.SetData(gaussians.Fill))
		ok(t, trainer.SetDataArray(points(100), 1))
		fails(t, trainer.Step(), coulomb.ErrorState)
		if update == 3 {
			ok(t, trainer.Close())
			ok(t, training.Context.Close())
			ok(t, training.Generator.Close())
			ok(t, training.Discriminator.Close())
		}
		return nil
	}))
	equal(t, updates, 5)
	equal(t, trainer.Step(), coulomb.ErrClosed)
}
