#!/bin/sh
# smoke.sh
#	`make bench-smoke`: a fiftieth of the workloads, for their results and not for
#	their times: fails where a run fails, a step is lost or a figure is missing.
#	Prints the ratios, and "N passed, N failed" at the end.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
out=$(mktemp -d "${TMPDIR:-/tmp}/mcp-bench-smoke.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM
export SCALE=0.02
passed=0
failed=0

try() { # script [argument ...]: passes if it ends well and took figures
	: >"$out/figures.tsv"
	if BENCH_FIGURES=$out/figures.tsv timeout 120 "$here/$@" >"$out/log" 2>&1 &&
			[ -s "$out/figures.tsv" ]; then
		passed=$((passed + 1))
	else
		echo "failed: $*"
		cat "$out/log"
		failed=$((failed + 1))
	fi
	cat "$out/figures.tsv" >>"$out/all-figures.tsv"
}

try limits.sh
try engine.sh
try crash.sh
try http.sh
try validate.sh
awk -v only=ratios -f "$here/report.awk" "$here/goals.tsv" "$here/ratios.tsv" "$out/all-figures.tsv"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
