use crate::{fails, generator, new_context, trainer};
use coulomb::{Network, Part, Status};
use std::path::PathBuf;
use std::{env, fs, process};

/// A file's path that no other test has; removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        Temporary(env::temp_dir().join(format!("coulomb-{}-{name}.safetensors", process::id())))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn samples_of(network: &Network) -> [f32; 20] {
    let mut samples = [0.0; 20];
    network.generate(&mut samples).unwrap();
    samples
}

#[test]
fn a_network_is_the_same_after_a_file() {
    let file = Temporary::new("network");
    let context = new_context();
    let network = generator(&context);
    network.save(&file.0).unwrap();
    let bytes = network.save_bytes().unwrap();
    assert_eq!(bytes, fs::read(&file.0).unwrap());
    let samples = samples_of(&network);
    assert_eq!(samples_of(&Network::open(&context, &file.0, Part::Only).unwrap()), samples);
    assert_eq!(samples_of(&Network::open_bytes(&context, &bytes, Part::Only).unwrap()), samples);

    let other = Network::preset(&context, "mlp-generator", &[2], 4, 99).unwrap();
    other.load_parameters(&file.0, Part::Only).unwrap();
    other.set_generation_seed(1).unwrap();
    assert_eq!(samples_of(&other), samples);
    other.load_parameters_bytes(&bytes, Part::Only).unwrap();
    fails(Status::MISMATCH, Network::open_bytes(&context, &bytes, Part::Average));
    fails(Status::FORMAT, other.load_parameters_bytes(&bytes[..100], Part::Only));
}

#[test]
fn training_goes_on_from_a_file() {
    let file = Temporary::new("trainer");
    let mut first = trainer();
    first.run(3).unwrap();
    first.save(&file.0).unwrap();
    let bytes = first.save_bytes().unwrap();
    assert_eq!(bytes, fs::read(&file.0).unwrap());
    first.run(6).unwrap();
    let expected = first.save_bytes().unwrap();

    let mut second = trainer();
    second.load(&file.0).unwrap();
    second.run(6).unwrap();
    assert_eq!(second.save_bytes().unwrap(), expected);
    second.load_bytes(&bytes).unwrap();
    assert_eq!(second.update().unwrap(), 3);
    second.set_batch(4).unwrap();
    fails(Status::MISMATCH, second.load_bytes(&bytes));
}

#[test]
fn paths_are_checked() {
    let mut trainer = trainer();
    let error = fails(Status::FILE, trainer.load("/nowhere/checkpoint"));
    assert!(error.message().contains("/nowhere/checkpoint"), "{error}");
    fails(Status::ARGUMENT, trainer.save("a\0b"));
}
