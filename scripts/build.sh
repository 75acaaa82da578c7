#!/bin/sh
# Restores and builds the solution. A terminal sees what is being built and then one line; a log gets a line for each project.
set -eu
cd "$(dirname "$0")/.."
verbosity=minimal
[ -t 1 ] && verbosity=quiet
echo "cirrus: building"
exec dotnet msbuild Cirrus.sln -restore -nologo -verbosity:"$verbosity" "$@"
