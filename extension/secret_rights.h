/*
 * secret_rights.h
 *		Secrets that a config names, and whether its writer may use them.
 */
#ifndef MCP_SECRET_RIGHTS_H
#define MCP_SECRET_RIGHTS_H

#include "json_reader.h"

/*
 * Adds a problem for each {"secret": name} in the config whose secret the actor
 * was not granted; an admin may use all.
 */
extern void secret_rights_check(const JsonObject *config);

#endif
