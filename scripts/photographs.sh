#!/usr/bin/env bash
# How well photographs are cleaned, beside OpenCV's non-local means and BM3D: trains on photographs of
# a Debian package, cleans held-out ones of scikit-image and scikit-learn with gaussian noise of 25
# grey levels, and prints PSNR and SSIM of each way. A quarter of an hour on two cores. Needs a build.
#
# scripts/photographs.sh [--folder FOLDER] [--picture FILE.png] [OPTION OF train...]
#   --folder   where pictures, run and cleaned images go (runs/photographs); a run that is there
#              already is judged, not trained again
#   --picture  writes a detail of each way side by side
# Installs mate-backgrounds, and the packages of tests/bench/requirements-photographs.txt in
# .venv-bench/.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == --help ]]; then
  show_help
  exit
fi
[[ -x build/diabolo ]] || fail "no build/diabolo: run scripts/setup.sh --tests, then build"

apt_install mate-backgrounds
peers=.venv-bench/bin/python
if [[ ! -x $peers ]]; then
  say "making .venv-bench for the peers"
  quietly .venv/bin/python -m venv .venv-bench
fi
quietly "$peers" -m pip install --disable-pip-version-check \
  -r tests/bench/requirements-photographs.txt
"$peers" scripts/photographs.py "$@"
