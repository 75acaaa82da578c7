#!/bin/sh
# Tries once to bring Aspire's packages to this machine. Whatever comes of it, the stack runs: Directory.Build.props chooses by what is there.
# ASPIRE=0 skips it, ASPIRE=1 tries again after a failure.
set -eu
cd "$(dirname "$0")/.."

version=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' Directory.Build.props)
sdk="${NUGET_PACKAGES:-$HOME/.nuget/packages}/aspire.apphost.sdk/$version"
failed=".cirrus/aspire-$version.unavailable"

[ "${ASPIRE:-}" = 0 ] && exit 0
[ -d "$sdk" ] && exit 0
[ -e "$failed" ] && [ "${ASPIRE:-}" != 1 ] && exit 0

scratch=$(mktemp -d)
ready=
child=
finish() {
  [ -n "$ready" ] || rm -rf "$sdk" # it is what switches Aspire on, so it must not stay without the rest
  rm -rf "$scratch"
}
trap finish EXIT
trap 'kill $child; exit 143' INT TERM

# In the background, so that a signal ends it at once instead of after it.
within() {
  timeout --foreground "$@" >"$scratch/log" 2>&1 &
  child=$!
  wait "$child"
}

# One small package, in a project and a package folder of its own, says quickly whether this machine can get them at all.
can_download() {
  cp NuGet.config nuget.config "$scratch" 2>/dev/null || true
  cat >"$scratch/probe.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Aspire.AppHost.Sdk" Version="[$version]" /></ItemGroup>
</Project>
PROJECT
  within 20 dotnet restore "$scratch/probe.csproj" --packages "$scratch/packages"
}

# All of them, still without touching this folder's obj/: a copy of the project files is restored.
restore_all() {
  echo "cirrus: restoring Aspire $version (once; a few minutes on a slow line)"
  for file in *.sln *.props global.json ./*/*.csproj; do
    mkdir -p "$scratch/copy/$(dirname "$file")"
    cp "$file" "$scratch/copy/$file"
  done
  cp NuGet.config nuget.config "$scratch/copy" 2>/dev/null || true
  within 600 dotnet restore "$scratch/copy/Cirrus.sln" -p:UseAspire=true
}

if can_download && restore_all; then
  ready=yes
  echo "cirrus: Aspire $version is ready"
  exit 0
fi
mkdir -p "$(dirname "$failed")"
cp "$scratch/log" "$failed"
echo "cirrus: Aspire $version can't be restored here, so the stack runs with Cirrus.Hosting.Local (why: $failed; ASPIRE=1 make up tries again)"
