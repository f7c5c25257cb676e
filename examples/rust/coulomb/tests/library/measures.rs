use crate::{fails, new_context, points};
use coulomb::{Modes, Moments, Ngrams, Status, Stream};

#[test]
fn modes_are_found() {
    let samples = [0.0, 0.1, 0.2, 10.0, 10.1, 10.3, 50.0];
    let modes = Modes::new(&new_context(), 1, &[0.0, 10.0, 20.0], &samples, 1.0).unwrap();
    assert_eq!(modes.found(), 2);
    assert_eq!(modes.share(), 6.0 / 7.0);
    assert_eq!(modes.counts().unwrap(), [3, 3, 1]);
    let mut covariance = [0.0];
    modes.covariance(0, &mut covariance).unwrap();
    assert!((covariance[0] - 0.01).abs() < 1e-6 && modes.variance() > 0.0);
    let equal = modes.divergence(None).unwrap();
    assert!((modes.divergence(Some(&[1.0 / 3.0; 3])).unwrap() - equal).abs() < 1e-12);
    fails(Status::ARGUMENT, modes.divergence(Some(&[1.0])));
}

#[test]
fn moments_are_those_of_the_features() {
    let context = new_context();
    let mut moments = Moments::new(&context, 2).unwrap();
    fails(Status::STATE, moments.mean(&mut [0.0; 2]));
    moments.add(&[0.0, 0.0, 2.0, 4.0]).unwrap();
    let (mut mean, mut covariance) = ([0.0; 2], [0.0; 4]);
    moments.mean(&mut mean).unwrap();
    moments.covariance(&mut covariance).unwrap();
    assert_eq!((mean, covariance), ([1.0, 2.0], [2.0, 4.0, 4.0, 8.0]));
    assert_eq!((moments.dimension(), moments.count()), (2, 2));

    let mut zeros = |_: usize, block: &mut [f32]| {
        block.fill(0.0);
        Ok(())
    };
    moments.add_streamed(Stream::new(2, &mut zeros)).unwrap();
    assert_eq!(moments.count(), 4);

    let mut other = Moments::new(&new_context(), 2).unwrap();
    other.set(10, &[0.0, 0.0], &[1.0, 0.0, 0.0, 1.0]).unwrap();
    let mut same = Moments::new(&context, 2).unwrap();
    same.set(0, &[3.0, 4.0], &[1.0, 0.0, 0.0, 1.0]).unwrap();
    assert!((same.distance(&other).unwrap() - 25.0).abs() < 1e-4);
    fails(Status::SHAPE, same.distance(&Moments::new(&context, 3).unwrap()));
}

#[test]
fn ngrams_are_counted() {
    let context = new_context();
    let mut ngrams = Ngrams::new(&context, 2).unwrap();
    ngrams.add(&[1, 2, 1, 2, 1, 2], 3).unwrap();
    assert_eq!((ngrams.total(), ngrams.distinct()), (4, 2));
    let mut other = Ngrams::new(&context, 2).unwrap();
    other.add(&[3, 3, 3], 3).unwrap();
    assert_eq!(ngrams.divergence(&other).unwrap(), 1.0);
    assert_eq!(ngrams.divergence(&ngrams).unwrap(), 0.0);
}

#[test]
fn neighbours_are_the_nearest() {
    let context = new_context();
    let targets = [0.0, 1.0, 5.0];
    let (mut indices, mut distances) = ([0; 2], [0.0; 2]);
    context.neighbours(1, &[4.0], &targets, 2, &mut indices, Some(&mut distances)).unwrap();
    assert_eq!((indices, distances), ([2, 1], [1.0, 3.0]));
    let mut stream = |first: usize, block: &mut [f32]| {
        block.copy_from_slice(&targets[first..first + block.len()]);
        Ok(())
    };
    context.neighbours_streamed(1, &[4.0], Stream::new(3, &mut stream), 2, &mut indices, None).unwrap();
    assert_eq!(indices, [2, 1]);
    let mut pairs = [[0; 2]; 2];
    context.closest_pairs(1, &targets, &mut pairs, None).unwrap();
    assert_eq!(pairs, [[0, 1], [1, 2]]);
    let size = context.support_size(&[100, 100], &[1, 2]).unwrap();
    assert_eq!(size.estimate, 3300.0);
    assert!(size.low < size.estimate && size.estimate < size.high);
    fails(Status::ARGUMENT, context.neighbours(1, &points(2), &targets, 1, &mut [0], None));
}
