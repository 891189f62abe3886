#!/usr/bin/env bash
# Makes the pictures of docs/pictures/ anew that show pages in a browser, from runs of its own in a
# temporary folder. Needs scripts/setup.sh --tests and a build; takes MNIST where it is, else the
# small part of it that lies in the repository.
#
# scripts/pictures.sh [NAME...]     the pictures to make, all by default; --list names them
#
# DIABOLO_DATA  folder of the named data sets, data/ in the repository by default
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

pictures=docs/pictures
all=(report report-codes report-phone)

screenshot() { .venv/bin/python scripts/python/screenshot.py "$@"; }

# The run that pictures of MNIST show; trained when the first of them asks for it.
mnist_run() {
  local data=(mnist --data-dir "$(realpath -m "${DIABOLO_DATA:-data}")") program=$PWD/build/diabolo
  if [[ ! -d ${data[2]}/mnist ]]; then data=(mnist-mini --data-dir "$PWD/data" --epochs 100); fi
  local run=${data[0]}-dense-32
  if [[ ! -d $runs/$run ]]; then
    (cd "$runs" && "$program" train "${data[@]}" --quiet --out "$run" >&2)
  fi
  echo "$runs/$run"
}

# A picture a function, by its name with '_' for '-'.
report() { screenshot "$(mnist_run)/report.html" "$pictures/report.png" --size 1280x1000; }
report_codes() {
  screenshot "$(mnist_run)/report.html" "$pictures/report-codes.png" --size 1280x760 --hover 3
}
report_phone() {
  screenshot "$(mnist_run)/report.html" "$pictures/report-phone.png" --size 390x844 --scale 2 --dark
}

case ${1:-} in
  --help)
    show_help
    exit
    ;;
  --list)
    printf '%s\n' "${all[@]}"
    exit
    ;;
esac
if (($# > 0)); then wanted=("$@"); else wanted=("${all[@]}"); fi
for name in "${wanted[@]}"; do
  [[ " ${all[*]} " == *" $name "* ]] || fail "no picture '$name' (${all[*]})"
done
[[ -x build/diabolo ]] || fail "no build/diabolo: run scripts/setup.sh --tests, then build"

if [[ -n ${DIABOLO_DATA:-} ]]; then DIABOLO_DATA=$(from_start "$DIABOLO_DATA"); fi
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
for name in "${wanted[@]}"; do
  "${name//-/_}"
  say "$pictures/$name.png"
done
