"""Fetch the chart library again: `python sim/report/vendor/refetch.py`, for developers, never at run time.

Needs `npm` on the path. Takes the versions named in PACKAGES, copies each minified file and its licence beside this
script, gathers the licences of what those files carry inside them, and writes VERSIONS. `--check` fetches nothing and
compares the files here with VERSIONS. The expression interpreter, which lets a page run without `unsafe-eval`, is one
of the libraries inside vega-embed.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGES = {
    "vega": ("6.4.0", "build/vega.min.js"),
    "vega-lite": ("6.4.3", "build/vega-lite.min.js"),
    "vega-embed": ("7.3.0", "build/vega-embed.min.js"),
}
CARRIED = {
    "d3-array": "vega.min.js, with the other d3 modules (same author and licence)",
    "d3-color": "vega.min.js",
    "d3-geo": "vega.min.js",
    "topojson-client": "vega.min.js",
    "delaunator": "vega.min.js",
    "internmap": "vega.min.js",
    "robust-predicates": "vega.min.js",
    "fast-json-patch": "vega-embed.min.js",
    "json-stringify-pretty-compact": "vega-embed.min.js",
    "semver": "vega-embed.min.js",
    "vega-tooltip": "vega-embed.min.js",
    "vega-themes": "vega-embed.min.js",
    "vega-interpreter": "vega-embed.min.js",
}
HERE = Path(__file__).parent


def unpacked(package: str) -> dict[str, bytes]:
    """The files of one npm package, by their path inside it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", package]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
        with tarfile.open(Path(folder, packed)) as archive:
            return {
                member.name.removeprefix("package/"): archive.extractfile(member).read()  # type: ignore[union-attr]
                for member in archive if member.isfile()
            }


def licence(files: dict[str, bytes]) -> bytes:
    """The licence text among a package's files."""
    return next(text for path, text in files.items() if path.upper().startswith("LICEN"))


def versions() -> str:
    """One line a package: name, version, file, SHA-256 of the file as it lies here."""
    lines = []
    for name, (version, script) in PACKAGES.items():
        file = Path(script).name
        lines.append(f"{name} {version} {file} {hashlib.sha256(HERE.joinpath(file).read_bytes()).hexdigest()}\n")
    return "".join(lines)


def refetch() -> None:
    """Overwrite the vendored files, their licences and VERSIONS."""
    for name, (version, script) in PACKAGES.items():
        files = unpacked(f"{name}@{version}")
        HERE.joinpath(Path(script).name).write_bytes(files[script])
        HERE.joinpath(f"{name}.LICENSE.txt").write_bytes(licence(files))
    carried = [f"===== {name}, inside {where} =====\n\n".encode() + licence(unpacked(name)) + b"\n"
               for name, where in CARRIED.items()]
    HERE.joinpath("carried.LICENSES.txt").write_bytes(b"\n".join(carried))
    HERE.joinpath("VERSIONS").write_text(versions(), encoding="utf-8")


if __name__ == "__main__":
    if "--check" not in sys.argv:
        refetch()
    elif HERE.joinpath("VERSIONS").read_text(encoding="utf-8") != versions():
        sys.exit("vendored files differ from VERSIONS; run this script without --check")
