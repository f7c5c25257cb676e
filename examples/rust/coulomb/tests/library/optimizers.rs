use crate::{discriminator, fails, new_context, points, trainer};
use coulomb::{Gradients, Method, Optimizer, Role, Schedule, ScheduleKind, Status};

#[test]
fn settings_are_what_was_set() {
    let context = new_context();
    let optimizer = Optimizer::new(&discriminator(&context)).unwrap();
    optimizer.set_method(Method::Sgd).unwrap();
    optimizer.set_learning_rate(0.5).unwrap();
    optimizer.set_betas(0.5, 0.9).unwrap();
    optimizer.set_epsilon(1e-6).unwrap();
    optimizer.set_l2(0.1).unwrap();
    assert_eq!(optimizer.method().unwrap(), Method::Sgd);
    assert_eq!(optimizer.learning_rate().unwrap(), 0.5);
    assert_eq!(optimizer.betas().unwrap(), (0.5, 0.9));
    assert_eq!(optimizer.epsilon().unwrap(), 1e-6);
    assert_eq!(optimizer.l2().unwrap(), 0.1);
    assert!(optimizer.schedule().unwrap().is_none());
    let schedule = Schedule::steps(&context, &[10], 0.5).unwrap();
    optimizer.set_schedule(Some(&schedule)).unwrap();
    drop(schedule);
    assert_eq!(optimizer.schedule().unwrap().expect("a schedule").factor(11).unwrap(), 0.5);
    optimizer.set_schedule(None).unwrap();
    assert!(optimizer.schedule().unwrap().is_none());
}

#[test]
fn a_step_follows_the_gradient() {
    let mut network = discriminator(&new_context());
    let optimizer = Optimizer::new(&network).unwrap();
    optimizer.set_method(Method::Sgd).unwrap();
    optimizer.set_learning_rate(0.5).unwrap();
    let input = points(4);
    network.forward(&input, None).unwrap().backward(&[1.0, 1.0], None, Gradients::Write).unwrap();
    optimizer.step(1).unwrap();
    let mut bias = [0.0];
    network.read_parameter("dense3.bias", &mut bias).unwrap();
    assert_eq!(bias, [-1.0]);
}

#[test]
fn a_trainers_optimizer_is_lent() {
    let trainer = trainer();
    trainer.optimizer(Role::Discriminator).unwrap().set_learning_rate(0.25).unwrap();
    assert_eq!(trainer.optimizer(Role::Discriminator).unwrap().learning_rate().unwrap(), 0.25);
    fails(Status::STATE, trainer.optimizer(Role::Generator).unwrap().step(1));
}

#[test]
fn schedules_return_their_arguments() {
    let context = new_context();
    let schedule = Schedule::exponential(&context, 10, 20, 0.25).unwrap();
    assert_eq!(schedule.kind().unwrap(), ScheduleKind::Exponential);
    assert_eq!(schedule.exponential_arguments().unwrap(), (10, 20, 0.25));
    assert_eq!(schedule.factor(15).unwrap(), 0.5);
    fails(Status::ARGUMENT, schedule.steps_arguments());
    let schedule = Schedule::steps(&context, &[1, 5], 0.5).unwrap();
    assert_eq!(schedule.steps_arguments().unwrap(), (vec![1, 5], 0.5));
    let schedule = Schedule::callback(&context, |update| Ok(update as f64)).unwrap();
    assert_eq!(schedule.kind().unwrap(), ScheduleKind::Callback);
    assert_eq!(schedule.factor(3).unwrap(), 3.0);
    assert_eq!(schedule.callback_arguments().unwrap().call(4).unwrap(), 4.0);
    fails(Status::ARGUMENT, Schedule::exponential(&context, 20, 10, 1.0));
}
