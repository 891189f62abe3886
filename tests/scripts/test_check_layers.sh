#!/usr/bin/env bash
# Sees scripts/check_layers.sh pass a clean tree, and report each kind of violation where it is.
#
# tests/scripts/test_check_layers.sh
set -euo pipefail

check=$(realpath "$(dirname "$0")/../../scripts/check_layers.sh")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# put FILE LINE...: a source file in the tree.
put() {
  mkdir -p "$tree/$(dirname "$1")"
  printf '%s\n' "${@:2}" >"$tree/$1"
}

clean_tree() {
  rm -rf "${tree:?}"/*
  put models/dense.hpp '#include <torch/nn.h>'
  put lib/formats/idx.hpp '#include <vector>'
  put lib/data/dataset.hpp '#include <opencv2/core.hpp>' '#include "lib/formats/idx.hpp"' \
    '#include "models/dense.hpp"'
  put lib/data/dataset.cpp '#include "lib/data/dataset.hpp"' '// std::cout << "a comment";' \
    '/* printf("another");' 'std::cerr */ std::snprintf(buffer, 9, "std::cout printf(");'
  put app/main.cpp '#include <cxxopts.hpp>' '#include "lib/data/dataset.hpp"' 'std::cout << 1;'
  put tests/data.cpp '#include "app/main.cpp"' '#include <cxxopts.hpp>' 'std::cout << 1;'
}

# refuses WHAT FILE LINE WORDS: that line, added to that file after an empty one, is reported there.
refuses() {
  local what=$1 file=$2 line=$3 words=$4 output status=0
  clean_tree
  put "$file" '' "$line"
  output=$("$check" "$tree" 2>&1) || status=$?
  if [[ $status != 1 || $output != "$file:2: "*"$words"* || $output == *$'\n'* ]]; then
    echo "FAILED: $what: status $status, printed: $output"
    failures=$((failures + 1))
  fi
}

clean_tree
if ! output=$("$check" "$tree" 2>&1) || [[ -n $output ]]; then
  echo "FAILED: a clean tree passes, quietly; printed: $output"
  failures=$((failures + 1))
fi

refuses 'a later room' lib/data/x.hpp '#include "app/main.cpp"' 'lib/data must not include app'
refuses 'lib from models' models/x.hpp '#include "lib/data/dataset.hpp"' 'models must not include'
refuses 'a room in angle brackets' models/x.hpp '#include <lib/data/dataset.hpp>' 'must not include'
refuses 'models from formats' lib/formats/x.hpp '#include "models/dense.hpp"' 'no other room'
refuses 'torch in formats' lib/formats/x.hpp '#include <torch/types.h>' 'neither LibTorch'
refuses 'ATen in formats' lib/formats/x.hpp '#include <ATen/ATen.h>' 'neither LibTorch'
refuses 'c10 in formats' lib/formats/x.hpp '# include <c10/util/Exception.h>' 'neither LibTorch'
refuses 'OpenCV in formats' lib/formats/x.hpp '#include <opencv2/core.hpp>' 'nor OpenCV'
refuses 'OpenCV in models' models/x.hpp '#include <opencv2/core.hpp>' 'no OpenCV'
refuses 'cxxopts in lib' lib/data/x.cpp '#include <cxxopts.hpp>' 'only app includes cxxopts'
refuses 'std::cout in lib' lib/data/x.cpp '  std::cout << "x";' 'only app prints'
refuses 'std::cerr in models' models/x.cpp 'if (x) std::cerr << x;  // why' 'only app prints'
refuses 'printf in lib' lib/data/x.cpp 'std::printf("%d", 1);' 'only app prints: printf'
refuses 'fprintf in lib' lib/data/x.cpp 'fprintf(stderr, "x");' 'only app prints: printf'
refuses 'a missing file' app/x.cpp '#include "lib/data/gone.hpp"' 'no whole path'
refuses 'a relative path' lib/data/x.cpp '#include "dataset.hpp"' 'no whole path'
refuses 'a path upwards' lib/data/x.cpp '#include "lib/data/../data/dataset.hpp"' 'no whole path'
refuses 'a wrong path in a test' tests/x.cpp '#include "data.cpp"' 'no whole path'

clean_tree
put lib/extra/x.hpp ''
if output=$("$check" "$tree" 2>&1) || [[ $output != 'lib/extra/x.hpp:1: "lib/extra" is no room'* ]]; then
  echo "FAILED: an unknown room is refused; printed: $output"
  failures=$((failures + 1))
fi

if ((failures > 0)); then exit 1; fi
echo "check_layers.sh: all as it should be"
