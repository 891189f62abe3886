#!/usr/bin/env bash
# Formats the C++ files of the work tree, tracked or new, with clang-format 19.
#
# scripts/format.sh [--check]
#   --check  change nothing; show what is not formatted, and fail if anything is
#
# CLANG_FORMAT  the program, clang-format-19 by default (scripts/setup.sh --tests installs it)
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

mode=(-i)
case ${1:-} in
  '') ;;
  --check) mode=(--dry-run --Werror) ;;
  --help)
    show_help
    exit
    ;;
  *) fail "unknown argument '$1' (--check, --help)" ;;
esac

program=${CLANG_FORMAT:-clang-format-19}
command -v "$program" >/dev/null || fail "no $program: run scripts/setup.sh --tests"

files=()
while read -r file; do
  if [[ -f $file ]]; then files+=("$file"); fi # one deleted, but not yet in git, is still listed
done < <(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' | sort -u)
if ((${#files[@]} == 0)); then exit; fi

"$program" --style=file "${mode[@]}" "${files[@]}" ||
  fail "some files are not formatted: run scripts/format.sh"
