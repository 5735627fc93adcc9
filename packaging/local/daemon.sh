#!/bin/sh
# daemon.sh start | stop
#	mcpd on this checkout's database and Redis.  A running one is left alone
#	unless it, its settings or the extension's library have changed since.
set -eu
. "$(dirname "$0")/place.sh"

program=$home/bin/mcpd
settings=$home/mcpd.env
pid_file=$run/mcpd.pid

is_running() { is_ours "$pid_file" "$settings"; }

base_url() { echo "http://127.0.0.1:$(cat "$run/mcpd.port")"; }

# It answers before it has reached the database.
is_ready() {
	curl -s -f -m 2 "$(base_url)/health" | grep -q '"database": *"ok"'
}

is_ready_or_died() { is_ready || ! is_running; }

# As whoever sets up by hand would choose: the default, or by name what is left
# where a plain user may make no namespaces, as in a chroot.
sandbox_level() {
	for level in ${MCP_SANDBOX:-standard basic}; do
		if (become "$mcpd_user" "$home/bin/mcp-runner" --check "$level") \
				>/dev/null 2>&1; then
			echo "$level"
			return
		fi
	done
	echo "${MCP_SANDBOX:-standard}"
}

write_settings() {
	(umask 077 && cat >"$settings.new") <<-END
		DATABASE_URL=postgresql://mcpd:$(secret mcpd.password)@127.0.0.1:$(cat "$run/postgres.port")/mcp
		REDIS_URL=redis://:$(secret redis.password)@127.0.0.1:$(cat "$run/redis.port")/0
		MCP_API_HOST=127.0.0.1
		MCP_API_PORT=$(cat "$run/mcpd.port")
		MCP_API_KEY=$(secret mcpd.key)
		MCP_TOKEN_KEY_FILE=$home/state/token.key
		MCP_SCRIPTS_DIR=$home/scripts
		MCP_NOTEBOOKS_DIR=$home/notebooks
		MCP_WORK_DIR=$home/work
		MCP_SANDBOX=$(sandbox_level)
	END
	chown "$mcpd_user" "$settings.new"
	mv "$settings.new" "$settings"
}

# What of the caller's goes on to the daemon, beside its file.
models() { env | grep -E '^((ANTHROPIC|OPENAI)_|MCP_DEFAULT_MODEL=)' | sort; }

# What a running daemon was started from.
stamp() {
	models | cat - \
		"$top/daemon/mcpd" "$top/daemon/mcp-runner" "$top/daemon/mcp-runner.so" \
		"$("$pg_bin/pg_config" --pkglibdir)/mcp.so" \
		"$settings" | sha256sum
}

# A variable of the caller's that wins over the file would lead elsewhere.
run_program() {
	unset DATABASE_URL REDIS_URL MCP_API_HOST MCP_API_PORT MCP_API_KEY \
		MCP_TOKEN_KEY_FILE \
		MCP_SCRIPTS_DIR MCP_NOTEBOOKS_DIR MCP_WORK_DIR MCP_SANDBOX \
		POSTGRES_HOST POSTGRES_PORT POSTGRES_DB POSTGRES_USER \
		POSTGRES_PASSWORD REDIS_HOST REDIS_PORT REDIS_DB REDIS_PASSWORD
	cd "$home"
	become "$mcpd_user" setsid "$program" --env-file "$settings"
}

start() {
	make_home
	if is_running; then
		write_settings
		[ "$(cat "$run/mcpd.stamp")" != "$(stamp)" ] || return 0
		stop
	fi
	mkdir -p "$home/bin" "$home/scripts" "$home/notebooks"
	give "$mcpd_user" "$home/work"
	give "$mcpd_user" "$home/state"
	choose_port mcpd.port 8000
	install -m 755 "$top/daemon/mcp-runner" "$top/daemon/mcp-runner.so" \
		"${program%/*}"
	write_settings
	install -m 755 "$top/daemon/mcpd" "$program"
	run_program </dev/null >>"$run/mcpd.log" 2>&1 &
	echo $! >"$pid_file"
	stamp >"$run/mcpd.stamp"
	wait_until 30 is_ready_or_died || :
	is_ready || fail "mcpd did not start: see $run/mcpd.log"
	say "mcpd answers at $(base_url)"
	! grep -q '^MCP_SANDBOX=basic$' "$settings" ||
		say "no namespaces here: scripts run with MCP_SANDBOX=basic"
}

stop() {
	is_running || return 0
	end_process "$(cat "$pid_file")" 40
	rm -f "$pid_file"
	say "stopped mcpd"
}

case ${1:-} in
	start) start ;;
	stop) stop ;;
	*) fail "usage: daemon.sh start | stop" ;;
esac
