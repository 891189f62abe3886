#!/usr/bin/env bash
# From a fresh clone to pictures: sets up, builds, fetches MNIST, trains an autoencoder that
# rebuilds digits and one that cleans noisy ones, and draws what they do. A few minutes.
#
# scripts/demo.sh [--runs DIR]     DIR: where the runs go, runs/ in the repository by default
#
# It overwrites nothing: beside an earlier demo/ it writes demo-2/. When MNIST cannot be fetched it
# takes the small part of it that lies in the repository.
#
# LIBTORCH, DIABOLO_TORCH_INDEX, PYTHON: see scripts/setup.sh
# DIABOLO_DATA, DIABOLO_MNIST_URL: see scripts/fetch_data.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

# free_name STEM: the first of STEM, STEM-2, STEM-3, ... that does not exist.
free_name() {
  local name=$1 number=1
  while [[ -e $name ]]; do name=$1-$((++number)); done
  echo "$name"
}

step() { say "" && say "== $*"; }

# diabolo ARGUMENT...: runs the program, and shows the command as a person would type it.
diabolo() {
  say "\$ build/diabolo $*"
  build/diabolo "$@"
}

runs=runs
case ${1:-} in
  '') ;;
  --runs)
    (($# == 2)) || fail "--runs needs one folder"
    runs=$(from_start "$2")
    ;;
  --help)
    show_help
    exit
    ;;
  *) fail "unknown argument '$1' (--runs DIR, --help)" ;;
esac

step "Set-up and build"
scripts/setup.sh
build release

step "Data"
if [[ -n ${DIABOLO_DATA:-} ]]; then DIABOLO_DATA=$(from_start "$DIABOLO_DATA"); fi
data=(mnist)
more=()
if ! scripts/fetch_data.sh mnist; then
  say "No MNIST, so this goes on with the 2,000 digits in data/mnist-mini: same steps, worse pictures."
  data=(mnist-mini --data-dir data)
  more=(--epochs 100)
fi

rebuild=$(free_name "$runs/demo")
clean=$(free_name "$runs/demo-denoise")

step "Train an autoencoder, and see what it rebuilds"
diabolo train "${data[@]}" "${more[@]}" --out "$rebuild"
diabolo reconstruct "$rebuild" --out "$rebuild/reconstruction.png"
diabolo evaluate "$rebuild"

step "Train one on noisy digits, and see what it cleans"
diabolo train "${data[@]}" "${more[@]}" --noise gaussian:0.3 --out "$clean"
diabolo denoise "$clean" "${data[@]}" --noise gaussian:0.3 --out "$clean/denoised.png"

step "Done. Look at these:"
for picture in "$rebuild"/reconstruction.png "$clean"/denoised.png; do say "$(realpath "$picture")"; done
say "Models: $rebuild and $clean; next: build/diabolo --help"
