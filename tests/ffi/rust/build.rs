//! Where the library is, as pkg-config tells.
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    let found = Command::new("pkg-config").args(["--libs", "coulomb"]).output().expect("pkg-config does not run");
    assert!(found.status.success(), "pkg-config: {}", String::from_utf8_lossy(&found.stderr));
    for flag in String::from_utf8(found.stdout).expect("flags are text").split_whitespace() {
        if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={library}");
        }
    }
}
