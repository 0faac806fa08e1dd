#!/bin/sh
# Compares our benchmark networks with NEST and Brian2: installs these two from PyPI into a virtual
# environment outside the repository, builds our programs, and runs compare.py with all arguments.
#
#   LAVA_COMPARE_DIR   where the virtual environment goes (${XDG_CACHE_HOME:-~/.cache}/lava-compare)
#   PYTHON             the interpreter it is made with, 3.11 or newer (python3)
#   CARGO_TARGET_DIR   where cargo builds, as always
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
venv=${LAVA_COMPARE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/lava-compare}
python=$venv/bin/python

if [ ! -x "$python" ]; then
    "${PYTHON:-python3}" -m venv "$venv"
fi
# Brian2 2.9 cannot be imported with NumPy 2.4. A peer that does not install is missing in the
# tables, which is no reason to stop.
for peer in nest-simulator brian2; do
    "$python" -m pip install --quiet --disable-pip-version-check "$peer" 'numpy<2.4' ||
        echo "$peer could not be installed" >&2
done

(cd "$root" && cargo build --release -p lava-benchmarks --examples)

export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$here/compare.py" "$@"
