#!/bin/bash
# Ten million queries that nobody should send, to the code that reads them: none may throw, allocate, or be answered beyond its limit.
# usage: bench/dns-fuzz.sh   (QUERIES=10000000)
set -euo pipefail
cd "$(dirname "$0")/.."
export CIRRUS_FUZZ_QUERIES=${QUERIES:-10000000} MSBUILDDISABLENODEREUSE=1
dotnet build Cirrus.Tests -v quiet -nologo -property:Configuration=Release
dotnet test Cirrus.Tests --no-build --configuration Release --nologo --filter "FullyQualifiedName~ResponderFuzzTests"
