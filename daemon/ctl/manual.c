/*
 * manual.c
 *		What every form of the manual says beside the commands.
 */
#include "manual.h"

#include <stddef.h>

const char *const manual_description[] = {
	"mcpctl defines, runs and watches what mcp keeps: MCPs, workflows, runs, "
	"schedules. It asks the daemon mcpd by HTTP, or, with --direct, the "
	"database by libpq; both answer the same.",
	"Results go to standard output, everything else to standard error. Colours "
	"and symbols are for terminals only, and not where NO_COLOR is set. A key "
	"is never an argument, where other users could read it, and never printed "
	"but by the command that makes it.",
	NULL,
};

const ManualEntry manual_environment[] = {
	{"MCPCTL_URL, MCP_URL, MCP_BASE_URL",
     "where mcpd listens; else MCP_API_HOST and MCP_API_PORT, as mcpd itself "
     "reads them (127.0.0.1:8000)"},
	{"MCPCTL_API_KEY", "the key"},
	{"MCPCTL_KEY_FILE", "a file with the key in its first line, of mode 0600"},
	{"MCP_API_KEY",
     "the key, where neither of the above nor the file in "
     "~/.config is there"},
	{"MCPCTL_CA_FILE",
     "certificates that are trusted for https, instead of the system's"},
	{"POSTGRES_HOST and so on, DATABASE_URL, PGHOST and so on",
     "the database, for --direct and doctor; the first of these that is there "
     "counts"},
	{"NO_COLOR", "not empty: no colours"},
	{NULL, NULL},
};

const ManualEntry manual_files[] = {
	{"~/.config/mcpctl/key",
     "the key, where MCPCTL_API_KEY is not set; it must be the user's own and "
     "of mode 0600"},
	{"FILE of --env-file",
     "the variables above, one NAME=value on each line; the environment wins. "
     "No .env is read unasked"},
	{NULL, NULL},
};

const char *
manual_option(Arena *arena, const CommandOption *option)
{
	const char *letter =
		option->letter ? arena_print(arena, "-%c, ", option->letter) : "";

	return arena_print(arena,
	                   "%s--%s%s%s",
	                   letter,
	                   option->name,
	                   option->value ? " " : "",
	                   option->value ? option->value : "");
}
