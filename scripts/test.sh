#!/usr/bin/env bash
# Sets up, builds, and runs all tests; from a fresh clone on a bare machine, too.
#
# scripts/test.sh [CTEST ARGUMENT...]     such as: scripts/test.sh -R idx
#
# DIABOLO_PRESET  release (the default), debug or asan
# LIBTORCH, DIABOLO_TORCH_INDEX, PYTHON: see scripts/setup.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == --help ]]; then
  show_help
  exit
fi
preset=${DIABOLO_PRESET:-release}
scripts/setup.sh --tests
build "$preset"
ctest --preset "$preset" --output-on-failure --parallel "$(nproc)" "$@"
