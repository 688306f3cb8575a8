#!/usr/bin/env bash
# Installs what elizago's private cluster needs and this machine lacks: a
# PostgreSQL server with its client programs, and pgvector. When all is there
# it returns at once, so that `make run` and `make test` call it each time.
#
#   scripts/postgres.sh            install what is missing
#   scripts/postgres.sh --check    only look; exit 1 when something is missing
#   scripts/postgres.sh --local    for the tests, which do not use POSTGRES_URL,
#                                  and put PgBouncer before their server
#
#   POSTGRES_URL             a server of one's own: nothing is needed here
#   ELIZA_TEST_POSTGRES_URL  the same for the tests, with --local: they need
#                            no server here, but PgBouncer
#   ELIZA_PG_BIN             folder of the server's programs; no other is looked at
#
# As for the program itself, ./.env counts where the environment is silent.
#
# No system-wide cluster is created or started, nor a PgBouncer, and no package
# source is added.
# Works as root and through sudo; says one line a step on standard error.
# Written for bash 3.2, which is what macOS has.
set -euo pipefail
export LC_ALL=C

OLDEST=14                # the oldest PostgreSQL this project is made for
SUITES="trixie sid"      # Debian suites whose source package is tried, in this order
UBUNTU_SUITES="noble"
BREW_MAJOR=17

say() { echo "postgres: $*" >&2; }
die() { say "$*"; exit 1; }

# --- what is asked for -----------------------------------------------------

CHECK="" LOCAL=""
for argument in "$@"; do
  case $argument in
    --check) CHECK=yes ;;
    --local) LOCAL=yes ;;
    *) die "$argument is no option: there are --check and --local" ;;
  esac
done

# setting NAME: its value in the environment, or else in ./.env, in REPLY.
# Read line by line rather than sourced: a value is no program.
setting() {
  local line quote
  REPLY=${!1-}
  if [ -n "$REPLY" ] || [ ! -r .env ]; then return 0; fi
  line=$(grep -E "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=" .env | tail -n 1) || return 0
  line=${line#*=} line=${line%$'\r'}
  line=${line#"${line%%[![:space:]]*}"}
  quote=${line%"${line#?}"}
  case $quote in
    \"|\') line=${line#?} REPLY=${line%%"$quote"*} ;;
    *) line=${line%%[[:space:]]#*}
       case $line in '#'*) line="" ;; esac
       REPLY=${line%"${line##*[![:space:]]}"} ;;
  esac
}

NEEDLESS=POSTGRES_URL
[ -z "$LOCAL" ] || NEEDLESS=ELIZA_TEST_POSTGRES_URL
setting "$NEEDLESS"
if [ -z "$REPLY" ]; then NEEDLESS=""; fi
setting ELIZA_PG_BIN
ELIZA_PG_BIN=$REPLY

# --- what is here ----------------------------------------------------------

# major DIR: the server's major version, from its path or else from itself.
major() {
  case $1 in
    */postgresql/[0-9]*/bin) REPLY=${1%/bin} REPLY=${REPLY##*/} ;;
    */pgsql-[0-9]*/bin)      REPLY=${1%/bin} REPLY=${REPLY##*-} ;;
    */postgresql@[0-9]*/bin) REPLY=${1%/bin} REPLY=${REPLY##*@} ;;
    */Versions/[0-9]*/bin)   REPLY=${1%/bin} REPLY=${REPLY##*/} ;;
    *) REPLY=$("$1/postgres" --version 2>/dev/null | sed -n 's/^[^)]*) \([0-9]*\).*/\1/p') || true ;;
  esac
  case $REPLY in ''|*[!0-9]*) REPLY=0 ;; esac
}

# has_vector DIR MAJOR: the extension's files are in the server's share folder.
has_vector() {
  local bin=$1 share d
  [ ! -L "$bin/postgres" ] || bin=$(cd "$(dirname "$(readlink -f "$bin/postgres")")" && pwd -P)
  for share in "$bin/../../../../share/postgresql/$2" "$bin/../share/postgresql@$2" "$bin/../share/postgresql" \
    "$bin/../share" "$bin/../share/pgsql" "$bin/../../share/postgresql$2" "$bin/../../../share/postgresql$2" ""; do
    [ -n "$share" ] || share=$("$bin/pg_config" --sharedir 2>/dev/null) || return 1
    if [ -e "$share/postgres.bki" ]; then
      [ -e "$share/extension/vector.control" ] || return 1
      for d in "$share"/extension/vector--*.sql; do [ ! -e "$d" ] || return 0; done
      return 1
    fi
  done
  return 1
}

# look: sets FOUND to the newest complete server, or SERVER to
# the newest that only lacks pgvector.
look() {
  local dir on_path=""
  FOUND=0 SERVER=0 SERVER_BIN=""
  if [ -n "${ELIZA_PG_BIN-}" ]; then
    set -- "$ELIZA_PG_BIN"
  else
    on_path=$(command -v postgres || true)
    set -- /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/lib/postgresql*/bin /usr/libexec/postgresql* \
      /opt/homebrew/opt/postgresql@*/bin /opt/homebrew/opt/postgresql/bin \
      /usr/local/opt/postgresql@*/bin /usr/local/opt/postgresql/bin \
      /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin \
      /Applications/Postgres.app/Contents/Versions/*/bin /usr/local/pgsql/bin "${on_path%/*}"
  fi
  for dir in "$@"; do
    for REPLY in postgres initdb psql pg_dump; do
      if [ -z "$dir" ] || [ ! -x "$dir/$REPLY" ]; then continue 2; fi
    done
    major "$dir"
    [ "$REPLY" -ge "$OLDEST" ] || continue
    if has_vector "$dir" "$REPLY"; then
      if [ "$REPLY" -gt "$FOUND" ]; then FOUND=$REPLY; fi
    elif [ "$REPLY" -gt "$SERVER" ]; then
      SERVER=$REPLY SERVER_BIN=$dir
    fi
  done
}

# bouncer: PgBouncer is installed, or not needed. /usr/sbin is not in every
# user's PATH.
bouncer() {
  local dir
  if [ -z "$LOCAL" ] || command -v pgbouncer >/dev/null; then return 0; fi
  for dir in /usr/sbin /usr/local/sbin /opt/homebrew/opt/pgbouncer/bin /usr/local/opt/pgbouncer/bin; do
    [ ! -x "$dir/pgbouncer" ] || return 0
  done
  return 1
}

# enough: the server is installed, or not needed.
enough() { [ -n "$NEEDLESS" ] || [ "$FOUND" != 0 ]; }

# done_if_complete: ends the script when nothing is missing.
done_if_complete() {
  if ! enough || ! bouncer; then return 0; fi
  if [ -n "$NEEDLESS" ]; then
    say "$NEEDLESS is set, nothing to install"
  elif [ -n "$LOCAL" ]; then
    say "PostgreSQL $FOUND, pgvector and PgBouncer are here"
  else
    say "PostgreSQL $FOUND and pgvector are here"
  fi
  exit 0
}

FOUND=0 SERVER=0 SERVER_BIN=""
[ -n "$NEEDLESS" ] || look
done_if_complete
if enough; then MISSING="PgBouncer is missing, which the tests need"
elif [ "$SERVER" != 0 ]; then MISSING="pgvector is missing from PostgreSQL $SERVER in $SERVER_BIN"
else MISSING="PostgreSQL and pgvector are missing"; fi
[ -z "$CHECK" ] || die "$MISSING: run scripts/postgres.sh${LOCAL:+ --local}"
if [ -n "${ELIZA_PG_BIN-}" ] && ! enough; then
  [ "$SERVER" != 0 ] || die "ELIZA_PG_BIN names $ELIZA_PG_BIN, which has no PostgreSQL $OLDEST or newer with initdb, psql and pg_dump: correct it or unset it"
  case $SERVER_BIN in
    /usr/lib/postgresql/*) ;;
    *) die "ELIZA_PG_BIN names $ELIZA_PG_BIN, whose PostgreSQL $SERVER has no pgvector: install pgvector into it, or unset ELIZA_PG_BIN" ;;
  esac
fi

# --- macOS, and systems without apt ----------------------------------------

if command -v brew >/dev/null && ! command -v apt-get >/dev/null; then
  if ! enough; then
    say "installing PostgreSQL $BREW_MAJOR and pgvector with Homebrew"
    brew install "postgresql@$BREW_MAJOR" pgvector >&2
    look
    enough || die "Homebrew installed both, but no server with pgvector is found: see \`brew info pgvector\`"
  fi
  if ! bouncer; then
    say "installing PgBouncer with Homebrew"
    brew install pgbouncer >&2
    bouncer || die "Homebrew installed PgBouncer, but it is not found: see \`brew info pgbouncer\`"
  fi
  done_if_complete
fi
if ! command -v apt-get >/dev/null; then
  for line in "dnf install|postgresql-server pgvector" "apk add|postgresql postgresql-pgvector" \
    "pacman -S|postgresql pgvector" "zypper install|postgresql-server postgresql-pgvector"; do
    command -v "${line%% *}" >/dev/null || continue
    if enough; then line=${line%%|*}; else line=${line%%|*}" "${line#*|}; fi
    bouncer || line="$line pgbouncer"
    die "$MISSING: run as root: $line"
  done
  enough && die "$MISSING: install PgBouncer"
  die "$MISSING: install PostgreSQL $OLDEST or newer and pgvector, or set POSTGRES_URL to a server that has both"
fi

# --- Debian, Ubuntu and relatives: become root -----------------------------

if [ "$(id -u)" != 0 ]; then
  self=$(cd "$(dirname "$0")" && pwd -P)/$(basename "$0")
  keep=()
  for name in ELIZA_PG_BIN http_proxy https_proxy no_proxy; do
    [ -z "${!name-}" ] || keep+=("$name=${!name}")
  done
  # Its value may hold a password, and a command line is no secret.
  if [ -n "$LOCAL" ] && [ -n "$NEEDLESS" ]; then keep+=("$NEEDLESS=set"); fi
  if command -v sudo >/dev/null; then
    if sudo -n true 2>/dev/null; then
      exec sudo -n env ${keep[@]+"${keep[@]}"} bash "$self" ${LOCAL:+--local}
    elif [ -t 0 ] && [ -t 2 ]; then
      say "$MISSING: sudo asks for your password to install it"
      exec sudo env ${keep[@]+"${keep[@]}"} bash "$self" ${LOCAL:+--local}
    fi
    die "$MISSING: run this once: sudo '$self'${LOCAL:+ --local}"
  fi
  die "$MISSING: run this once: su root -c \"'$self'${LOCAL:+ --local}\""
fi

export DEBIAN_FRONTEND=noninteractive
WORK=$(mktemp -d)
LOG=$WORK/log
finish() {
  local code=$?
  [ "$code" = 0 ] || [ ! -s "$LOG" ] || { say "the last lines of what failed:"; tail -n 25 "$LOG" >&2; }
  [ -z "${PLACEHOLDER-}" ] || rm -rf "$PLACEHOLDER"
  [ -z "${NO_SERVICES-}" ] || rm -f "$NO_SERVICES"
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM
exec 9>/var/lock/elizago-postgres
flock 9 # one at a time: another terminal may be at it
[ -n "$NEEDLESS" ] || look
done_if_complete

# quiet COMMAND: its output goes to the log.
quiet() { "$@" >>"$LOG" 2>&1 </dev/null; }
# try COMMAND: up to three times; networks fail.
try() {
  local i
  for i in 1 2; do
    if quiet "$@"; then return 0; fi
    sleep $((i * 2))
  done
  quiet "$@"
}
apt() { apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }
candidate() { apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'; }
update() {
  [ -z "${UPDATED-}" ] || return 0
  say "reading the package lists (apt-get update)"
  # One dead third-party source must not stop us: what matters is tried next.
  try apt update || true
  UPDATED=yes
}
install() {
  try apt install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@" && return
  update # lists that are out of date name files that are gone
  try apt install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
}

# no_cluster MAJOR: the server package makes and starts a cluster "main" on
# port 5432 unless told otherwise, or unless it finds one. Told by a file; if
# that exists and says otherwise it is the owner's, and one is shown instead.
no_cluster() {
  local conf=/etc/postgresql-common/createcluster.conf
  if [ ! -e "$conf" ]; then
    mkdir -p "${conf%/*}"
    printf '%s\n' "# written by elizago: no system-wide cluster" "create_main_cluster = false" >"$conf"
  elif ! grep -Eq '^[[:space:]]*create_main_cluster[[:space:]]*=?[[:space:]]*'"'?(false|off|no)" "$conf" && [ ! -e "/etc/postgresql/$1" ]; then
    PLACEHOLDER=/etc/postgresql/$1
    mkdir -p "$PLACEHOLDER/elizago"
    : >"$PLACEHOLDER/elizago/postgresql.conf"
    echo disabled >"$PLACEHOLDER/elizago/start.conf"
  fi
}

# no_service: the package of PgBouncer starts a service, at once and at every
# boot, which is not needed either. A file prevents the former, unless there is
# one already.
no_service() {
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    NO_SERVICES=$policy
    printf '%s\n' '#!/bin/sh' 'exit 101' >"$policy"
    chmod 755 "$policy"
  fi
}

# --- PgBouncer -------------------------------------------------------------

if ! bouncer; then
  [ -n "$(candidate pgbouncer)" ] || update
  say "installing PgBouncer"
  no_service
  install pgbouncer
  if [ -n "${NO_SERVICES-}" ]; then rm -f "$NO_SERVICES"; NO_SERVICES=""; fi
  quiet update-rc.d pgbouncer disable || true
  quiet invoke-rc.d pgbouncer stop || true # a policy of the owner's may have let it start
  bouncer || die "apt installed PgBouncer, but it is not found: see \`dpkg -L pgbouncer\`"
fi
done_if_complete

# --- the server ------------------------------------------------------------

if [ "$SERVER" = 0 ]; then
  [ -n "$(candidate postgresql)" ] || update
  SERVER=$(apt-cache show postgresql 2>/dev/null | sed -n 's/^Depends:.*postgresql-\([0-9][0-9]*\).*/\1/p' | head -n 1)
  [ -n "$SERVER" ] || die "apt has no package postgresql: add a Debian or Ubuntu package source, or set POSTGRES_URL to a server"
  [ "$SERVER" -ge "$OLDEST" ] || die "apt has only PostgreSQL $SERVER and $OLDEST is needed: add the package source of postgresql.org, or set POSTGRES_URL to a server"
  say "installing PostgreSQL $SERVER"
  no_cluster "$SERVER"
  install "postgresql-$SERVER" "postgresql-client-$SERVER"
  if [ -n "${PLACEHOLDER-}" ]; then rm -rf "$PLACEHOLDER"; PLACEHOLDER=""; fi
fi
PROGRAMS=/usr/lib/postgresql/$SERVER/bin
MAJOR=$SERVER

# --- pgvector: the distribution's package, or else Debian's source ---------

# mirror CODENAME: where this machine reads the distribution's own packages,
# as apt itself says, whatever the form of its configuration. Empty when apt
# has read no lists yet.
mirror() {
  # shellcheck disable=SC2016 # the dollars are apt's
  apt-get indextargets --format '$(SITE)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' -v c="$1" '$3 == "main" && $2 !~ /-(security|updates|backports)$/ { if ($2 == c && !best) best = $1; if (!any) any = $1 }
      END { print best ? best : any }'
}

# source_lists: the lines to read pgvector's source with, one to try after the
# other.
source_lists() {
  local id="" like="" codename="" site name=debian suites=$SUITES components=main key suite
  # shellcheck disable=SC1091
  { . /etc/os-release; id=${ID-} like=${ID_LIKE-} codename=${VERSION_CODENAME-}; }
  site=$(mirror "$codename")
  [ -n "$site" ] || { update; site=$(mirror "$codename"); }
  [ -n "$site" ] || die "apt names no package mirror that answers: see /etc/apt/sources.list, or install pgvector for PostgreSQL $MAJOR by hand"
  case "$id $like" in
    ubuntu*|*" ubuntu"*) name=ubuntu suites=$UBUNTU_SUITES components="main universe" ;;
  esac
  key=/usr/share/keyrings/$name-archive-keyring.gpg
  if [ -e "$key" ]; then key="[signed-by=$key] "; else key=""; fi
  for suite in $suites; do echo "deb-src $key$site $suite $components"; done
}

# fetch_source: downloads pgvector's source, checked by apt against the
# archive's signature. Lists and caches are private and go with $WORK.
fetch_source() {
  local line
  mkdir -p "$WORK/lists/partial" "$WORK/source"
  source_lists >"$WORK/all.list"
  while read -r line; do
    echo "$line" >"$WORK/one.list"
    set -- -o Dir::Etc::sourcelist="$WORK/one.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$WORK/lists" \
      -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root
    try apt "$@" update || continue
    if (cd "$WORK/source" && try apt "$@" source --download-only pgvector); then return 0; fi
  done <"$WORK/all.list"
  return 1
}

# headers PACKAGE: unpacked, not installed; the package of the server's headers
# would pull in clang and llvm, 250 MB.
headers() {
  local version
  version=$(dpkg-query -W -f='${Version}' "postgresql-$MAJOR" 2>/dev/null || true)
  (cd "$WORK/headers" &&
    { quiet apt -o APT::Sandbox::User=root download "$1=$version" || quiet apt -o APT::Sandbox::User=root download "$1"; })
}

build_vector() {
  local need=() tar package
  command -v gcc >/dev/null && [ -e /usr/include/stdio.h ] || need+=(gcc libc6-dev)
  command -v make >/dev/null || need+=(make)
  if [ ${#need[@]} -gt 0 ]; then
    say "installing ${need[*]}"
    install "${need[@]}"
  fi
  say "fetching pgvector's source"
  fetch_source || die "apt has neither postgresql-$MAJOR-pgvector nor pgvector's source: install pgvector for PostgreSQL $MAJOR by hand, or set POSTGRES_URL to a server"
  mkdir -p "$WORK/headers" "$WORK/build"
  for package in "postgresql-server-dev-$MAJOR" libpq-dev; do
    headers "$package" || { update; headers "$package"; }
  done
  for package in "$WORK"/headers/*.deb; do quiet dpkg -x "$package" "$WORK/headers"; done
  tar=$(find "$WORK/source" -name 'pgvector_*.orig.tar.*' | sort | tail -n 1)
  tar -xf "$tar" -C "$WORK/build" --strip-components=1
  tar=${tar##*/pgvector_}
  say "building pgvector ${tar%.orig.tar.*}"
  # No -march=native: a binary may be moved to another processor in an image.
  # No bitcode: it needs clang.
  set -- -C "$WORK/build" PG_CONFIG="$PROGRAMS/pg_config" OPTFLAGS= with_llvm=no \
    includedir_server="$WORK/headers/usr/include/postgresql/$MAJOR/server" \
    PG_CPPFLAGS="-I$WORK/headers/usr/include/postgresql"
  quiet make -s -j"$(nproc)" "$@"
  quiet make -s install "$@"
}

look
if [ "$FOUND" = 0 ]; then
  [ -n "$(candidate "postgresql-$MAJOR")" ] || update
  if [ -n "$(candidate "postgresql-$MAJOR-pgvector")" ]; then
    say "installing pgvector"
    install "postgresql-$MAJOR-pgvector"
  else
    build_vector
  fi
  look
fi
enough || die "PostgreSQL $MAJOR is installed, but its pgvector is not found in $("$PROGRAMS/pg_config" --sharedir)"
done_if_complete
