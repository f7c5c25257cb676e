use crate::{fails, generator, new_context};
use coulomb::{Distribution, Fan, Initializer, Status};

#[test]
fn parameters_have_names_shapes_and_values() {
    let network = generator(&new_context());
    assert_eq!(network.parameter_count(), 6);
    assert_eq!(network.parameter_names()[5], "dense3.bias");
    assert_eq!(network.parameter_name(6), None);
    assert_eq!(network.parameter_shape("dense1.weight").unwrap(), [4, 128]);
    network.write_parameter("dense3.bias", &[1.0, 2.0]).unwrap();
    let mut bias = [0.0; 2];
    network.read_parameter("dense3.bias", &mut bias).unwrap();
    assert_eq!(bias, [1.0, 2.0]);
    fails(Status::SHAPE, network.read_parameter("dense3.bias", &mut [0.0; 3]));
    fails(Status::NOT_FOUND, network.read_parameter("dense4.bias", &mut bias));
    fails(Status::NOT_FINITE, network.write_parameter("dense3.bias", &[f32::NAN, 0.0]));
}

#[test]
fn parameters_are_frozen_and_thawed() {
    let network = generator(&new_context());
    network.set_frozen(Some("dense1"), true).unwrap();
    assert!(network.frozen("dense1.bias").unwrap());
    assert!(!network.frozen("dense2.bias").unwrap());
    network.set_frozen(None, false).unwrap();
    assert!(!network.frozen("dense1.bias").unwrap());
}

#[test]
fn initializers_are_what_was_set() {
    let network = generator(&new_context());
    network.set_initializer(None, Initializer::HeUniform).unwrap();
    assert_eq!(network.initializer("dense1.weight").unwrap(), Initializer::HeUniform);
    network.set_initializer_constant(Some("dense3.bias"), 0.25).unwrap();
    assert_eq!(network.initializer("dense3.bias").unwrap(), Initializer::Constant);
    assert_eq!(network.initializer_constant("dense3.bias").unwrap(), 0.25);
    let name = Some("dense2.weight");
    network.set_initializer_variance_scaling(name, 2.0, Fan::Average, Distribution::Normal).unwrap();
    assert_eq!(
        network.initializer_variance_scaling("dense2.weight").unwrap(),
        (2.0, Fan::Average, Distribution::Normal)
    );
    network.set_initializer_random(Some("dense1.weight"), Distribution::Uniform, 0.5).unwrap();
    assert_eq!(network.initializer_random("dense1.weight").unwrap(), (Distribution::Uniform, 0.5));

    network.initialize(3).unwrap();
    let mut bias = [0.0; 2];
    network.read_parameter("dense3.bias", &mut bias).unwrap();
    assert_eq!(bias, [0.25; 2]);
    let mut weight = vec![0.0; 4 * 128];
    network.read_parameter("dense1.weight", &mut weight).unwrap();
    assert!(weight.iter().all(|value| value.abs() <= 0.5) && weight[0] != 0.0);
}
