#!/bin/sh
# deps.sh [run | check]
#	Installs the Debian packages that are missing: "run" is what it takes to
#	build and run, "check" adds what the tests and lint tools need.  Where all
#	are there it does nothing and asks for no rights; otherwise it needs root,
#	or sudo.  The system's own PostgreSQL and Redis services that come with
#	the packages are not started, for we use none of them.
set -eu

run='
	gcc libc6-dev make pkg-config curl ca-certificates python3 python3-venv
	postgresql-15 postgresql-server-dev-15 redis-server
	libpq-dev libjansson-dev libuv1-dev libmicrohttpd-dev libhiredis-dev
	libcurl4-openssl-dev libssl-dev zlib1g-dev libseccomp-dev
	libpython3-dev python3-nbclient python3-ipykernel'
check='
	clang clang-format clang-tidy cppcheck libcmocka-dev
	python3-pytest python3-psycopg2 python3-redis python3-requests wrk
	pgbouncer'

case ${1:-run} in
	run) wanted=$run ;;
	check) wanted="$run $check" ;;
	*)
		echo "usage: deps.sh [run | check]" >&2
		exit 2
		;;
esac

missing=
for package in $wanted; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
		grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
	as_root() { "$@"; }
elif command -v sudo >/dev/null; then
	as_root() { sudo "$@"; }
else
	echo "deps: these packages are missing, and there is no sudo:$missing" >&2
	exit 1
fi

# What invoke-rc.d asks before a package starts its service; a machine that has
# an answer of its own keeps it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'as_root rm -f "$policy"' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
fi

install_missing() {
	# shellcheck disable=SC2086 # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -q --no-install-recommends $missing
}

echo "deps: installing$missing"
# An old or empty package list is no reason to fail: fetch it and try again.
install_missing || {
	as_root apt-get update -q
	install_missing
}
