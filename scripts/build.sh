#!/bin/sh
# Restores and builds a solution or project. A terminal sees what is being built and then one line; a log gets a line for each project.
# usage: scripts/build.sh file [msbuild option]...
set -eu
cd "$(dirname "$0")/.."
verbosity=minimal
[ -t 1 ] && verbosity=quiet
echo "cirrus: building"
exec dotnet msbuild "$@" -restore -nologo -verbosity:"$verbosity"
