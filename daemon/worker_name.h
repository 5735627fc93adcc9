/*
 * worker_name.h
 *		What a worker is called in the database.
 */
#ifndef MCPD_WORKER_NAME_H
#define MCPD_WORKER_NAME_H

#include "config.h"

/*
 * The configured name, else one that no other living worker has.  A daemon that
 * comes back under its old name gets the tasks of its former life at once.
 */
extern const char *worker_name_make(const Config *config, Arena *arena);

#endif
