/*
 * fn_module.c
 *		The library as the server sees it.
 *
 * Nothing is set up at load time: no hooks, no shared memory, no settings.  So
 * the extension works on a server that is already running, and the library can
 * be replaced while old sessions still run the one they loaded.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
