use crate::{discriminator, fails, generator, new_context, points, trainer};
use coulomb::{Arena, Distribution, Gradients, LatentRequest, Status};

#[test]
fn a_pass_goes_forward_and_back() {
    let mut network = discriminator(&new_context());
    let input = points(20);
    let (mut output, mut gradient) = ([0.0; 10], [0.0; 20]);
    let mut pass = network.forward(&input, Some(&mut output)).unwrap();
    pass.backward(&[1.0; 10], Some(&mut gradient), Gradients::Write).unwrap();
    let mut bias = [0.0];
    pass.network().read_gradient("dense3.bias", &mut bias).unwrap();
    assert_eq!(bias, [10.0]);
    pass.backward(&[1.0; 10], None, Gradients::Add).unwrap();
    pass.network().read_gradient("dense3.bias", &mut bias).unwrap();
    assert_eq!(bias, [20.0]);
    fails(Status::ARGUMENT, pass.backward(&[1.0; 9], None, Gradients::Write));

    // A difference quotient.
    let mut moved = input.clone();
    moved[0] += 1e-2;
    let mut after = [0.0; 10];
    network.evaluate(&moved, &mut after).unwrap();
    assert!(((after[0] - output[0]) / 1e-2 - gradient[0]).abs() < 1e-2);
    let mut same = [0.0; 10];
    network.forward_evaluation(&input, Some(&mut same)).unwrap();
    assert_eq!(same, output);
}

#[test]
fn a_trainer_takes_a_pass_back() {
    let context = new_context();
    let (mut model, other) = (generator(&context), discriminator(&context));
    let samples = points(2000);
    let mut trainer = coulomb::Trainer::new(&model, Some(&other)).unwrap();
    trainer.set_data_array(&samples, 1).unwrap();
    let latents = points(8);
    let mut pass = model.forward(&latents, None).unwrap();
    trainer.step().unwrap();
    fails(Status::STATE, pass.backward(&[1.0; 4], None, Gradients::Write));
}

#[test]
fn a_trainer_takes_the_pass_of_its_features_back() {
    let context = new_context();
    let (model, mut features) = (generator(&context), discriminator(&context));
    let samples = points(2000);
    let mut trainer = coulomb::Trainer::new(&model, None).unwrap();
    trainer.set_data_array(&samples, 1).unwrap();
    trainer.set_features(Some(&features)).unwrap();
    let input = points(8);
    let mut pass = features.forward(&input, None).unwrap();
    trainer.step().unwrap();
    fails(Status::STATE, pass.backward(&[1.0; 4], None, Gradients::Write));
}

#[test]
fn lengths_are_checked() {
    let network = discriminator(&new_context());
    fails(Status::ARGUMENT, network.evaluate(&[0.0; 3], &mut [0.0; 1]));
    let error = fails(Status::ARGUMENT, network.evaluate(&[0.0; 4], &mut [0.0; 1]));
    assert!(error.message().contains("expected 2"), "{error}");
    network.evaluate(&[], &mut []).unwrap();
}

#[test]
fn memory_is_told_and_reserved() {
    let network = discriminator(&new_context());
    network.reserve(32).unwrap();
    network.reserve_inference(32).unwrap();
    assert!(network.memory(Arena::Parameters, 1).unwrap() > 4 * 128 * 128);
    assert!(network.memory(Arena::Kept, 64).unwrap() > network.memory(Arena::Kept, 32).unwrap());
    network.set_inference_only(true).unwrap();
    assert!(network.inference_only().unwrap());
    fails(Status::STATE, network.read_gradient("dense3.bias", &mut [0.0]));
}

#[test]
fn latents_are_what_generation_maps() {
    let network = generator(&new_context());
    network.set_latent(Distribution::Uniform, 0.5).unwrap();
    assert_eq!(network.latent().unwrap(), (Distribution::Uniform, 0.5));
    network.set_latent_signs(1).unwrap();
    assert_eq!(network.latent_signs().unwrap(), 1);
    network.set_generation_seed(7).unwrap();
    assert_eq!(network.generation_seed().unwrap(), 7);
    network.set_running_averages(true).unwrap();
    assert!(network.running_averages().unwrap());

    let (mut latents, mut samples, mut generated) = ([0.0; 40], [0.0; 20], [0.0; 20]);
    network.draw_latents(7, 0, 0, &mut latents).unwrap();
    assert!(latents.iter().skip(1).step_by(4).all(|value| value.abs() <= 0.5));
    assert!(latents.iter().step_by(4).all(|value| value.abs() == 1.0));
    network.evaluate(&latents, &mut samples).unwrap();
    network.generate(&mut generated).unwrap();
    assert_eq!(samples, generated);
}

#[test]
fn a_closure_provides_latents() {
    let network = generator(&new_context());
    network
        .set_latent_callback(|request, latents| {
            latents.fill(request.first as f32 + request.count as f32);
            Ok(())
        })
        .unwrap();
    let mut latents = [0.0; 8];
    network.draw_latents(0, 1, 10, &mut latents).unwrap();
    assert_eq!(latents, [12.0; 8]);
    let request = LatentRequest { seed: 0, update: 1, first: 20, count: 0 };
    let closure = network.latent_callback().unwrap().expect("a closure");
    closure.call(request, &mut latents).unwrap();
    assert_eq!(latents, [22.0; 8]);
    network.clear_latent_callback().unwrap();
    assert!(network.latent_callback().unwrap().is_none());
}

#[test]
fn lent_networks_are_those_of_the_trainer() {
    let mut trainer = trainer();
    trainer.set_averaging(0.5).unwrap();
    trainer.run(2).unwrap();
    let (mut own, mut average) = ([0.0; 4], [0.0; 4]);
    trainer.generator().generate(&mut own).unwrap();
    trainer.average().unwrap().generate(&mut average).unwrap();
    assert_ne!(own, average);
}
