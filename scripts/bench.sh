#!/usr/bin/env bash
# How fast training and encoding are here and in other libraries; prints Markdown tables. Sets up and builds first,
# the peers in .venv-bench/. Wants a quiet machine.
#
# scripts/bench.sh [--quick] [steps|whole|encode|inner] [ARGUMENT...]
#   steps    samples a second beside PyTorch, JAX, Keras and scikit-learn; half an hour
#            [--rounds N] [--epochs N] [--threads N] [--case dense|conv|small]; draws build/bench.png
#   whole    `diabolo train mnist` from start to model file beside PyTorch, by the usual recipe and by
#            ours; a quarter of an hour [--rounds N] [--epochs N] [--threads N] [--out FILE.json]
#   encode   codes of 60,000 images, file to file, and of one image, beside PyTorch and onnxruntime;
#            two minutes [--rounds N] [--threads N]
#   inner    parts of a step, by Google Benchmark; a minute [--benchmark_filter=PATTERN …]
#   --quick  one short round of each, some six minutes once all is set up, to see that it works
# Without a word: all, as they are.
#
# DIABOLO_DATA  folder that holds mnist/, data/ in the repository by default
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == --help ]]; then
  show_help
  exit
fi
if [[ -n ${LIBTORCH:-} ]]; then fail "compares with the PyTorch in .venv, so unset LIBTORCH"; fi

quick=()
if [[ ${1:-} == --quick ]]; then
  quick=(--quick)
  shift
fi
what=${1:-all}
case $what in
  all | steps | whole | encode | inner) ;;
  *) fail "unknown word '$what' (steps, whole, encode, inner, --quick, --help)" ;;
esac
if (($# > 0)); then shift; fi

data=$(from_start "${DIABOLO_DATA:-$PWD/data}")
scripts/setup.sh --tests
build release
scripts/fetch_data.sh mnist --data-dir "$data"
if [[ $what == all || $what == steps ]]; then
  peers=.venv-bench/bin/python
  if [[ ! -x $peers ]]; then
    say "making .venv-bench for the peers"
    quietly .venv/bin/python -m venv .venv-bench
  fi
  quietly "$peers" -m pip install --disable-pip-version-check -r tests/bench/requirements.txt
  .venv/bin/python scripts/bench_steps.py --peers "$PWD/$peers" --data-dir "$data" --picture build/bench.png \
    "${quick[@]}" "$@"
fi
if [[ $what == all || $what == encode ]]; then
  .venv/bin/python scripts/bench_encode.py --data-dir "$data" "${quick[@]}" "$@"
fi
if [[ $what == all ]]; then
  build/inner ${quick:+--benchmark_min_time=0.1}
elif [[ $what == inner ]]; then
  build/inner ${quick:+--benchmark_min_time=0.1} "$@"
fi
if [[ $what == all || $what == whole ]]; then
  .venv/bin/python scripts/bench_whole.py --data-dir "$data" "${quick[@]}" "$@"
fi
