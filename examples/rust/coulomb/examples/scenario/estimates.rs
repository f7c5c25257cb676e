//! Potential, field and energy of arrays.
use super::data::{digest, digest_of, mix};
use coulomb::{Context, Plummer, Result};

/// Digests of potential, field and energy.
pub fn estimates() -> Result<[u64; 3]> {
    let points: Vec<f32> = (0..192).map(|index| ((mix(index) >> 40) as f64 * 2f64.powi(-24)) as f32).collect();
    let (model, target) = points.split_at(96);
    let plummer = Plummer::new(&Context::new()?, 1.0, 0.5)?;
    let (mut potential, mut field) = ([0.0; 32], [0.0; 96]);
    plummer.potential(3, target, model, target, &mut potential)?;
    plummer.field(3, target, model, target, &mut field, None)?;
    let energy = plummer.energy(3, model, target)?;
    Ok([digest_of(&potential), digest_of(&field), digest(energy.to_le_bytes().into_iter())])
}
