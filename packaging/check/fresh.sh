#!/bin/sh
# fresh.sh MACHINE root | sudo | closed  GOAL...
#	The README on a fresh Debian 12: makes MACHINE, a folder, such a machine by
#	debootstrap where it is none yet, copies the checkout into it and runs
#	`make GOAL` there, as root, as a user with sudo, or as root in a folder that
#	nobody else can enter.  Needs root and debootstrap.  What it mounts and starts
#	ends with it, for both happen in namespaces of its own; the folder stays.
set -eu
[ -n "${MCP_FRESH:-}" ] || MCP_FRESH=1 exec unshare --mount --pid --fork \
	--kill-child --propagation private "$0" "$@"
cd "$(dirname "$0")/../.."

machine=$1
who=$2
shift 2
mirror=${MIRROR:-http://deb.debian.org/debian}
# In the open folder of a user, or where root keeps things to himself.
case $who in
	root) place=/srv/mcp ;;
	sudo) place=/home/dba/mcp ;;
	closed) place=/root/mcp ;;
esac

make_machine() {
	debootstrap --variant=minbase bookworm "$machine.new" "$mirror"
	mv "$machine.new" "$machine"
}

mount_all() {
	mount -t proc proc "$machine/proc"
	mount -t sysfs -o ro sys "$machine/sys"
	mount --bind /dev "$machine/dev"
	mount -t devpts devpts "$machine/dev/pts"
	mount -t tmpfs shm "$machine/dev/shm"
}

inside() { # command...
	chroot "$machine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		LC_ALL=C.UTF-8 "$@"
}

make_user() {
	inside apt-get install -y -q sudo
	inside id dba 2>/dev/null || inside useradd -m -s /bin/bash dba
	echo 'dba ALL=(ALL) NOPASSWD: ALL' >"$machine/etc/sudoers.d/dba"
}

# As a clone has it: what git knows, at what it is now.
copy_checkout() {
	mkdir -p "$machine$place"
	git ls-files -z | tar -c --null -T - | tar -x -C "$machine$place"
}

[ -d "$machine" ] || make_machine
mount_all
inside apt-get update -q
inside apt-get install -y -q make
copy_checkout
for goal in "$@"; do
	case $who in
		sudo)
			[ -e "$machine/etc/sudoers.d/dba" ] || make_user
			inside chown -R dba: "$place"
			inside su dba -c "cd $place && make $goal"
			;;
		*)
			[ "$who" = root ] || chmod 700 "$machine/root"
			inside make -C "$place" "$goal"
			;;
	esac
done
