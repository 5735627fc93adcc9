# place.sh: sourced by its neighbours
#	Where the servers of this checkout live, and as whom they run.
#
#	$run	the folder that `make up` fills: what a user reads (env, logs, pids)
#			and what only he may read (passwords)
#	$home	the servers' own folder: $run/home, or a link there to a folder in
#			/var/lib where root's checkout lies out of the servers' reach
#
#	Nothing here runs as root.  Root's PostgreSQL and Redis run as the users
#	that their packages made, mcpd as nobody: what a step does can reach none
#	of the three.  Anybody else's servers run as himself.

here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
run=${MCP_RUN_DIR:-$top/.run}
mkdir -p "$run"
run=$(cd "$run" && pwd -P)

# By its real name: a link below $run is no way for whom $run is closed to.
find_home() {
	home=$(readlink -f "$run/home")
	pg_bin=$home/pgprefix/usr/lib/postgresql/15/bin
}
find_home

say() { echo "mcp: $*"; }
fail() {
	echo "mcp: $*" >&2
	exit 1
}

first_user() { # name...: the first one that exists
	for user in "$@"; do
		if id -u "$user" >/dev/null 2>&1; then
			echo "$user"
			return
		fi
	done
	fail "none of these users exists: $*"
}

if [ "$(id -u)" -eq 0 ]; then
	postgres_user=$(first_user postgres nobody)
	redis_user=$(first_user redis nobody)
	mcpd_user=$(first_user nobody)
else
	postgres_user=$(id -un)
	redis_user=$postgres_user
	mcpd_user=$postgres_user
fi

become() { # user command...: turns this process into the command
	become_user=$1
	shift
	if [ "$(id -un)" = "$become_user" ]; then
		exec "$@"
	else
		exec setpriv --reuid "$become_user" --regid "$(id -g "$become_user")" \
			--clear-groups -- "$@"
	fi
}

as() { (become "$@"); } # user command...

give() { # user folder: makes it, for this user alone
	mkdir -p "$2"
	chmod 700 "$2"
	[ "$(stat -c %U "$2")" = "$1" ] || chown "$1:$(id -g "$1")" "$2"
}

path_hash() { printf %s "$run" | sha256sum | cut -c1-12; }

make_home() {
	[ ! -d "$home" ] || return 0
	elsewhere=/var/lib/mcp-$(path_hash)
	for user in "$postgres_user" "$redis_user" "$mcpd_user"; do
		if ! as "$user" test -x "$run"; then
			mkdir -p -m 755 "$elsewhere"
			ln -s -n -f "$elsewhere" "$run/home"
			find_home
			say "$run is closed to $user: its servers live in $home"
			return
		fi
	done
	mkdir -m 755 "$home"
}

remove_home() { rm -rf "$home" "$run/home"; }

secret() { # name: a random text, made once and kept for the owner alone
	[ -s "$run/$1" ] || (
		umask 077
		od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$run/$1"
	)
	cat "$run/$1"
}

# A port that nobody listens on: the one kept under this name from last time,
# else the preferred one, else any.
choose_port() { # name preferred
	/usr/bin/python3 - "$(cat "$run/$1" 2>/dev/null || echo 0)" "$2" >"$run/$1.new" <<-'END'
		import socket, sys
		for port in [int(word) for word in sys.argv[1:] if word != "0"] + [0]:
		    with socket.socket() as probe:
		        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		        try:
		            probe.bind(("127.0.0.1", port))
		        except OSError:
		            continue
		        print(probe.getsockname()[1])
		        break
	END
	mv "$run/$1.new" "$run/$1"
}

# Whether the process that a file names is alive and ours: after a reboot the
# number may be another's, so one of its arguments must be this path.
is_ours() { # pid-file path
	ours_pid=$(head -n 1 "$1" 2>/dev/null) || return 1
	[ -n "$ours_pid" ] &&
		tr '\0' '\n' 2>/dev/null <"/proc/$ours_pid/cmdline" | grep -qxF "$2"
}

# Waits until a command succeeds; fails when it has not after so many seconds.
wait_until() { # seconds command...
	tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# One that nobody has waited for yet is gone, too.
is_gone() { ! kill -0 "$1" 2>/dev/null || grep -q "^State:.Z" "/proc/$1/status"; }

# Ends a process: TERM, and KILL for one that has not heeded it in time.
end_process() { # pid seconds
	kill -TERM "$1" 2>/dev/null || return 0
	wait_until "$2" is_gone "$1" && return
	kill -KILL "$1" 2>/dev/null || return 0
	wait_until 5 is_gone "$1"
}
