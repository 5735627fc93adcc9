/*
 * commands.c
 *		The commands, in the order that the help lists them.
 */
#include "command.h"
#include "verb.h"

#include <stddef.h>

#define END                                      \
	{                                            \
		NULL, '\0', NULL, NOUN_NONE, false, NULL \
	}
#define INPUTS                                                              \
	{"input",                                                               \
	 'i',                                                                   \
	 "NAME=TEXT",                                                           \
	 NOUN_TEXT,                                                             \
	 true,                                                                  \
	 "one input; NAME:=JSON for a number, a list and so on"},               \
	{                                                                       \
		"inputs", '\0', "JSON", NOUN_FILE, false,                           \
			"all inputs: an object of JSON, @FILE, or - for standard input" \
	}
#define TIMEOUT                                                                \
	{                                                                          \
		"timeout", '\0', "TIME", NOUN_TEXT, false,                             \
			"wait no longer than that: seconds, or a number with s, m, h or d" \
	}

const CommandOption command_options[] = {
	{"output", 'o', "FORM", NOUN_FORM, false, "table, json, jsonl or name"},
	{"direct",
     'd',
     NULL,
     NOUN_NONE,
     false,
     "by libpq to the database, as its role, instead of HTTP"},
	{"url", '\0', "URL", NOUN_TEXT, false, "where mcpd listens"},
	{"key-file",
     '\0',
     "FILE",
     NOUN_FILE,
     false,
     "the file of mode 0600 that the key is in"},
	{"env-file",
     'e',
     "FILE",
     NOUN_FILE,
     false,
     "settings, as mcpd reads them; .run/env after `make up`"},
	{"quiet", 'q', NULL, NOUN_NONE, false, "results and errors only"},
	{"help", 'h', NULL, NOUN_NONE, false, "what the command takes"},
	{"version", 'V', NULL, NOUN_NONE, false, "which version this is"},
	END,
};

static const CommandOption list_options[] = {
	{"query",
     '\0',
     "TEXT",
     NOUN_TEXT,
     false,
     "those that have it in name or description"},
	{"type", '\0', "TYPE", NOUN_TEXT, false, "MCPs of that type"},
	{"tag", '\0', "TAG", NOUN_TEXT, false, "MCPs with that tag"},
	{"status", '\0', "STATUS", NOUN_TEXT, false, "runs of that status"},
	{"workflow",
     '\0',
     "WORKFLOW",
     NOUN_WORKFLOW,
     false,
     "runs or schedules of that workflow"},
	{"limit",
     '\0',
     "N",
     NOUN_TEXT,
     false,
     "at most so many; 100 where it is not given"},
	END,
};

static const CommandOption run_start_options[] = {
	INPUTS,
	{"mcp",
     '\0',
     NULL,
     NOUN_NONE,
     false,
     "start one MCP instead of a workflow"},
	{"wait", 'w', NULL, NOUN_NONE, false, "wait for its end"},
	TIMEOUT,
	{"queue",
     '\0',
     "QUEUE",
     NOUN_TEXT,
     false,
     "the queue that its steps wait in"},
	{"priority", '\0', "N", NOUN_TEXT, false, "higher comes first"},
	{"delay", '\0', "SECONDS", NOUN_TEXT, false, "begin so much later"},
	{"at", '\0', "TIME", NOUN_TEXT, false, "begin then: ISO 8601 with a zone"},
	{"run-timeout",
     '\0',
     "SECONDS",
     NOUN_TEXT,
     false,
     "let it fail when it takes longer"},
	{"tag", '\0', "NAME=TEXT", NOUN_TEXT, true, "a tag of the run"},
	{"idempotency-key",
     '\0',
     "TEXT",
     NOUN_TEXT,
     false,
     "the same key starts the same run only once"},
	END,
};

static const CommandOption run_wait_options[] = {TIMEOUT, END};

const Command commands[] = {
	{"help",
     "[COMMAND]",
     0,
     2,
     {NOUN_TEXT, NOUN_TEXT},
     "list the commands, or say what one takes",
     "",
     "mcpctl help run start",
     false,
     false,
     verb_help,
     NULL},
	{"get",
     "KIND NAME",
     2,
     2,
     {NOUN_KIND, NOUN_TEXT},
     "show one MCP, workflow, run, schedule or queue",
     "",
     "mcpctl get workflow join",
     false,
     true,
     verb_get,
     NULL},
	{"list",
     "KIND",
     1,
     1,
     {NOUN_KIND, NOUN_NONE},
     "list what there is of a kind",
     "",
     "mcpctl list runs --status FAILED",
     false,
     true,
     verb_list,
     list_options},
	{"run start",
     "WORKFLOW",
     1,
     1,
     {NOUN_WORKFLOW, NOUN_NONE},
     "start a run, and print its id",
     "",
     "mcpctl run start join -i initial_message=Hello --wait",
     false,
     true,
     verb_run_start,
     run_start_options},
	{"run wait",
     "RUN",
     1,
     1,
     {NOUN_RUN, NOUN_NONE},
     "wait for the end of a run, and show it",
     "",
     "mcpctl run wait 01a20651-3332-75c5-b1cd-6221f3723b22 --timeout 5m",
     false,
     true,
     verb_run_wait,
     run_wait_options},
	{"doctor",
     "",
     0,
     0,
     {NOUN_NONE, NOUN_NONE},
     "look for what is wrong, and say what to do about it",
     "",
     "mcpctl doctor",
     false,
     true,
     verb_doctor,
     NULL},
	{NULL,
     NULL,
     0,
     0,
     {NOUN_NONE, NOUN_NONE},
     NULL,
     NULL,
     NULL,
     false,
     false,
     NULL,
     NULL},
};

int
command_words(const Command *command)
{
	int words = 1;

	for (const char *at = command->name; *at; at++)
		words += *at == ' ';
	return words;
}
