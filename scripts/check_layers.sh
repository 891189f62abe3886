#!/usr/bin/env bash
# Checks that includes run one way between the rooms of the source tree, and that only the app
# prints. Prints file:line: message for each violation, and then fails.
#
# scripts/check_layers.sh [ROOT]     ROOT: the tree to check, this repository by default
#
# The rooms, in order; each may include itself and those before it:
#   models, lib/formats, lib/data, lib/training, lib/analysis, lib/output, app
# Stricter still: lib/formats includes no other room, nor LibTorch or OpenCV; models has no OpenCV;
# <cxxopts.hpp> and printing are for app alone. Quoted includes are whole paths from the root.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
  awk 'NR > 1 { if (!sub(/^# ?/, "")) exit; print }' "$0"
  exit
fi
cd "${1:-$(dirname "$0")/..}"

folders=()
for folder in models lib app tests; do
  if [[ -d $folder ]]; then folders+=("$folder"); fi
done
((${#folders[@]} > 0)) || {
  echo "check_layers.sh: no source tree in '$PWD'" >&2
  exit 2
}

mapfile -t files < <(find "${folders[@]}" -type f \( -name '*.hpp' -o -name '*.cpp' \) | sort)
((${#files[@]} > 0)) || exit 0

# shellcheck disable=SC2016  # the variables are awk's
awk '
function room_of(path,    parts) {
  split(path, parts, "/")
  return parts[1] == "lib" ? "lib/" parts[2] : parts[1]
}

function report(message) {
  print FILENAME ":" FNR ": " message
  found = 1
}

function is_file(path,    line, status) {
  if (!(path in known)) {
    status = (getline line < path)
    close(path)
    known[path] = status >= 0
  }
  return known[path]
}

function check_include(path, quoted,    target) {
  target = room_of(path)
  if (quoted && (path ~ /(^|\/)\.\.?\// || !is_file(path)))
    report("\"" path "\" is no whole path from the root; include third parties with <>")
  if (!rank[room]) return  # tests may include anything
  if (rank[target] && room == "lib/formats" && target != room)
    report("lib/formats includes no other room, but this is " target)
  else if (rank[target] > rank[room])
    report(room " must not include " target ", which comes after it")
  if (room == "lib/formats" && path ~ /^(torch|ATen|c10|opencv2)\//)
    report("lib/formats includes neither LibTorch nor OpenCV")
  if (room == "models" && path ~ /^opencv2\//) report("models includes no OpenCV")
  if (room != "app" && path ~ /^cxxopts/) report("only app includes cxxopts")
}

# The line without comments and the contents of strings.
function code_of(line,    at) {
  gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
  if (in_comment) {
    if (!(at = index(line, "*/"))) return ""
    line = substr(line, at + 2)
    in_comment = 0
  }
  gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", line)
  sub(/\/\/.*/, "", line)
  if (at = index(line, "/*")) {
    in_comment = 1
    line = substr(line, 1, at - 1)
  }
  return line
}

function check_printing(code) {
  if (code ~ /std::(cout|cerr|clog)/) report("only app prints: std::cout, std::cerr, std::clog")
  gsub(/v?snprintf/, "", code)
  if (code ~ /(^|[^a-z_])v?f?printf *\(/) report("only app prints: printf")
}

BEGIN {
  count = split("models lib/formats lib/data lib/training lib/analysis lib/output app", rooms, " ")
  for (i = 1; i <= count; i++) rank[rooms[i]] = i
}

FNR == 1 {
  room = room_of(FILENAME)
  in_comment = 0
  if (!rank[room] && room != "tests") report("\"" room "\" is no room that this script knows")
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
  path = $0
  sub(/^[^<"]*[<"]/, "", path)
  sub(/[>"].*/, "", path)
  check_include(path, $0 ~ /^[^<]*"/)
  next
}

{ code = code_of($0) }
rank[room] && room != "app" { check_printing(code) }

END { exit found }
' "${files[@]}"
