/*
 * sandbox_paths.c
 *		What of the system a task finds.
 *
 * /etc is not among it: its passwords, keys and host names are nobody's
 * business, and what programs need of it is short.  numpy finds its BLAS by
 * way of /etc/alternatives.
 */
#include "sandbox_paths.h"

#include <stddef.h>

const char *const sandbox_paths_system[] = {
	"/usr",
	"/bin",
	"/sbin",
	"/lib",
	"/lib32",
	"/lib64",
	"/libx32",
	"/etc/alternatives",
	"/etc/ld.so.cache",
	"/etc/localtime",
	"/etc/timezone",
	"/etc/mime.types",
	"/etc/debian_version",
	"/etc/os-release",
	"/etc/ssl/certs",
	"/etc/ssl/openssl.cnf",
	"/etc/fonts",
	"/etc/python3",
	"/etc/python3.9",
	"/etc/python3.10",
	"/etc/python3.11",
	"/etc/python3.12",
	"/etc/python3.13",
	NULL,
};

const char *const sandbox_paths_network[] = {
	"/etc/resolv.conf",
	"/etc/hosts",
	"/etc/nsswitch.conf",
	"/etc/host.conf",
	"/etc/gai.conf",
	"/etc/services",
	"/etc/pip.conf",
	NULL,
};

const char *const sandbox_paths_devices[] = {
	"/dev/null",
	"/dev/zero",
	"/dev/full",
	"/dev/random",
	"/dev/urandom",
	NULL,
};
