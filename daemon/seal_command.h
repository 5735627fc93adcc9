/*
 * seal_command.h
 *		mcpd --seal NAME: for whoever sets secrets by SQL.
 */
#ifndef MCPD_SEAL_COMMAND_H
#define MCPD_SEAL_COMMAND_H

#include "seal.h"

/*
 * Seals what stdin says, without the line's end that may close it, and prints
 * it for mcp.set_secret().  Returns the exit code; what went wrong is on stderr.
 */
extern int seal_command(const Seal *seal, const char *name, Arena *arena);

#endif
