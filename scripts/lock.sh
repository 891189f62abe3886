#!/usr/bin/env bash
# Writes scripts/torch.lock and tests/requirements.lock anew: what scripts/setup.sh takes from Python's index,
# each with its version and the SHA-256 of its files. Run it after changing a version.
#
# scripts/lock.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

# PyTorch's own index has builds for the CPU alone, which Python's does not know: sha256, file.
cpu_builds=(
  6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b # torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64
)

if [[ ${1:-} == --help ]]; then
  show_help
  exit
fi
if (($#)); then fail "unknown argument '$1' (--help)"; fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
quietly python3 -m venv "$folder/venv"
quietly "$folder/venv/bin/pip" install uv==0.13.9
compile() { quietly "$folder/venv/bin/uv" pip compile --quiet --universal --generate-hashes --no-annotate --no-header "$@"; }

title() {
  printf '# Versions and SHA-256 of what scripts/setup.sh%s installs; scripts/lock.sh writes this file.\n' "$1"
}

torch=$(sed -n 's/^torch=//p' scripts/setup.sh)
echo "$torch" >"$folder/torch.in"
# What a CUDA build needs besides is not here: such a build of this version asks for it itself.
compile --python-version 3.10 "$folder/torch.in" --output-file "$folder/torch.lock"
{
  title ""
  awk '/^[a-z]/ { keep = !/^(nvidia|cuda|triton)-?/ } keep' "$folder/torch.lock" |
    sed "/^torch==/a\\$(printf '\n    --hash=sha256:%s \\\\' "${cpu_builds[@]}")"
} >scripts/torch.lock
compile --python-version 3.11 tests/requirements.txt --output-file "$folder/tests.lock"
{
  title " --tests"
  cat "$folder/tests.lock"
} >tests/requirements.lock
say "wrote scripts/torch.lock and tests/requirements.lock"
