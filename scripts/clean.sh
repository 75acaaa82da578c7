#!/bin/sh
# Removes the data folder and what was built, but never under a running stack.
set -eu
cd "$(dirname "$0")/.."
data="$PWD/.cirrus"

refuse() {
  echo "cirrus: the stack of this folder is running ($1); stop it first (Ctrl-C in its terminal, or kill $2)" >&2
  exit 1
}

# The pid may have gone to another program since, so its command line is asked too.
pid=$(cat "$data/apphost.pid" 2>/dev/null) || pid=
if [ -n "$pid" ] && grep -q Cirrus.AppHost "/proc/$pid/cmdline" 2>/dev/null; then
  refuse "AppHost is process $pid" "$pid"
fi
# Redis, the edges and the secondaries keep files of the data folder open.
user=$(find /proc/[0-9]*/cwd /proc/[0-9]*/fd \( -lname "$data" -o -lname "$data/*" \) -print -quit 2>/dev/null | cut -d/ -f3)
[ -z "$user" ] || refuse "process $user, $(cat "/proc/$user/comm"), uses $data" "$user"

rm -rf "$data"
# Beside project files only: Cirrus.Edge.Config/bin and deploy/*/bin are sources.
for project in */*.csproj; do
  room=${project%/*}
  rm -rf "${room:?}/bin" "${room:?}/obj"
done
rm -rf TestResults
echo "cirrus: removed .cirrus/ and everything that was built"
