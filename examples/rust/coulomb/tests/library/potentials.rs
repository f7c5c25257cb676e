use crate::{fails, new_context, points};
use coulomb::{Kernel, Plummer, Status, Stream};

#[test]
fn settings_are_what_was_set() {
    let mut plummer = Plummer::new(&new_context(), 1.0, 0.5).unwrap();
    plummer.set_exponent(2.0).unwrap();
    assert_eq!(plummer.exponent().unwrap(), 2.0);
    plummer.set_kernel(Kernel::Gaussian).unwrap();
    assert_eq!(plummer.kernel().unwrap(), Kernel::Gaussian);
    plummer.set_epsilon(0.25).unwrap();
    assert_eq!(plummer.epsilon().unwrap(), 0.25);
    plummer.set_epsilons(&[1.0, 2.0, 3.0]).unwrap();
    assert_eq!(plummer.epsilons().unwrap(), [1.0, 2.0, 3.0]);
    plummer.set_self_terms(false).unwrap();
    assert!(!plummer.self_terms().unwrap());
}

#[test]
fn a_charge_has_the_kernels_potential() {
    let plummer = Plummer::new(&new_context(), 1.0, 0.5).unwrap();
    let (mut potential, mut field) = ([0.0; 1], [0.0; 2]);
    plummer.field(2, &[3.0, 0.0], &[], &[0.0, 0.0], &mut field, Some(&mut potential)).unwrap();
    let expected = (9f32 + 0.25).powf(-0.5);
    assert!((potential[0] - expected).abs() < 1e-6);
    assert!((field[0] - 3.0 * expected.powi(3)).abs() < 1e-6 && field[1] == 0.0);
    fails(Status::ARGUMENT, plummer.potential(2, &[3.0], &[], &[], &mut potential));
    fails(Status::ARGUMENT, plummer.potential(0, &[], &[], &[], &mut []));
    fails(Status::NOT_FINITE, plummer.potential(2, &[f32::NAN, 0.0], &[], &[0.0, 0.0], &mut potential));
}

#[test]
fn a_batch_has_potentials_and_energy() {
    let plummer = Plummer::new(&new_context(), 1.0, 0.5).unwrap();
    let all = points(60);
    let (model, target) = all.split_at(24);
    let (mut at_model, mut at_target, mut expected) = ([0.0; 8], [0.0; 12], [0.0; 12]);
    let energy = plummer.batch(3, model, target, Some(&mut at_model), Some(&mut at_target)).unwrap();
    plummer.potential(3, target, model, target, &mut expected).unwrap();
    assert!(at_target.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!((plummer.energy(3, model, target).unwrap() - energy).abs() < 1e-6);
    let test = plummer.energy_test(3, model, target, 99, 1).unwrap();
    assert!((test.energy - energy).abs() < 1e-6 && test.p_value >= 0.01 && test.p_value <= 1.0);
}

#[test]
fn closures_stream_points() {
    let plummer = Plummer::new(&new_context(), 1.0, 0.5).unwrap();
    let all = points(60);
    let (model, target) = all.split_at(24);
    let mut blocks = 0;
    let mut from_model = |first: usize, block: &mut [f32]| {
        blocks += 1;
        block.copy_from_slice(&model[3 * first..3 * first + block.len()]);
        Ok(())
    };
    let mut from_target = |first: usize, block: &mut [f32]| {
        block.copy_from_slice(&target[3 * first..3 * first + block.len()]);
        Ok(())
    };
    let energy = plummer.energy_streamed(3, Stream::new(8, &mut from_model), Stream::new(12, &mut from_target));
    assert!((energy.unwrap() - plummer.energy(3, model, target).unwrap()).abs() < 1e-6);
    let (mut field, mut potential, mut expected) = ([0.0; 24], [0.0; 8], [0.0; 24]);
    let (from, to) = (Stream::new(8, &mut from_model), Stream::new(12, &mut from_target));
    plummer.field_streamed(3, model, from, to, Some(&mut field), Some(&mut potential)).unwrap();
    plummer.field(3, model, model, target, &mut expected, None).unwrap();
    assert!(field.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!(blocks > 0);
}

#[test]
fn a_streams_error_comes_back() {
    let plummer = Plummer::new(&new_context(), 1.0, 0.5).unwrap();
    let mut broken = |_: usize, _: &mut [f32]| Err(std::io::Error::new(std::io::ErrorKind::Other, "unplugged").into());
    let mut zeros = |_: usize, block: &mut [f32]| {
        block.fill(0.0);
        Ok(())
    };
    let error = plummer.energy_streamed(3, Stream::new(8, &mut broken), Stream::new(8, &mut zeros)).unwrap_err();
    assert_eq!(error.downcast::<std::io::Error>().unwrap().to_string(), "unplugged");
}
