#!/usr/bin/env bash
# The cases of docs/course, run for real: trains each network and draws its picture there.
# Needs MNIST (scripts/fetch_data.sh mnist). A few minutes.
#
# scripts/course.sh [--pictures DIR]     DIR: where the pictures go, docs/course/pictures by default
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

pictures=docs/course/pictures
case ${1:-} in
  '') ;;
  --pictures)
    (($# == 2)) || fail "--pictures needs one folder"
    pictures=$(from_start "$2")
    ;;
  --help)
    show_help
    exit
    ;;
  *) fail "unknown argument '$1' (--pictures DIR, --help)" ;;
esac

# diabolo ARGUMENT...: runs the program, and shows the command as a person would type it.
diabolo() {
  say "\$ build/diabolo $*"
  build/diabolo "$@"
}

scripts/setup.sh --tests
build release
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

say "== 1. Three dimensions to two: five clouds"
diabolo train blobs --out "$runs/blobs"
diabolo scatter "$runs/blobs" --out "$pictures/blobs.png" --overwrite

say "== 2. Seventeen foods to two numbers"
diabolo train uk-foods --out "$runs/foods"
diabolo scatter "$runs/foods" --out "$pictures/foods.png" --overwrite

say "== 3. A sheet that is rolled up"
.venv/bin/python scripts/make_tables.py "$runs/tables" --swiss-roll 5000
diabolo train "$runs/tables/swiss_roll.csv" --drop along --out "$runs/roll"
diabolo scatter "$runs/roll" --colour along --out "$pictures/swiss_roll.png" --overwrite

say "== 4. Thirteen measures of wine"
diabolo train wine --out "$runs/wine"
diabolo scatter "$runs/wine" --out "$pictures/wine.png" --overwrite
diabolo evaluate "$runs/wine"

say "== 5. Digits, rebuilt and cleaned"
diabolo train mnist --seed 1 --out "$runs/digits"
diabolo reconstruct "$runs/digits" --out "$pictures/digits.png" --overwrite
diabolo explain "$runs/digits" --out "$pictures/explained.png" --overwrite
diabolo train mnist --seed 1 --noise gaussian:0.3 --out "$runs/clean"
diabolo denoise "$runs/clean" mnist --noise gaussian:0.3 --out "$pictures/cleaned.png" --overwrite
