#!/usr/bin/env bash
# Runs every fuzz target of the module for a while, one after the other, and
# then thousands of pairs of the migration engine's property test: four times
# PAIRS, 1000 by default, drawn from SEED, which is the time by default.
#
#   scripts/fuzz.sh 20s
set -euo pipefail
cd "$(dirname "$0")/.."

for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
	for target in $(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | cut -d' ' -f2 | sort -u); do
		go test "$dir" -run='^$' -fuzz="^$target\$" -fuzztime="$1"
	done
done

go test ./migration -run='^TestConvergence$' -count=1 -timeout=0 -rapid.checks="${PAIRS:-1000}" -rapid.seed="${SEED:-$(date +%s)}"
