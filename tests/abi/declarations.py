"""Write what other languages need of the headers: Rust's raw declarations and Python's definitions for cffi.

Usage: declarations.py INCLUDE_DIRECTORY RUST_FILE PYTHON_FILE

Both keep the headers' comments. bindgen reads the headers for Rust; cffi (through pycparser) checks the definitions for
Python. C++ and Go include the headers themselves.
"""
import pathlib
import re
import subprocess
import sys

import cffi

NOTICE = "Written by tests/abi/update.sh from include/coulomb; do not edit."


def in_order(include, header, seen):
    """The names of a header and of those it includes, each after those it needs."""
    if header in seen:
        return []
    seen.add(header)
    text = (include / header).read_text()
    needed = re.findall(r"^#include <(coulomb/\w+\.h)>", text, re.MULTILINE)
    return [name for other in needed for name in in_order(include, other, seen)] + [header]


def python_definitions(include):
    """The headers without what only a compiler needs: conditions, macros, visibility, and C++'s extern."""
    parts = []
    for header in in_order(include, "coulomb/coulomb.h", set()):
        text = (include / header).read_text()
        text = re.sub(r'^#ifdef __cplusplus\n.*?^#endif\n', "", text, flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"^#define (COULOMB_\w+) (\d+)$", r"enum { \1 = \2 };", text, flags=re.MULTILINE)
        text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
        parts.append(re.sub(r"\bCOULOMB_API ", "", text))
    text = f"/* {NOTICE} */\n" + re.sub(r"\n{3,}", "\n\n", "".join(parts))
    cffi.FFI().cdef(text)
    return text


def rust_comment(match):
    """A comment as people write it; brackets are shapes, not links."""
    text = re.sub(r'\\(["\\])', r"\1", match.group(2)).removeprefix("<")
    text = re.sub(r"([\[\]])", r"\\\1", text.removeprefix(" ").rstrip())
    return f"{match.group(1)}/// {text}".rstrip()


def rust_declarations(include):
    """bindgen's output, with constants of the type that functions take and comments that rustdoc can read."""
    command = ["bindgen", "--disable-header-comment", "--no-layout-tests", "--no-prepend-enum-name", "--size_t-is-usize",
               "--default-macro-constant-type", "signed",
               "--rust-target", "1.47", "--allowlist-function", "coulomb_.*", "--allowlist-type", "coulomb_.*",
               "--allowlist-var", "COULOMB_.*", "--blocklist-type", "__.*", str(include / "coulomb/coulomb.h"), "--",
               f"-I{include}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    text = re.sub(r'(?:^#\[doc = ".*"\]\n)*^pub type _bindgen_ty_\d+ = .*\n', "", text, flags=re.MULTILINE)
    text = re.sub(r"\b_bindgen_ty_\d+\b", "i32", text)
    text = re.sub(r'^( *)#\[doc = "(.*)"\]$', rust_comment, text, flags=re.MULTILINE)
    return f"// {NOTICE}\n\n{text}"


def main():
    include, rust, python = (pathlib.Path(argument) for argument in sys.argv[1:])
    rust.write_text(rust_declarations(include))
    python.write_text(python_definitions(include))


main()
