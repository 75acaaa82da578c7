#!/bin/sh
# Removes the data folder and what was built, but never under a running stack.
set -eu
cd "$(dirname "$0")/.."
data="$PWD/.cirrus"
scripts/running.sh

# Redis, the edges and the secondaries keep files of the data folder open, also when their AppHost is gone or is Aspire's.
user=$(find /proc/[0-9]*/cwd /proc/[0-9]*/fd \( -lname "$data" -o -lname "$data/*" \) -print -quit 2>/dev/null | cut -d/ -f3)
if [ -n "$user" ]; then
  echo "cirrus: process $user ($(cat "/proc/$user/comm")) uses $data; stop the stack first (Ctrl-C in its terminal)" >&2
  exit 1
fi

rm -rf "$data"
# Beside project files only: Cirrus.Edge.Config/bin and deploy/*/bin are sources.
for project in */*.csproj; do
  room=${project%/*}
  rm -rf "${room:?}/bin" "${room:?}/obj"
done
rm -rf TestResults aspire-manifest.json
echo "cirrus: removed .cirrus/ and everything that was built"
