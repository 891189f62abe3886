#!/usr/bin/env bash
# Runs tests under sanitizers. Sets up and builds first.
#
# scripts/sanitize.sh           what reads files (lib/formats, lib/data) under AddressSanitizer and
#                               UndefinedBehaviorSanitizer
# scripts/sanitize.sh --threads what has threads of its own under ThreadSanitizer: lib/formats, and
#                               training from a file
#
# The whole suite under the first two: DIABOLO_PRESET=asan scripts/test.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

# run PRESET ROOM...: builds and runs the tests of these rooms.
run() {
  local preset=$1 room
  shift
  scripts/setup.sh --tests
  quietly cmake --preset "$preset" "-DCMAKE_PREFIX_PATH=$(torch_dir)"
  cmake --build --preset "$preset" --target "${@/#/test_}" >&2
  for room; do "build-$preset/test_$room" --gtest_brief=1; done
}

case ${1:-} in
  '') run asan formats data ;;
  --threads)
    run tsan formats
    GTEST_FILTER='MixedBlocks.*' run tsan training
    ;;
  --help) show_help ;;
  *) fail "'$1' is not known (--help)" ;;
esac
