//! Finds libcoulomb by pkg-config, of this crate's release or a later one. If there is none, builds it with Meson from the
//! source tree that contains this crate, and links it statically.
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library as pkg-config is asked for it: an older one lacks functions that are declared here.
const LIBRARY: &str = concat!("coulomb >= ", env!("CARGO_PKG_VERSION"));

/// What pkg-config prints, or its error message.
fn pkg_config(question: &str, package: &str, directory: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new("pkg-config");
    if let Some(directory) = directory {
        command.env("PKG_CONFIG_PATH", directory);
    }
    let found = command.args([question, package]).output().map_err(|error| format!("pkg-config: {error}"))?;
    if found.status.success() {
        Ok(String::from_utf8_lossy(&found.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&found.stderr).into_owned())
    }
}

/// The flags of libcoulomb. Of an archive also those of the shared libraries that it needs; what these need in turn they
/// find themselves, so pkg-config's --static would ask for too much.
fn libraries(directory: Option<&Path>, archive: bool) -> Result<String, String> {
    let mut flags = pkg_config("--libs", LIBRARY, directory)?;
    if archive {
        for needed in pkg_config("--print-requires-private", LIBRARY, directory)?.split_whitespace() {
            flags += &pkg_config("--libs", needed, directory)?;
        }
        flags += "-lm -lpthread";
    }
    Ok(flags)
}

fn must_run(command: &mut Command) {
    let ended = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(ended.success(), "{command:?} failed");
}

/// Builds the static library below OUT_DIR; returns the directory of its pkg-config file. `reason` is why it must.
fn build_from_source(reason: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    assert!(source.join("lib/coulomb.map").exists(), "{reason}\nlibcoulomb's source is not around this crate either");
    let build = PathBuf::from(env::var("OUT_DIR").expect("Cargo sets OUT_DIR")).join("libcoulomb");
    for part in ["meson.build", "lib", "include"] {
        println!("cargo:rerun-if-changed={}", source.join(part).display());
    }
    if !build.join("build.ninja").exists() {
        let options = ["--default-library=static", "-Dexamples=false", "-Dtests=false", "-Dcuda=disabled"];
        must_run(Command::new("meson").arg("setup").args(options).arg("-Dmpi=disabled").arg(&build).arg(&source));
    }
    must_run(Command::new("ninja").arg("-C").arg(&build));
    build.join("pkgconfig")
}

/// Tells Cargo pkg-config's flags. Names in `archives` are linked statically.
fn link(flags: &str, archives: &[&str]) {
    for flag in flags.split_whitespace() {
        if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(name) = flag.strip_prefix("-l") {
            let kind = if archives.contains(&name) { "static" } else { "dylib" };
            println!("cargo:rustc-link-lib={kind}={name}");
        } else if let Some(archive) = flag.strip_suffix(".a") {
            // An uninstalled library is named by its file.
            let archive = Path::new(archive);
            let name = archive.file_name().expect("a file").to_string_lossy();
            let directory = archive.parent().expect("a directory").display();
            println!("cargo:rustc-link-search=native={directory}");
            println!("cargo:rustc-link-lib=static={}", name.trim_start_matches("lib"));
        }
    }
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for variable in ["PKG_CONFIG_PATH", "COULOMB_FROM_SOURCE"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let archive = env::var_os("CARGO_FEATURE_STATIC").is_some();
    let installed = match env::var_os("COULOMB_FROM_SOURCE") {
        Some(_) => Err("COULOMB_FROM_SOURCE is set".into()),
        None => libraries(None, archive),
    };
    match installed {
        Ok(flags) => {
            link(&flags, if archive { &["coulomb"] } else { &[] });
            let directory = flags.split_whitespace().find_map(|flag| flag.strip_prefix("-L"));
            if let (Some(directory), false) = (directory, archive) {
                println!("cargo:directory={directory}");
            }
        }
        Err(reason) => {
            let directory = build_from_source(&reason);
            link(&libraries(Some(&directory), true).expect("it has been built"), &["coulomb"]);
        }
    }
    for (feature, package) in [("CUDA", "coulomb-cuda"), ("MPI", "coulomb-mpi")] {
        if env::var_os(format!("CARGO_FEATURE_{feature}")).is_some() {
            link(&pkg_config("--libs", package, None).unwrap_or_else(|error| panic!("{error}")), &[]);
        }
    }
}
