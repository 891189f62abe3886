#!/usr/bin/env bash
# The long forms of what the tests do quickly: a training that is killed 200 times, a disk that fails
# at every write of a training, and one that trains on while its memory and open files are watched.
# Sets up and builds first. Prints a line each; some 40 minutes by default.
#
# scripts/soak.sh [MINUTES]    minutes of the watched training, 10 by default
#
# DIABOLO_KILLS, DIABOLO_FAULTS  how many, 200 and all by default
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == --help ]]; then
  show_help
  exit
fi
minutes=${1:-10}
[[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "'$minutes' is no number of minutes (--help)"

scripts/setup.sh --tests
build release
export DIABOLO_PROGRAM=$PWD/build/diabolo DIABOLO_ROOT=$PWD PYTHONDONTWRITEBYTECODE=1
export DIABOLO_FAILING_CALLS=$PWD/build/tests/e2e/libfailing_calls.so
export DIABOLO_KILLS=${DIABOLO_KILLS:-200} DIABOLO_FAULTS=${DIABOLO_FAULTS:-100000}
say "killed $DIABOLO_KILLS times, and failing writes"
.venv/bin/python -m pytest -q tests/e2e/test_crash.py
say "training for $minutes minutes"
.venv/bin/python scripts/python/watch_process.py "$minutes"
