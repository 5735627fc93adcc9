#!/bin/sh
# build.sh extension | daemon  gcc | clang | san
#	Builds one side below .check/ with warnings as errors, apart from what
#	`make` leaves in the checkout.
set -eu
cd "$(dirname "$0")/../.."
part=$1
compiler=$2
into=$PWD/.check/$part-$compiler

# PGXS builds beside the sources, so each compiler gets a copy of them; objects
# of an earlier build stay, and a source that is gone goes.
copy_extension() {
	mkdir -p "$into/extension"
	rm -rf "$into/sql" "$into/expected" "$into/tests"
	mkdir -p "$into/tests"
	cp -p -R Makefile mcp.control "$into"
	for tests in sql expected tests/isolation; do
		[ ! -d "$tests" ] || cp -p -R "$tests" "$into/$tests"
	done
	for scripts in extension/schema extension/released extension/upgrade \
			packaging/release; do
		rm -rf "${into:?}/$scripts"
		mkdir -p "$into/${scripts%/*}"
		cp -p -R "$scripts" "$into/$scripts"
	done
	for old in "$into"/extension/*.[ch]; do
		[ -e "extension/${old##*/}" ] || rm -f "$old" "${old%.?}.o"
	done
	cp -p -u extension/*.[ch] "$into/extension"
}

case $part-$compiler in
	extension-*)
		copy_extension
		make -s -j 2 -C "$into" CC="$compiler" WERROR=-Werror
		;;
	daemon-san)
		make -s -j 2 -C daemon SAN=1 BUILD="$into" PROGRAM="$into/mcpd" \
			WERROR=-Werror
		;;
	daemon-*)
		make -s -j 2 -C daemon CC="$compiler" BUILD="$into" \
			PROGRAM="$into/mcpd" WERROR=-Werror
		;;
esac
