#!/bin/sh
# bench.sh [WORKLOAD ...]
#	`make bench`: what the machine can do (limits), the workloads w1 to w9, and the
#	engines that PEERS names, one after the other on this machine; writes what came
#	out into RESULTS.md, in the place between its two marks.
#	PEERS="dbos restate graphile-worker": measured by the harness in BENCH_PEERS,
#	which is ../shared/bench/peers where that is; without it, our rows alone.
#	ROUNDS: how often each is done, 3; the figures are medians.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
top=${here%/*}
[ $# -gt 0 ] || set -- limits w1 w2 w3 w4 w5 w6 w7 w8 w9
rounds=${ROUNDS:-3}
harness=${BENCH_PEERS:-$top/../shared/bench/peers}

out=$(mktemp -d "${TMPDIR:-/tmp}/mcp-bench-out.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM
export BENCH_FIGURES="$out/figures.tsv"
: >"$BENCH_FIGURES"
load_before=$(cut -d' ' -f1-3 /proc/loadavg)

script_of() { # workload
	case $1 in
		limits) echo limits.sh ;;
		w1 | w2 | w3) echo "engine.sh $1" ;;
		w4) echo 'scripts.sh w4 rate' ;;
		w5) echo 'scripts.sh w5' ;;
		w6) echo crash.sh ;;
		w7) echo http.sh ;;
		w8) echo growth.sh ;;
		w9) echo validate.sh ;;
		*)
			echo "bench.sh: unknown workload $1" >&2
			exit 2
			;;
	esac
}

for round in $(seq "$rounds"); do
	for workload; do
		script=$(script_of "$workload")
		echo "== round $round of $rounds: $workload, $script"
		# shellcheck disable=SC2086 # a script and its arguments
		"$here/"$script
	done
done

# In a copy: the harness keeps its packages where it lies.
run_peers() {
	if [ ! -x "$harness/run.sh" ]; then
		echo "bench.sh: no harness for the peers in $harness" >&2
		return
	fi
	cp -R "$harness" "$out/peers"
	export BENCH_HOME="$out/peers-home"
	mkdir -p "$BENCH_HOME"
	chmod a+rx "$out" "$BENCH_HOME"
	"$out/peers/run.sh" install
	"$out/peers/run.sh" up
	# shellcheck disable=SC2086 # words
	"$out/peers/run.sh" bench $PEERS || true
	"$out/peers/run.sh" down
	"$out/peers/run.sh" report >"$out/peers.md"
}

report() { # [row]
	awk -v only="${1:-}" -f "$here/report.awk" "$here/goals.tsv" "$here/ratios.tsv" "$BENCH_FIGURES"
}

write_results() {
	{
		echo
		echo "$(date -u +%F), commit $(git -C "$top" rev-parse --short HEAD), $(nproc) cores of" \
			"$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), medians of $rounds rounds," \
			"load before $load_before and after $(cut -d' ' -f1-3 /proc/loadavg):"
		echo
		report
		if [ -s "$out/peers.md" ]; then
			echo
			echo "The peers, by their harness (BENCH_SCALE ${BENCH_SCALE:-1}), in the same hour, and our row beside them:"
			echo
			awk -v row="$(report row)" '{ print } /^\|---/ && !is_told++ { print row }' "$out/peers.md"
		fi
		echo
	} >"$out/table.md"
	awk -v table="$out/table.md" '
		/^<!-- end of make bench -->/ { inside = 0 }
		!inside
		/^<!-- make bench -->/ {
			inside = 1
			while ((getline line < table) > 0)
				print line
		}' "$here/RESULTS.md" >"$out/RESULTS.md"
	cp "$out/RESULTS.md" "$here/RESULTS.md"
}

# Ours are kept whatever becomes of the peers, who take longer.
write_results
if [ -n "${PEERS:-}" ]; then
	run_peers
	write_results
fi
cat "$out/table.md"
