#!/bin/sh
# redis.sh start | stop
#	A Redis of this checkout's own, on a port of its own and behind a password.
#	It holds a cache: nothing is written to disk, and a restart may lose it all.
set -eu
. "$(dirname "$0")/place.sh"

folder=$home/redis
settings=$folder/redis.conf
pid_file=$run/redis.pid

is_running() { is_ours "$pid_file" "$settings"; }

answers() {
	REDISCLI_AUTH=$(secret redis.password) redis-cli -h 127.0.0.1 \
		-p "$(cat "$run/redis.port")" ping | grep -q PONG
}

# Its title would hide the path by which we know it.
write_settings() {
	(umask 077 && cat >"$settings") <<-END
		bind 127.0.0.1
		port $(cat "$run/redis.port")
		requirepass $(secret redis.password)
		dir $folder
		save ""
		appendonly no
		maxmemory 128mb
		maxmemory-policy allkeys-lru
		set-proc-title no
	END
	chown "$redis_user" "$settings"
}

start() {
	! is_running || return 0
	make_home
	give "$redis_user" "$folder"
	choose_port redis.port 0
	write_settings
	become "$redis_user" setsid redis-server "$settings" \
		</dev/null >>"$run/redis.log" 2>&1 &
	echo $! >"$pid_file"
	wait_until 10 answers || fail "Redis did not start: see $run/redis.log"
	say "Redis listens on 127.0.0.1:$(cat "$run/redis.port")"
}

stop() {
	is_running || return 0
	end_process "$(cat "$pid_file")" 10
	rm -f "$pid_file"
	say "stopped Redis"
}

case ${1:-} in
	start) start ;;
	stop) stop ;;
	*) fail "usage: redis.sh start | stop" ;;
esac
