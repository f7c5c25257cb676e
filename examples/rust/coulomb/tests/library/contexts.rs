use crate::{fails, generator, new_context};
use coulomb::{Allocator, Context, LogLevel, Precision, Status};
use std::alloc::{alloc, dealloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

#[test]
fn settings_are_what_was_set() {
    let context = new_context();
    assert_eq!(context.threads().unwrap(), 1);
    context.set_threads(2).unwrap();
    assert_eq!(context.threads().unwrap(), 2);
    context.set_precision(Precision::Float32).unwrap();
    assert_eq!(context.precision().unwrap(), Precision::Float32);
    assert!(!context.blas().is_empty());
    assert!(["avx512", "avx2", "portable"].contains(&&*context.kernels()));
}

#[test]
fn errors_have_the_librarys_message() {
    let context = new_context();
    assert_eq!(context.error(), "");
    let error = fails(Status::ARGUMENT, context.set_threads(5000));
    assert!(error.message().contains("5000"), "{error}");
    assert_eq!(context.error(), error.message());
    assert_eq!(error.to_string(), error.message());
    assert_eq!(error.status().name(), "COULOMB_ERROR_ARGUMENT");
}

#[test]
fn version_and_features_are_told() {
    assert_eq!(coulomb::version_string(), env!("CARGO_PKG_VERSION"));
    let [major, minor, patch] = [10_000, 100, 1].map(|unit| coulomb::version() / unit % 100);
    assert_eq!(coulomb::version_string(), format!("{major}.{minor}.{patch}"));
    assert_eq!(coulomb::abi_version(), 0);
    assert!(coulomb::has_feature("portable"));
    assert!(!coulomb::has_feature("warp drive") && !coulomb::has_feature("\0"));
    assert!(coulomb::presets().any(|name| name == "mlp-generator"));
}

#[test]
fn log_lines_come_until_the_closure_is_dropped() {
    let context = new_context();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = lines.clone();
    context.set_log(move |level, line| kept.lock().unwrap().push((level, line.to_string()))).unwrap();
    assert!(lines.lock().unwrap().iter().any(|(_, line)| line.contains("BLAS")));
    let log = context.log().unwrap().expect("a log");
    log.write(LogLevel::Warning, "from here");
    assert_eq!(lines.lock().unwrap().last().unwrap(), &(LogLevel::Warning, "from here".to_string()));
    drop(log);
    context.clear_log().unwrap();
    assert!(context.log().unwrap().is_none());
    assert_eq!(Arc::strong_count(&lines), 1);
}

#[test]
fn a_log_closure_that_calls_the_library_panics() {
    let context = new_context();
    let inner = context.clone();
    let called = std::panic::AssertUnwindSafe(|| context.set_log(move |_, _| drop(inner.threads())));
    let panic = std::panic::catch_unwind(called).unwrap_err();
    assert!(panic.downcast_ref::<&str>().unwrap().contains("log closure"));
    context.clear_log().unwrap();
}

/// Counts what is allocated. Each piece begins with its size.
struct Counting(Arc<AtomicUsize>);

const HEADER: usize = 16;

unsafe impl Allocator for Counting {
    fn allocate(&self, size: usize) -> *mut u8 {
        self.0.fetch_add(size, Ordering::SeqCst);
        unsafe {
            let piece = alloc(Layout::from_size_align(size + HEADER, HEADER).unwrap());
            piece.cast::<usize>().write(size);
            piece.add(HEADER)
        }
    }

    unsafe fn release(&self, memory: *mut u8) {
        let piece = memory.sub(HEADER);
        let size = piece.cast::<usize>().read();
        self.0.fetch_sub(size, Ordering::SeqCst);
        dealloc(piece, Layout::from_size_align(size + HEADER, HEADER).unwrap());
    }
}

#[test]
fn an_allocator_has_all_memory_and_gets_it_back() {
    let used = Arc::new(AtomicUsize::new(0));
    let context = Context::with_allocator(Counting(used.clone())).unwrap();
    let network = generator(&context);
    drop(context);
    assert!(used.load(Ordering::SeqCst) > 4 * 128 * 128);
    network.generate(&mut [0.0; 20]).unwrap();
    drop(network);
    assert_eq!(used.load(Ordering::SeqCst), 0);
    assert_eq!(Arc::strong_count(&used), 1, "the allocator is dropped");
}

struct Empty;

unsafe impl Allocator for Empty {
    fn allocate(&self, _: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    unsafe fn release(&self, _: *mut u8) {}
}

#[test]
fn an_allocator_without_memory_is_an_error() {
    fails(Status::MEMORY, Context::with_allocator(Empty));
}
