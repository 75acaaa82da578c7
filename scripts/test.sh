#!/bin/bash
# Runs every check on what was built, all of them even when one fails, and closes with one line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
PATH="$PATH:/usr/sbin:/sbin" # the tests start nginx, nsd and unbound
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0 broken=() child=

# A signal must also end what is running now; bash alone would wait for it, or leave it behind.
stop() {
  [ -z "$child" ] || kill "$child" 2>/dev/null
  wait
  exit 143
}
trap stop INT TERM

run() {
  "$@" &
  child=$!
  wait "$child"
  local code=$?
  child=
  return "$code"
}

count() { # passed failed skipped, and the name of what they belong to
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  [ "$2" = 0 ] || broken+=("$4")
}

# A lint step counts as one test.
check() {
  local name=$1
  shift
  echo "cirrus: $name"
  if run "$@"; then count 1 0 0 "$name"; else count 0 1 0 "$name"; fi
}

# Every file that says it is a shell script, wherever it is.
shell_scripts() {
  find . \( -name .git -o -name obj -o -name node_modules -o -name .cirrus -o -path '*/bin/Debug' -o -path '*/bin/Release' \) -prune \
    -o -type f -size -64k -exec awk 'FNR == 1 && /^#!.*[\/ ](ba|da)?sh( |$)/ { print FILENAME } { nextfile }' {} +
}

lint_lua() { (cd Cirrus.Edge.Config && exec luacheck --no-color --quiet .); }

specs() { (cd Cirrus.Edge.Config && exec busted --output=plainTerminal) | tee "$results/busted"; }

lua_specs() {
  echo "cirrus: Lua specs"
  run specs
  local code=$? line
  # Its last line of counts: 12 successes / 0 failures / 0 errors / 1 pending : 0.01 seconds
  line=$(grep -E '^[0-9]+ success' "$results/busted" | tail -1)
  local numbers
  read -ra numbers <<<"$(tr -cs '0-9' ' ' <<<"${line%%:*}")"
  local bad=$((${numbers[1]:-0} + ${numbers[2]:-0}))
  # A run that broke without a failed spec, or found none, has not passed.
  if [ "$bad" = 0 ] && { [ "$code" != 0 ] || [ "${numbers[0]:-0}" = 0 ]; }; then bad=1; fi
  count "${numbers[0]:-0}" "$bad" "${numbers[3]:-0}" "Lua specs"
}

csharp_tests() {
  echo "cirrus: C# tests"
  run dotnet test Cirrus.sln --no-build --nologo --logger "console;verbosity=normal" \
    --logger "trx;LogFilePrefix=tests" --results-directory "$results/trx" \
    --blame-hang-timeout 3min --blame-hang-dump-type none > >(tee "$results/console")
  local code=$? total=0 good=0 bad=0 counters
  while read -r counters; do
    total=$((total + $(attribute total "$counters")))
    good=$((good + $(attribute passed "$counters")))
    bad=$((bad + $(attribute failed "$counters")))
  done < <(grep -hs '<Counters ' "$results"/trx/*.trx)
  # A test host that died leaves no failed test in its file, or no file.
  if [ "$bad" = 0 ] && { [ "$code" != 0 ] || [ "$total" = 0 ]; }; then bad=1; fi
  count "$good" "$bad" "$((total - good - bad > 0 ? total - good - bad : 0))" "C# tests"
}

# The failed tests again, each with the first lines of what it said: the end of a log of thousands must name the culprit.
failures() {
  [ ! -f "$results/console" ] || awk '
    /^  (Passed|Skipped) |^\[xUnit/ { shown = 0 }
    /^  Failed / { shown = 15 }
    shown-- > 0' "$results/console"
}

attribute() { # name, XML element
  [[ $2 =~ \ $1=\"([0-9]+)\" ]] && echo "${BASH_REMATCH[1]}"
}

# The build has enforced the rules on style and the analyzers'; all of `dotnet format` would take as long as the build for them once more.
check "C# format" dotnet format whitespace --folder . --verify-no-changes
check "C# order of usings" dotnet format style Cirrus.sln --diagnostics IMPORTS --verify-no-changes --no-restore
mapfile -t scripts < <(shell_scripts)
check "shell scripts" shellcheck --external-sources "${scripts[@]}"
if [ -d Cirrus.Edge.Config ]; then check "Lua lint" lint_lua; fi
if [ -d Cirrus.Edge.Config/spec ]; then lua_specs; fi
csharp_tests

[ ${#broken[@]} = 0 ] || printf 'cirrus: failed: %s\n' "${broken[@]}"
failures
line="$passed passed, $failed failed"
[ "$skipped" = 0 ] || line+=", $skipped skipped"
echo "$line"
[ "$failed" = 0 ]
