//! The 25 Gaussians, and digests.

pub fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d049bb133111eb);
    word ^ (word >> 31)
}

/// Sample `index` of an update: one of 25 means, and a normal number as the sum of twelve uniform ones.
fn sample(update: u64, index: u64) -> [f32; 2] {
    let key = mix(update.wrapping_mul(0x9e3779b97f4a7c15).wrapping_add(index));
    let mode = key % 25;
    let mut point = [0.0; 2];
    for (axis, line) in [mode % 5, mode / 5].into_iter().enumerate() {
        let normal: f64 = (0..12).fold(0.0, |sum, term| {
            sum + (mix(key.wrapping_add(1 + 12 * axis as u64 + term)) >> 11) as f64 * 2f64.powi(-53)
        }) - 6.0;
        point[axis] = (10.5 * (line as f64 - 2.0) + normal) as f32;
    }
    point
}

/// The target samples of an update.
pub fn fill(update: u64, batch: &mut [f32]) {
    for (index, point) in batch.chunks_exact_mut(2).enumerate() {
        point.copy_from_slice(&sample(update, index as u64));
    }
}

/// FNV-1a.
#[allow(dead_code)] // of the programs that include this file, not all need it
pub fn digest(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf29ce484222325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100000001b3))
}

#[allow(dead_code)]
pub fn digest_of(values: &[f32]) -> u64 {
    digest(values.iter().flat_map(|value| value.to_le_bytes()))
}
