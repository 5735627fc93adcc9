#!/bin/sh
# down.sh
#	Stops what up.sh started, and nothing else; the data stays for the next
#	`make up`.
set -eu
. "$(dirname "$0")/place.sh"

"$here/daemon.sh" stop
"$here/redis.sh" stop
"$here/postgres.sh" stop
