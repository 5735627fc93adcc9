#!/bin/sh
# postgres.sh start | stop | env
#	A PostgreSQL cluster of this checkout's own: own data, socket, port and
#	installation (prefix.sh), so that no other server is touched.  "env" prints
#	the variables with which libpq finds it, as the cluster's superuser.
#	MCP_POSTGRES_SETTINGS may hold more lines for postgresql.conf.
set -eu
. "$(dirname "$0")/place.sh"

data=$home/cluster

# A socket's path has room for 107 bytes.
sockets=$home/sockets
[ ${#sockets} -le 80 ] || sockets=/tmp/mcp-$(path_hash)

is_running() { is_ours "$data/postmaster.pid" "$data"; }

make_cluster() {
	say "making a PostgreSQL cluster in $data"
	give "$postgres_user" "$data"
	password_file=$home/initdb.password
	(umask 077 && secret postgres.password >"$password_file")
	chown "$postgres_user" "$password_file"
	as "$postgres_user" "$pg_bin/initdb" -D "$data" -U postgres \
		--auth=scram-sha-256 --pwfile="$password_file" --data-checksums \
		--encoding=UTF8 --locale=C.UTF-8 >"$run/initdb.log" 2>&1 ||
		fail "initdb failed: see $run/initdb.log"
	rm -f "$password_file"
	echo "include 'mcp.conf'" >>"$data/postgresql.conf"
}

write_settings() {
	cat >"$data/mcp.conf" <<-END
		listen_addresses = '127.0.0.1'
		port = $(cat "$run/postgres.port")
		unix_socket_directories = '$sockets'
		cluster_name = 'mcp'
		${MCP_POSTGRES_SETTINGS:-}
	END
}

# PostgreSQL clears up after a crash by itself, except where the process number
# in its lock file still answers: it has become another's since, or nobody has
# waited for the dead one yet.
forget_crash() {
	pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 0
	wait_until 5 is_gone "$pid" || :
	! kill -0 "$pid" 2>/dev/null || rm -f "$data/postmaster.pid"
	rm -rf "$sockets"
}

start() {
	make_home
	[ -x "$pg_bin/pg_ctl" ] || "$here/prefix.sh" "$home/pgprefix" >/dev/null
	# A cluster that initdb did not finish holds nothing yet.
	[ -s "$data/mcp.conf" ] || rm -rf "$data"
	[ -d "$data" ] || make_cluster
	! is_running || return 0
	forget_crash
	give "$postgres_user" "$sockets"
	choose_port postgres.port 0
	write_settings
	# pg_ctl wants a working directory that it may read.
	(cd "$home" && as "$postgres_user" "$pg_bin/pg_ctl" start -w -s -t 120 \
		-D "$data" -l "$data/postgres.log") ||
		fail "PostgreSQL did not start: see $data/postgres.log"
	say "PostgreSQL listens on 127.0.0.1:$(cat "$run/postgres.port")"
}

stop() {
	is_running || return 0
	postmaster=$(head -n 1 "$data/postmaster.pid")
	(cd "$home" && as "$postgres_user" "$pg_bin/pg_ctl" stop -w -s -t 120 \
		-D "$data" -m fast)
	# That waits for the file to go, which is a moment before the process does.
	wait_until 5 is_gone "$postmaster" || :
	[ "$sockets" = "$home/sockets" ] || rm -rf "$sockets"
	say "stopped PostgreSQL"
}

env_lines() {
	cat <<-END
		export PGHOST=127.0.0.1
		export PGPORT=$(cat "$run/postgres.port")
		export PGUSER=postgres
		export PGPASSWORD=$(secret postgres.password)
	END
}

case ${1:-} in
	start) start ;;
	stop) stop ;;
	env) env_lines ;;
	*) fail "usage: postgres.sh start | stop | env" ;;
esac
