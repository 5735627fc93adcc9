/*
 * run_options.h
 *		The options of a start, as they stand in a document.
 */
#ifndef MCP_RUN_OPTIONS_H
#define MCP_RUN_OPTIONS_H

#include "json_reader.h"
#include "run_start.h"

/*
 * Reads the options of the object into the start; what is not said stays as it
 * is there.  Problems are noted below the object's path.
 */
extern void run_options_read(const JsonObject *options, RunStart *start);

#endif
