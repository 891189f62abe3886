#!/usr/bin/env bash
# The .deb brings the program, with LibTorch inside: unpacked elsewhere, with no variable set, it
# trains, and takes no library of LibTorch from anywhere else.
#
# test_package.sh SOURCE BUILD LIBTORCH
set -euo pipefail
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cd "$build"
cpack -G DEB -B "$work/packed" >"$work/cpack.log" 2>&1 || { cat "$work/cpack.log" >&2 && exit 1; }
package=$(echo "$work"/packed/*.deb)
dpkg-deb --field "$package" Depends | grep -q libopencv-core || fail "the package needs no OpenCV"
dpkg-deb --field "$package" Recommends | grep -q gnuplot || fail "the package recommends no gnuplot"
dpkg-deb --extract "$package" "$work/root"
program=$work/root/usr/bin/diabolo
zgrep -q '^.TH DIABOLO' "$work"/root/usr/share/man/man1/diabolo.1* || fail "no manual"
bash -n "$work/root/usr/share/bash-completion/completions/diabolo" || fail "no completion"
ldd "$program" | grep -E 'libtorch|libc10' | grep -v "$work/root" && fail "LibTorch from outside"
if ldd "$program" | grep "not found"; then fail "a library is missing"; fi
cd "$work"
env -i "$program" --version | grep -qx "diabolo [0-9.]*" || fail "no version"
env -i "$program" train mnist-mini --data-dir "$source/data" --hidden 16 --latent 3 --epochs 1 \
  --threads 1 --quiet --out run | grep -q "validation MSE" || fail "it does not train"
echo "passed"
