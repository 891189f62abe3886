#!/usr/bin/env bash
# Makes the pictures of docs/pictures/ anew, from runs of its own in a temporary folder. Needs
# scripts/setup.sh --tests and a build; takes MNIST where it is, else the small part of it that lies
# in the repository. Some minutes for all of them.
#
# scripts/pictures.sh [NAME...]     the pictures to make, all by default; --list names them
#
# DIABOLO_DATA  folder of the named data sets, data/ in the repository by default
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

pictures=docs/pictures
all=(reconstruction denoised denoise-panel sweep explain map way anomalies curve odd relations rates sampled report report-codes report-phone)
program=$PWD/build/diabolo

screenshot() { .venv/bin/python scripts/python/screenshot.py "$@"; }

# What names MNIST, or the part of it that lies in the repository.
mnist_data() {
  local folder
  folder=$(realpath -m "${DIABOLO_DATA:-data}")
  if [[ -d $folder/mnist ]]; then echo "mnist --data-dir $folder"; else
    echo "mnist-mini --data-dir $PWD/data"
  fi
}

# mnist_run [OPTION...]: the run that pictures show; trained when the first of them asks for it.
mnist_run() {
  local data run
  read -ra data < <(mnist_data)
  run=$(tr -c 'a-z0-9.\n' - <<<"${data[0]}-dense-32$*")
  if [[ ${data[0]} == mnist-mini ]]; then data+=(--epochs 100); fi
  if [[ ! -d $runs/$run ]]; then
    (cd "$runs" && "$program" train "${data[@]}" --seed 1 "$@" --quiet --out "$run" >&2)
  fi
  echo "$runs/$run"
}

# drawn NAME COMMAND MODEL [ARGUMENT...]
drawn() { "$program" "${@:2}" --out "$pictures/$1.png" --overwrite >/dev/null 2>&1; }

# A picture a function, by its name with '_' for '-'.
reconstruction() { drawn reconstruction reconstruct "$(mnist_run)"; }
denoised() {
  drawn denoised denoise "$(mnist_run --noise gaussian:0.3)" --noise gaussian:0.3
}
# The network of docs/denoising.md.
denoise_panel() {
  local run
  run=$(mnist_run --arch conv --code map --channels 16,32,64 --latent 64 --blocks 1 --skip \
    --residual --noise gaussian:0-0.6 --batch-size 64 --learning-rate 0.005 --epochs 10)
  "$program" denoise "$run" --noise gaussian:0.5 --panel "$pictures/denoise-panel.png" \
    --overwrite >/dev/null 2>&1
}
sweep() {
  local data
  read -ra data < <(mnist_data)
  "$program" sweep "${data[@]}" --latent 2,8,32 --epochs 5 --quiet --out "$runs/sweep" >/dev/null
  cp "$runs/sweep/sweep.png" "$pictures/sweep.png"
}
explain() { drawn explain explain "$(mnist_run)"; }
map() { drawn map traverse "$(mnist_run --latent 2)"; }
way() { drawn way interpolate "$(mnist_run)" --from 3 --to 18; }
# A folder with the tables of docs/uses.md and runs of two of them.
uses() {
  local folder=$runs/uses
  if [[ ! -d $folder ]]; then
    .venv/bin/python scripts/make_tables.py "$folder" --uses >&2
    (
      cd "$folder"
      "$program" train benign.csv --label diagnosis --latent 6 --quiet --out benign >&2
      "$program" train "$folder/planted.csv" --quiet --out planted >&2
    )
  fi
  echo "$folder"
}
# anomalies_of MODEL [ARGUMENT...]
anomalies_of() { "$program" anomalies "$@" --overwrite >/dev/null 2>&1; }
anomalies() {
  anomalies_of "$(uses)/benign" "$(uses)/others.csv" --count 24 --picture "$pictures/anomalies.png"
}
curve() {
  anomalies_of "$(uses)/benign" "$(uses)/others.csv" --anomaly malignant \
    --curve "$pictures/curve.png"
}
odd() { anomalies_of "$(mnist_run)" --picture "$pictures/odd.png"; }
relations() { drawn relations explain "$(uses)/planted"; }
rates() {
  "$program" compress "$(mnist_run)" --max-mse 0.010 --out "$runs/digits.dbl" \
    --curve "$pictures/rates.png" --overwrite >/dev/null 2>&1
}
sampled() { drawn sampled sample "$(mnist_run --variational --latent 2)"; }
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
