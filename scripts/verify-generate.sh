#!/usr/bin/env bash
# Checks that generated code is what the schemas say: generates it into a copy
# of the tree and compares, so that the tree itself is never changed.
#
#   scripts/verify-generate.sh ent plugins/*/ent
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T - 2>/dev/null | tar -x -C "$copy"
(cd "$copy" && go generate ./...)

stale=0
for dir in "$@"; do
	diff -rq "$dir" "$copy/$dir" || stale=1
done
if [ "$stale" != 0 ]; then
	echo "generated code is stale: run 'make generate' and commit what it changes" >&2
	exit 1
fi
