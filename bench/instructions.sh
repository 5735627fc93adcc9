#!/bin/sh
# instructions.sh [STEPS]
#	What a start and a step cost the server in instructions, counted by callgrind in
#	a backend that runs alone: the same on a busy machine as on a quiet one, which no
#	time is.  STEPS, 2000: of each workload, 500 tasks a turn.
set -eu
. "$(dirname "$0")/place.sh"
steps=${1:-2000}

start_postgres
sql -f "$here/engine_definitions.sql" >/dev/null
"$local/postgres.sh" stop >/dev/null
data=$MCP_RUN_DIR/home/cluster

# A statement a line, each a transaction.
statements() { # workflow runs turns
	cat <<-END
		CREATE TABLE public.answers (n serial, answer jsonb);
		SELECT mcp.register_worker('callgrind');
		INSERT INTO public.answers (answer) VALUES ('{"tasks": []}');
	END
	i=0
	while [ "$i" -lt "$2" ]; do
		echo "SELECT cardinality(mcp.start_runs(ARRAY(SELECT jsonb_build_object('workflow', '$1', 'inputs', '{\"n\": 0}'::jsonb) FROM generate_series(1, 100))));"
		i=$((i + 100))
	done
	i=0
	while [ "$i" -lt "$3" ]; do
		echo "INSERT INTO public.answers (answer) SELECT mcp.worker_turn('callgrind', (SELECT epoch FROM mcp.workers), (SELECT coalesce(jsonb_agg(t || '{\"success\": true, \"result\": {\"n\": 1, \"s\": \"small json value\"}}'), '[]') FROM public.answers AS a, jsonb_array_elements(a.answer -> 'tasks') AS t WHERE a.n = (SELECT max(n) FROM public.answers)), '{\"bench\": 500}');"
		i=$((i + 1))
	done
	echo "SELECT 'done', count(*) FROM mcp.step_runs;"
}

count() { # name workflow runs steps-of-a-run
	turns=$(($3 * $4 / 500 + $4 + 4))
	statements "$2" "$3" "$turns" >"$place/statements.sql"
	rm -rf "$place/copy"
	cp -R "$data" "$place/copy"
	[ "$(id -u)" != 0 ] || chown -R postgres "$place/copy"
	chmod 700 "$place/copy"
	cat >"$place/run.sh" <<-END
		cd "$place" && exec valgrind --tool=callgrind --callgrind-out-file="$place/copy/callgrind.out" \
			--collect-atstart=no --toggle-collect=mcp_worker_turn --toggle-collect=mcp_start_runs \
			"$pg_bin/postgres" --single -D "$place/copy" mcp <"$place/statements.sql"
	END
	if [ "$(id -u)" = 0 ]; then runuser -u postgres -- sh "$place/run.sh"; else sh "$place/run.sh"; fi \
		>"$place/output" 2>"$place/errors" || fail_with "$place/errors"
	done_steps=$(sed -n 's/.*count = "\([0-9]*\)".*/\1/p' "$place/output" | tail -n 1)
	[ "$done_steps" -eq $(($3 * $4)) ] || fail_with "$place/errors"
	for function in mcp_start_runs mcp_worker_turn; do
		total=$(callgrind_annotate --inclusive=yes "$place/copy/callgrind.out" 2>/dev/null |
			awk -v f="$function" 'index($0, ":" f) { gsub(",", "", $1); print $1; exit }')
		case $function in
			mcp_start_runs) figure "$1" 'instructions of a start' $((total / $3)) instructions ;;
			*) figure "$1" 'instructions of turns' $((total / ($3 * $4))) 'instructions/step' ;;
		esac
	done
}

count w1 w1 "$steps" 1
count w2 w2 $((steps / 10)) 10
