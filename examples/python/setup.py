"""Builds the extension module against the libcoulomb that pkg-config finds. If there is none, builds the library first,
from the source around this directory or from the copy in a source distribution, and puts it into the package."""
import os
import pathlib
import shutil
import subprocess

from setuptools import setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = ("meson.build", "meson_options.txt", "COPYING", "CHANGELOG.md", "include", "lib", "pkgconfig")
OPTIONS = ("-Dexamples=false", "-Dtests=false", "-Dcuda=disabled", "-Dmpi=disabled", "-Dbuildtype=release")


def pkg_config(*arguments):
    """What pkg-config says, as words; None if it does not know the library."""
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), *arguments, "coulomb"]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return None


def library_source():
    """The library's source: around this directory, or in a source distribution."""
    for source in (HERE / "libcoulomb", HERE.parent.parent):
        if (source / "lib/coulomb.map").exists():
            return source
    return None


def built(directory):
    """Build the library. The result is the file, and the directory of its headers."""
    source = library_source()
    meson = shutil.which("meson")
    if source is None or meson is None or shutil.which("ninja") is None:
        missing = "its source is not here" if source is None else "building it needs meson and ninja"
        raise SystemExit(f"coulomb: pkg-config finds no libcoulomb of this release, and {missing}")
    if not (directory / "build.ninja").exists():
        subprocess.run([meson, "setup", str(directory), str(source), *OPTIONS], check=True)
    subprocess.run(["ninja", "-C", str(directory), "lib/libcoulomb.so.0.0.0"], check=True)
    return directory / "lib/libcoulomb.so.0.0.0", source / "include"


class Build(build_ext):
    """Finds or builds the library once it is needed: not for metadata, nor for a source distribution."""

    def build_extensions(self):
        if not self.installed():
            self.bundled()
        for extension in self.extensions:
            extension.extra_compile_args.append("-g0")  # it would name the directory, which differs each time
        super().build_extensions()

    def installed(self):
        if pkg_config("--exact-version=" + self.distribution.get_version()) is None:
            return False
        for extension in self.extensions:
            extension.extra_compile_args += pkg_config("--cflags")
            extension.extra_link_args += pkg_config("--libs")
            # Programs that link a library outside the system's directories find it there.
            extension.extra_link_args += [f"-Wl,-rpath,{word}" for word in pkg_config("--variable=libdir")]
        return True

    def bundled(self):
        library, headers = built(pathlib.Path(self.build_temp).resolve() / "libcoulomb")
        for extension in self.extensions:
            extension.include_dirs.append(str(headers))
            extension.extra_link_args += [str(library), "-Wl,-rpath,$ORIGIN"]
            package = pathlib.Path(self.get_ext_fullpath(extension.name)).resolve().parent
            package.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library, package / "libcoulomb.so.0")


class Distribute(sdist):
    """A source distribution holds the library's source."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        source = library_source()
        for name in SOURCE:
            place = pathlib.Path(base_dir, "libcoulomb", name)
            place.parent.mkdir(parents=True, exist_ok=True)
            if (source / name).is_dir():
                shutil.copytree(source / name, place, dirs_exist_ok=True)
            else:
                shutil.copy2(source / name, place)


setup(
    cffi_modules=["coulomb_build.py:ffi"],
    cmdclass={"build_ext": Build, "sdist": Distribute},
    license="BSD-3-Clause",  # as text: how pyproject.toml says it depends on the release of setuptools
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
)
