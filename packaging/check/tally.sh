# tally.sh: sourced
#	Counts tests.  A suite is a command whose output ends with a line
#	"N passed, N failed"; a check is a command that is one test by itself.
#	What fails is shown, what passes keeps its output in $logs.

tally_passed=0
tally_failed=0
logs=${logs:?}
mkdir -p "$logs"

tally_add() { # name passed failed
	echo "$1: $2 passed, $3 failed"
	tally_passed=$((tally_passed + $2))
	tally_failed=$((tally_failed + $3))
}

# Prints "passed failed" as the output says it; a command that fails without
# saying that a test failed has lost one.
tally_read() { # log exit-code
	tally_line=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$1" |
		tail -n 1)
	tally_line=${tally_line:-0 0}
	case "$2 $tally_line" in
		"0 "*) echo "$tally_line" ;;
		*" 0") echo "${tally_line% 0} 1" ;;
		*) echo "$tally_line" ;;
	esac
}

log_of() { echo "$logs/$(echo "$1" | tr ' ' '-').log"; } # name

# A suite in the background; $suite_pid is its process, and $suites_under_way
# has those of all that were not waited for yet.
suites_under_way=
start_suite() { # name command...
	suite_log=$(log_of "$1")
	shift
	"$@" >"$suite_log" 2>&1 &
	suite_pid=$!
	suites_under_way="$suites_under_way $suite_pid"
}

# Waits for one and counts its tests.
end_suite() { # name pid
	suite_code=0
	wait "$2" || suite_code=$?
	suites_under_way=$(
		for suite_pid in $suites_under_way; do
			[ "$suite_pid" -eq "$2" ] || echo "$suite_pid"
		done
	)
	suite_log=$(log_of "$1")
	[ "$suite_code" -eq 0 ] || cat "$suite_log"
	# shellcheck disable=SC2046 # two words
	tally_add "$1" $(tally_read "$suite_log" "$suite_code")
}

suite() { # name command...
	start_suite "$@"
	end_suite "$1" "$suite_pid"
}

check() { # name command...
	check_name=$1
	check_log=$(log_of "$1")
	shift
	if "$@" >"$check_log" 2>&1; then
		tally_add "$check_name" 1 0
	else
		cat "$check_log"
		tally_add "$check_name" 0 1
	fi
}

# The last word of a script that tallies: alone on a line, and the exit code.
tally_end() {
	echo "$tally_passed passed, $tally_failed failed"
	[ "$tally_failed" -eq 0 ]
}
