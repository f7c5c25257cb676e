//! What a layer over the library has to show: scenario DIRECTORY LANGUAGE. Digests are the same in all languages.
mod data;
mod estimates;
mod releases;
mod trains;

use std::fmt::Debug;
use std::path::PathBuf;
use trains::Outcome;

fn tell<T: Debug>(what: &str, outcome: Outcome<T>, holds: impl FnOnce(&T) -> bool) -> Option<T> {
    match outcome {
        Ok(value) if holds(&value) => {
            println!("ok - {what}");
            Some(value)
        }
        other => {
            println!("not ok - {what}\n# {other:?}");
            None
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (directory, language) = match &arguments[..] {
        [directory, language] => (PathBuf::from(directory), language),
        _ => panic!("usage: scenario DIRECTORY LANGUAGE"),
    };
    let checkpoint = directory.join(format!("{language}.safetensors"));
    let trained = tell("trains and saves", trains::trains(&checkpoint), |_| true).unwrap_or(0);
    let opened = tell("goes on from all checkpoints", trains::opens(&directory, trained), Option::is_some);
    println!("# opened {} checkpoints", opened.flatten().unwrap_or(0));
    tell("gets its closure's error back and goes on", trains::fails_and_goes_on(), |held| *held);
    let estimates = tell("estimates potential, field and energy", estimates::estimates().map_err(Into::into), |_| true);
    tell("stops and goes on", trains::stops_and_goes_on(), |after| *after == Some(trained));
    tell("trains on two threads at once", trains::trains_twice_at_once(), |both| *both == [trained; 2]);
    let array = tell("trains from an array", trains::trains_from_an_array(), |_| true);
    tell("drops each closure once", releases::releases(), |(made, drops, growth)| made == drops && *growth < 4 << 20);

    println!("digest trained {trained:016x}");
    println!("digest array {:016x}", array.unwrap_or(0));
    for (name, digest) in ["potential", "field", "energy"].iter().zip(estimates.unwrap_or([0; 3])) {
        println!("digest {name} {digest:016x}");
    }
}
