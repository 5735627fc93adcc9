#!/bin/sh
# lint.sh
#	Every lint tool over every source, each one test: format, clang-tidy,
#	cppcheck, layers, the syntax of scripts.  LINT_LOGS may name a folder for
#	what they say.
set -u
here=$(cd "$(dirname "$0")" && pwd -P)
cd "$here/../.." || exit 2
logs=${LINT_LOGS:-.check/logs}
. packaging/check/tally.sh

pg_config=${PG_CONFIG:-pg_config}
c_files() { find "$@" -name '*.[ch]' -not -path '*/build/*' | sort; }
sources() { find "$@" -name '*.c' -not -path '*/build/*' | sort; }

extension_flags() {
	echo "-std=gnu11 -D_GNU_SOURCE -DMCP_VERSION=\"lint\" -Iextension" \
		"-isystem $("$pg_config" --includedir-server)"
}

daemon_flags() {
	echo "-std=c11 -D_GNU_SOURCE -Idaemon"
	pkg-config --cflags libpq libuv libmicrohttpd jansson hiredis \
		libseccomp python3-embed |
		sed 's/-I/-isystem /g'
}

format() { c_files extension daemon tests bench | xargs clang-format --dry-run -Werror; }

# One process a file, two at a time: the longest single file sets the pace.
tidy() { # folder flags
	sources "$1" | xargs -n 1 -P 2 sh -c '
		flags=$1
		clang-tidy --quiet "$2" -- $flags 2>/dev/null
	' tidy "$2"
}

cpp_check() { # folder flags
	# One thread reads a directory; readdir_r is the one that is deprecated.
	cppcheck --quiet --std=c11 --language=c --inline-suppr \
		--enable=warning,performance,portability --error-exitcode=1 \
		--library=posix --library=packaging/lint/cppcheck.cfg \
		--suppress=missingIncludeSystem --suppress=readdirCalled \
		-D__x86_64__ -j 2 -I "$1" "$1"
}

shell_syntax() {
	find . -name '*.sh' -not -path './.*' -not -path './node_modules/*' |
		while read -r script; do sh -n "$script" || return 1; done
}

check 'lint format' format
for folder in extension daemon; do
	check "lint layers $folder" packaging/lint/check-layers.sh "$folder"
	check "lint cppcheck $folder" cpp_check "$folder"
done
for folder in runner ctl; do
	check "lint layers $folder" packaging/lint/check-layers.sh "daemon/$folder"
done
check 'lint clang-tidy extension' tidy extension "$(extension_flags)"
check 'lint clang-tidy daemon' tidy daemon "$(daemon_flags)"
check 'lint shell' shell_syntax
tally_end
