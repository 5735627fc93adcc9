#!/bin/sh
# smoke.sh
#	`make bench-smoke`: a fiftieth of the workloads, for their results and not for
#	their times: fails where a run fails, a step is lost or a figure is missing.
#	Two go at once; those that start mcpd one after the other.
#	Prints the ratios, and "N passed, N failed" at the end.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
out=$(mktemp -d "${TMPDIR:-/tmp}/mcp-bench-smoke.XXXXXX")
lanes=
leave() {
	for pid in $lanes $([ -z "$lanes" ] || cat "$out"/*.pid 2>/dev/null); do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$out"
}
trap leave EXIT
trap 'exit 1' INT TERM
export SCALE=0.02

# Each leaves its figures, and a file that says so where it ended well.
try_all() { # script ...
	for script; do
		BENCH_FIGURES=$out/$script.tsv timeout 300 "$here/$script" \
			>"$out/$script.log" 2>&1 &
		echo $! >"$out/$script.pid"
		wait $! && [ -s "$out/$script.tsv" ] && : >"$out/$script.passed"
		rm -f "$out/$script.pid"
	done
}

try_all limits.sh http.sh &
lanes=$!
try_all engine.sh crash.sh validate.sh &
lanes="$lanes $!"
wait
lanes=

passed=0
failed=0
for script in limits.sh engine.sh crash.sh http.sh validate.sh; do
	if [ -e "$out/$script.passed" ]; then
		passed=$((passed + 1))
	else
		echo "failed: $script"
		cat "$out/$script.log"
		failed=$((failed + 1))
	fi
done
cat "$out"/*.tsv |
	awk -v only=ratios -f "$here/report.awk" "$here/goals.tsv" "$here/ratios.tsv" -
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
