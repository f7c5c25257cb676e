//! Programs of this package find the shared library where coulomb-sys found it.
fn main() {
    if let Ok(directory) = std::env::var("DEP_COULOMB_DIRECTORY") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{directory}");
    }
}
