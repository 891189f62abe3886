#!/usr/bin/env bash
# The example program builds against an installed tree, and prints the code that diabolo encode
# gives.
#
# test_library.sh SOURCE BUILD LIBTORCH
set -euo pipefail
source=$1 build=$2 libtorch=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cmake --install "$build" --prefix "$work/installed" >"$work/install.log"
# A copy, so that nothing of the source tree is near.
cp -r "$source/examples/encode_image" "$work/example"
cmake -S "$work/example" -B "$work/example/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  "-DCMAKE_PREFIX_PATH=$work/installed;$libtorch" >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log" >&2 && fail "the example does not configure"; }
cmake --build "$work/example/build"

cd "$work"
diabolo=$work/installed/bin/diabolo
"$diabolo" train mnist-mini --data-dir "$source/data" --hidden 16 --latent 3 --epochs 1 \
  --threads 1 --quiet --out run
# Some image of the right size: the first of those that decode gives.
"$diabolo" encode run mnist-mini --data-dir "$source/data" --out codes.npy
"$diabolo" decode run codes.npy --out images
"$diabolo" encode run images/000000.png --out one.csv

# Behind the name of the image.
tail -n 1 one.csv | cut -d, -f2- | tr , '\n' >expected
example/build/encode_image run images/000000.png >found
[[ $(wc -l <found) == 3 ]] || fail "the example printed $(wc -l <found) numbers, not 3"
paste expected found | awk '{ d = $1 - $2; if (d < -1e-5 || d > 1e-5) exit 1 }' ||
  fail "the example printed other numbers than diabolo encode"
if example/build/encode_image run expected 2>error.txt; then fail "a text was taken for an image"; fi
grep -q "not a PNG image" error.txt || fail "an unclear error: $(cat error.txt)"
echo "passed"
