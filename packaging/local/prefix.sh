#!/bin/sh
# prefix.sh DIR [PGBIN]
#	Makes DIR a PostgreSQL installation of its own: its binaries find their
#	libraries and extensions below DIR, because PostgreSQL looks them up
#	relative to where `postgres` itself lies.  Only the programs that look
#	are copied; all else is links to the system's installation.  So an
#	extension can be installed and tried here without touching the server
#	that the machine may already run.  Prints the path of its pg_config.
set -eu

dir=$1
bin=${2:-/usr/lib/postgresql/15/bin}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
version=$("$bin/pg_config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
real_lib=$("$bin/pg_config" --pkglibdir)
real_share=$("$bin/pg_config" --sharedir)
real_include=$("$bin/pg_config" --includedir)

own_bin=$dir/usr/lib/postgresql/$version/bin
own_lib=$dir$real_lib
own_share=$dir$real_share
# Whatever an installation writes to is a folder, never a link to the system's.
[ ! -L "$own_lib/bitcode" ] || rm "$own_lib/bitcode"
mkdir -p "$own_bin" "$own_lib/bitcode" "$own_share/extension" "$dir/usr/include"

link_all() { # from to
	for entry in "$1"/*; do
		name=${entry##*/}
		[ -e "$2/$name" ] || [ -L "$2/$name" ] || ln -s "$entry" "$2/$name"
	done
}

for program in postgres pg_config initdb pg_ctl; do
	cmp -s "$bin/$program" "$own_bin/$program" ||
		cp "$bin/$program" "$own_bin/$program"
done
link_all "$bin" "$own_bin"
link_all "$real_lib/bitcode" "$own_lib/bitcode"
link_all "$real_lib" "$own_lib"
link_all "$real_share/extension" "$own_share/extension"
link_all "$real_share" "$own_share"
[ -e "$dir$real_include" ] || ln -s "$real_include" "$dir$real_include"

echo "$own_bin/pg_config"
