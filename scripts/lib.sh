# shellcheck shell=bash
# What the scripts share; sourced, not run. Moves to the repository's root; relative paths that the
# caller gave are seen from $start.
#
# LIBTORCH  an unpacked LibTorch, or a Python environment's torch folder, to build against;
#           without it the torch of .venv/ is used.

set -euo pipefail
start=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# from_start PATH: PATH as it was meant where the script was called.
from_start() { if [[ $1 == /* ]]; then echo "$1"; else echo "$start/$1"; fi; }

if [[ -n ${LIBTORCH:-} ]]; then LIBTORCH=$(from_start "$LIBTORCH"); fi

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$(basename "$0"): $*"
  exit 1
}

# Prints the comment at the head of the running script.
show_help() { awk 'NR > 1 { if (!sub(/^# ?/, "")) exit; print }' "$0"; }

# Runs a long command; what it prints is shown only if it fails, or with VERBOSE=1.
quietly() {
  local log status=0
  if [[ ${VERBOSE:-0} == 1 ]]; then
    "$@" >&2
    return
  fi
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if ((status != 0)); then tail -n 40 "$log" >&2; fi
  rm -f "$log"
  return "$status"
}

# True when this user is root, or sudo will do: it needs no password, or someone is there to ask.
can_be_root() {
  [[ $(id -u) == 0 ]] && return
  command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }
}

# as_root [NAME=VALUE...] COMMAND...
as_root() {
  if [[ $(id -u) == 0 ]]; then env "$@"; else sudo env "$@"; fi
}

# apt_install PACKAGE...: installs those Debian packages that are missing.
apt_install() {
  local installed missing=() package
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here, so see to these or their equivalents yourself: $*"
    return
  fi
  # shellcheck disable=SC2016  # dpkg-query's own variables
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package; do
    grep -qx "$package installed" <<<"$installed" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return; fi
  if ! can_be_root; then
    say "Debian packages are missing; as root, run this one line, then this script again:"
    say "apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
    exit 1
  fi
  say "installing Debian packages: ${missing[*]}"
  apt_update
  quietly as_root DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${missing[@]}"
}

apt_update() { quietly as_root apt-get update -o DPkg::Lock::Timeout=300; }

# Prints the folder that CMake finds Torch in, or nothing when there is none.
torch_dir() {
  local folder
  for folder in ${LIBTORCH:+"$LIBTORCH"} .venv/lib/python3*/site-packages/torch; do
    if [[ -f $folder/share/cmake/Torch/TorchConfig.cmake ]]; then
      realpath "$folder"
      return
    elif [[ -n ${LIBTORCH:-} ]]; then
      fail "LIBTORCH='$LIBTORCH' is no LibTorch: it has no share/cmake/Torch/TorchConfig.cmake"
    fi
  done
}

# build [PRESET]: configures and builds; the release preset puts the program at build/diabolo.
build() {
  local preset=${1:-release} torch
  torch=$(torch_dir)
  if [[ -z $torch ]]; then fail "no LibTorch: run scripts/setup.sh"; fi
  quietly cmake --preset "$preset" "-DCMAKE_PREFIX_PATH=$torch"
  cmake --build --preset "$preset" >&2
}
