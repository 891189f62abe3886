#!/usr/bin/env bash
# Installs what diabolo is built from: Debian packages, and LibTorch in .venv/ in the repository.
# Does nothing, and says nothing, when all is there.
#
# scripts/setup.sh [--tests] [--verbose]
#   --tests    also what the tests need: Python packages in .venv/, clang-format, groff,
#              Chromium
#   --verbose  show what apt and pip print, and what is used at the end
#
# LIBTORCH             an unpacked LibTorch, or a torch folder, with CUDA or not, to use instead
# DIABOLO_TORCH_INDEX  package index to take torch from, such as PyTorch's own for CPU wheels;
#                      pip's default index can give a CUDA build of several GB, which also needs
#                      the CUDA toolkit to build against
# PYTHON               the Python, 3.10 or newer (--tests: 3.11), that .venv/ is made with
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

packages=(build-essential cmake ninja-build ccache libopencv-dev libcsv-dev libcxxopts-dev
  libgtest-dev libgmock-dev libbenchmark-dev nlohmann-json3-dev libprotozero-dev
  libtomlplusplus-dev zlib1g-dev libssl-dev libjs-chart.js libopenmpi-dev openmpi-bin gnuplot-nox
  fonts-dejavu-core python3 python3-venv python3-pip)
torch=torch==2.13.0
pinned=(--no-deps --require-hashes --requirement)
requirements=()
minor=10 # of the oldest Python that will do
changed=0

# The first Python that is new enough and can make environments.
find_python() {
  local python
  for python in ${PYTHON:-python3 /usr/bin/python3}; do
    if "$python" -c "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, $minor))" \
      2>/dev/null; then
      echo "$python"
      return
    fi
  done
  fail "'${PYTHON:-python3}' is no Python 3.$minor or newer with venv; name one with PYTHON=/path"
}

# Prints those requirements (name==version) that .venv/ lacks. Fails if there is no .venv/, or
# something in it is half installed, which pip cannot repair.
lacking() {
  .venv/bin/python - "$@" <<'PYTHON'
import sys
from importlib.metadata import PackageNotFoundError, distribution

for requirement in ["pip", *sys.argv[1:]]:
    name, _, version = requirement.partition("==")
    try:
        found = distribution(name)
        if found.read_text("RECORD") is None:
            sys.exit(f"{name} is half installed")
        if version not in ("", found.version.split("+")[0]):
            print(requirement)
    except PackageNotFoundError:
        if not version:
            raise
        print(requirement)
PYTHON
}

make_environment() {
  local python
  if lacking "$torch" "${requirements[@]}" >/dev/null 2>&1; then return; fi
  python=$(find_python)
  say "making a Python environment in .venv"
  rm -rf .venv
  quietly "$python" -m venv .venv
}

# lack WHAT REQUIREMENT...: false when .venv/ has all of them; else says that they are installed now.
lack() {
  local missing
  missing=$(lacking "${@:2}") || exit
  if [[ -z $missing ]]; then return 1; fi
  mapfile -t missing <<<"$missing"
  say "installing $1 in .venv: ${missing[*]}"
  changed=1
}

pip_install() { quietly .venv/bin/python -m pip install --disable-pip-version-check "$@"; }

# Hashes would make pip take a CUDA build where one for the CPU alone lies beside it; so pip chooses
# first, and what it chose is checked then.
install_torch() {
  local folder hash
  folder=$(mktemp -d)
  quietly .venv/bin/python -m pip download --disable-pip-version-check --no-deps --dest "$folder" \
    ${DIABOLO_TORCH_INDEX:+--index-url "$DIABOLO_TORCH_INDEX"} "$torch"
  hash=$(sha256sum "$folder"/torch-*.whl | cut -d ' ' -f 1)
  if [[ -z ${DIABOLO_TORCH_INDEX:-} ]] && ! grep -q "sha256:$hash" scripts/torch.lock; then
    fail "$(ls "$folder") has the SHA-256 $hash, which is not in scripts/torch.lock; if you trust the" \
      "index that it is from, name that in DIABOLO_TORCH_INDEX"
  fi
  pip_install --no-deps "$folder"/torch-*.whl
  rm -r "$folder"
  pip_install "${pinned[@]}" scripts/torch.lock
  # A CUDA build needs more, which it names itself.
  if [[ -e $(torch_dir)/lib/libtorch_cuda.so ]]; then pip_install "$torch"; fi
}

for argument; do
  case $argument in
    --tests)
      packages+=(clang-format-19 groff-base chromium chromium-driver)
      mapfile -t requirements < <(grep -v '^ *\(#\|$\)' tests/requirements.txt)
      minor=11
      ;;
    --verbose) VERBOSE=1 ;;
    --help)
      show_help
      exit
      ;;
    *) fail "unknown argument '$argument' (--tests, --verbose, --help)" ;;
  esac
done

if [[ -n ${LIBTORCH:-} ]]; then torch_dir >/dev/null; fi
apt_install "${packages[@]}"
if [[ -z ${LIBTORCH:-} || ${#requirements[@]} != 0 ]]; then make_environment; fi
if [[ -z ${LIBTORCH:-} ]] && lack "LibTorch (this takes minutes)" "$torch"; then install_torch; fi
if ((${#requirements[@]} != 0)) && lack "what the tests need" "${requirements[@]}"; then
  pip_install "${pinned[@]}" tests/requirements.lock
fi

libtorch=$(torch_dir)
if [[ -e $libtorch/lib/libtorch_cuda.so && -z $(command -v nvcc) && ! -d /usr/local/cuda ]]; then
  say "warning: $libtorch is a CUDA build, which needs the CUDA toolkit to build against. For a"
  say "  CPU build: rm -r .venv, set DIABOLO_TORCH_INDEX to PyTorch's index of CPU wheels, again"
fi
if ((changed)) || [[ ${VERBOSE:-0} == 1 ]]; then say "using LibTorch in $libtorch"; fi
