use crate::{discriminator, fails, fill, generator, new_context, points, trainer};
use coulomb::{Field, Kernel, Loss, Network, Role, Schedule, SliceRequest, Statistic, Status, Trainer};

#[test]
fn settings_are_what_was_set() {
    let mut trainer = trainer();
    trainer.set_batch(16).unwrap();
    trainer.set_loss(Loss::L1).unwrap();
    trainer.set_replay(true).unwrap();
    trainer.set_smoothing(0.5).unwrap();
    trainer.set_seed(9).unwrap();
    trainer.set_averaging(0.99).unwrap();
    assert_eq!(trainer.batch().unwrap(), 16);
    assert_eq!(trainer.loss().unwrap(), Loss::L1);
    assert!(trainer.replay().unwrap());
    assert_eq!(trainer.smoothing().unwrap(), 0.5);
    assert_eq!(trainer.seed().unwrap(), 9);
    assert_eq!(trainer.averaging().unwrap(), 0.99);
    trainer.set_shards(2).unwrap();
    trainer.set_synchronized_norm(true).unwrap();
    assert_eq!(trainer.shards().unwrap(), 2);
    assert!(trainer.synchronized_norm().unwrap());
    trainer.run(2).unwrap();
}

#[test]
fn charges_are_what_was_set() {
    let mut trainer = trainer();
    trainer.set_charges(16, 32).unwrap();
    trainer.set_kernel(Kernel::Gaussian).unwrap();
    trainer.set_exponent(2.0).unwrap();
    trainer.set_epsilon(0.5).unwrap();
    trainer.set_self_terms(false).unwrap();
    trainer.set_potential_scale(3.0).unwrap();
    assert_eq!(trainer.charges().unwrap(), (16, 32));
    assert_eq!(trainer.kernel().unwrap(), Kernel::Gaussian);
    assert_eq!(trainer.exponent().unwrap(), 2.0);
    assert_eq!(trainer.epsilon().unwrap(), 0.5);
    assert!(!trainer.self_terms().unwrap());
    assert_eq!(trainer.potential_scale().unwrap(), 3.0);
    trainer.set_epsilons(&[0.5, 2.0]).unwrap();
    assert_eq!(trainer.epsilons().unwrap(), [0.5, 2.0]);
    let context = trainer.context();
    let schedule = Schedule::callback(&context, |_| Ok(0.5)).unwrap();
    trainer.set_epsilon_schedule(Some(&schedule)).unwrap();
    drop(schedule);
    trainer.run(1).unwrap();
    assert_eq!(trainer.statistic(Statistic::Epsilon).unwrap(), 0.25);
    assert_eq!(trainer.epsilon_schedule().unwrap().expect("a schedule").factor(1).unwrap(), 0.5);
    trainer.set_epsilon_schedule(None).unwrap();
    assert!(trainer.epsilon_schedule().unwrap().is_none());
}

#[test]
fn a_generator_follows_the_field_of_features() {
    let context = new_context();
    let samples = points(400);
    let mut trainer = Trainer::new(&generator(&context), None).unwrap();
    trainer.set_field(Field::Drift).unwrap();
    assert_eq!(trainer.field().unwrap(), Field::Drift);
    let features = Network::new(&context).unwrap();
    let input = features.input(&[2]).unwrap();
    let node = features.dense(input, 3, None).unwrap();
    features.finish(node, 1).unwrap();
    trainer.set_features(Some(&features)).unwrap();
    drop(features);
    assert_eq!(trainer.features().unwrap().expect("features").output_shape().unwrap(), [3]);
    trainer.set_data_array(&samples, 1).unwrap();
    trainer.run(3).unwrap();
    trainer.set_features(None).unwrap();
    assert!(trainer.features().unwrap().is_none());
    fails(Status::STATE, trainer.network(Role::Discriminator));
    fails(Status::STATE, trainer.optimizer(Role::Discriminator));
    fails(Status::STATE, trainer.loss());
}

#[test]
fn data_comes_from_one_source() {
    let samples = points(400);
    let mut trainer = trainer();
    let mut batch = [0.0; 16];
    let mut expected = [0.0; 16];
    fill(5, &mut expected).unwrap();
    trainer.data().unwrap().expect("a closure").call(5, &mut batch).unwrap();
    assert_eq!(batch, expected);

    trainer.set_data_array(&samples, 3).unwrap();
    assert!(trainer.data().unwrap().is_none());
    let (array, seed) = trainer.data_array().unwrap().expect("an array");
    assert!(std::ptr::eq(array, &*samples) && seed == 3);
    trainer.run(1).unwrap();

    trainer
        .set_data_slice(|request, batch| {
            batch.fill(request.first as f32 / request.total as f32);
            Ok(())
        })
        .unwrap();
    assert!(trainer.data_array().unwrap().is_none());
    trainer.run(2).unwrap();
    let request = SliceRequest { update: 1, total: 8, first: 4, count: 2 };
    let slices = trainer.data_slice().unwrap().expect("a closure");
    slices.call(request, &mut batch[..4]).unwrap();
    assert_eq!(batch[..4], [0.5; 4]);

    trainer.clear_data().unwrap();
    assert!(trainer.data_slice().unwrap().is_none());
    fails(Status::STATE, trainer.step());
}

#[test]
fn updates_are_counted_and_measured() {
    let mut trainer = trainer();
    fails(Status::STATE, trainer.statistic(Statistic::Energy));
    trainer.step().unwrap();
    assert_eq!(trainer.update().unwrap(), 1);
    assert!(trainer.statistic(Statistic::LossDiscriminator).unwrap().is_finite());
    assert_eq!(trainer.statistic(Statistic::LearningRateGenerator).unwrap(), 1e-4);
    assert!(trainer.memory().unwrap() > 100_000);
    assert_eq!(trainer.network(Role::Discriminator).unwrap().output_shape().unwrap(), [1]);
}

#[test]
fn networks_must_fit() {
    let context = new_context();
    let wrong = Network::preset(&context, "mlp-discriminator", &[3], 0, 1).unwrap();
    fails(Status::SHAPE, Trainer::new(&generator(&context), Some(&wrong)));
    let elsewhere = discriminator(&new_context());
    fails(Status::ARGUMENT, Trainer::new(&generator(&context), Some(&elsewhere)));
}
