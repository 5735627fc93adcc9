/*
 * script.h
 *		Which version of the extension's script this database has.
 *
 * A package brings a new library to all databases at once, their scripts follow
 * with ALTER EXTENSION, each in its time.  Until then the tables are not those
 * that this library was written for, and it does not touch them.
 */
#ifndef MCP_SCRIPT_H
#define MCP_SCRIPT_H

/*
 * Raises object_not_in_prerequisite_state unless the script is of the library's
 * own version.  What was found right is not looked up again in this backend.
 */
extern void script_require_current(void);

#endif
