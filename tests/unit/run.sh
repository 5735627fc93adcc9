#!/bin/sh
# run.sh PROGRAM...
#	Runs unit test programs and prints, last, "N passed, N failed" over their
#	tests.  A program that dies counts as a failed test of its own, so that a
#	crash or a sanitizer's report is never lost.
set -u

# Memory that belongs to a memory context is freed by nobody in a test.
export ASAN_OPTIONS="abort_on_error=0:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"

passed=0
failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

count() { # tests that cmocka's summary names with this word
	sed -n "s/^\[  $1  \] \([0-9]*\) test(s).*/\1/p" "$output" | tail -1
}

for program in "$@"; do
	leaks=1
	grep -q errfinish "$program" && leaks=0
	ASAN_OPTIONS="detect_leaks=$leaks:$ASAN_OPTIONS" \
		timeout 300 "$program" >"$output" 2>&1
	code=$?
	good=$(count PASSED)
	bad=$(count FAILED)
	[ "$code" -eq 0 ] || [ "${bad:-0}" -gt 0 ] || bad=1
	if [ "$code" -ne 0 ]; then
		cat "$output"
		echo "${program##*/}: exit code $code"
	fi
	echo "unit ${program##*/}: ${good:-0} passed, ${bad:-0} failed"
	passed=$((passed + ${good:-0}))
	failed=$((failed + ${bad:-0}))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
