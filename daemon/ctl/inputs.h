/*
 * inputs.h
 *		The inputs of a run, as the command line says them.
 */
#ifndef MCPCTL_INPUTS_H
#define MCPCTL_INPUTS_H

#include "context.h"

/*
 * --inputs is an object of JSON, "@FILE" or "-"; --input adds members:
 * NAME=TEXT, or NAME:=JSON.  Sets *json to an object.  False, told and with
 * context's code set, where something is none of these.
 */
extern bool inputs_read(Context *context, const char **json);

/* A value of JSON: as it is, of "@FILE", or of "-". */
extern bool inputs_read_value(Context *context, const char *what,
                              const char *text, JsonView *value);

#endif
