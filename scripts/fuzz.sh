#!/usr/bin/env bash
# Feeds every parser with inputs that libFuzzer makes up, under AddressSanitizer and
# UndefinedBehaviorSanitizer, and says how many and what they reached. Sets up clang and builds first.
#
# scripts/fuzz.sh MINUTES [TARGET...]   minutes for each target, a share of one if MINUTES has a dot;
#                                       all targets by default, as many beside each other as cores
#   --keep   adds what reaches new code to tests/fuzz/corpus/, no file above 4 KB
#
# An input that fails is kept as build-fuzz/TARGET-…; the exit status is then 1.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

all=(code_file config csv gzip idx image model npy safetensors table)
longest=4096 # Bytes of an input.
keep=0 minutes='' targets=()
for argument; do
  case $argument in
    --help)
      show_help
      exit
      ;;
    --keep) keep=1 ;;
    *) if [[ -z $minutes ]]; then minutes=$argument; else targets+=("$argument"); fi ;;
  esac
done
[[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "say how many minutes each target gets (--help)"
if ((${#targets[@]} == 0)); then targets=("${all[@]}"); fi
for target in "${targets[@]}"; do
  [[ " ${all[*]} " == *" $target "* ]] || fail "no target '$target' (${all[*]})"
done

scripts/setup.sh
apt_install clang-19 libclang-rt-19-dev
quietly cmake --preset fuzz -DCMAKE_PREFIX_PATH="$(torch_dir)"
quietly cmake --build --preset fuzz

seconds=$(awk "BEGIN { print int(60 * $minutes + 0.5) }")
cores=$(nproc)

# fuzz TARGET: runs it and prints a line of a table.
fuzz() {
  local target=$1 log=build-fuzz/$1.log found=build-fuzz/corpus/$1 status=0
  mkdir -p "$found"
  "build-fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=$longest -timeout=20 -rss_limit_mb=3000 \
    -artifact_prefix="build-fuzz/$target-" -print_final_stats=1 "$found" "tests/fuzz/corpus/$target" \
    >"$log" 2>&1 || status=$?
  local runs edges
  runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")
  edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  printf '%-12s %12s inputs  %6s edges  %s\n' "$target" "${runs:-?}" "${edges:-?}" \
    "$( ((status == 0)) && echo nothing found || echo "FAILED: see $log")"
  if ((keep && status == 0)); then
    "build-fuzz/fuzz_$target" -merge=1 -max_len=$longest "tests/fuzz/corpus/$target" "$found" \
      >>"$log" 2>&1
  fi
  return "$((status != 0))"
}

failed=0 running=0
export UBSAN_OPTIONS=print_stacktrace=1
for target in "${targets[@]}"; do
  fuzz "$target" &
  if ((++running >= cores)); then
    wait -n || failed=1
    ((running--)) || true
  fi
done
while ((running > 0)); do
  wait -n || failed=1
  ((running--)) || true
done
exit "$failed"
