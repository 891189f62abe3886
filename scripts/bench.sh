#!/usr/bin/env bash
# Times `diabolo train mnist` against the same net in PyTorch, and prints a Markdown table.
# Sets up, builds and fetches MNIST first. Wants a quiet machine, and about ten minutes.
#
# scripts/bench.sh [--quick] [--epochs N] [--rounds N] [--threads N] [--out FILE.json]
#   --quick  2 epochs, 1 round, to see that it works
# scripts/bench.sh small [--rounds N] [--epochs N]
#   instead, rows a second of fit() and of PyTorch eager on a small network; half a minute
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

data=$(from_start "${DIABOLO_DATA:-$PWD/data}")
scripts/setup.sh --tests
build release
if [[ ${1:-} == small ]]; then
  exec .venv/bin/python scripts/bench_small.py "${@:2}"
fi
scripts/fetch_data.sh mnist --data-dir "$data"
python=$PWD/.venv/bin/python
script=$PWD/scripts/bench.py
cd "$start"
exec "$python" "$script" --data-dir "$data" "$@"
