/*
 * command_options.c
 *		The options of the commands.
 */
#include "command_options.h"

#include <stddef.h>

#define FLAG(name, letter, text)                   \
	{                                              \
		name, letter, NULL, NOUN_NONE, false, text \
	}
#define VALUE(name, letter, value, noun, text) \
	{                                          \
		name, letter, value, noun, false, text \
	}
#define VALUES(name, letter, value, noun, text) \
	{                                           \
		name, letter, value, noun, true, text   \
	}
#define END                                      \
	{                                            \
		NULL, '\0', NULL, NOUN_NONE, false, NULL \
	}

/* What a run is started with. */
#define INPUTS                                                      \
	VALUES("input",                                                 \
	       'i',                                                     \
	       "NAME=TEXT",                                             \
	       NOUN_TEXT,                                               \
	       "one input; NAME:=JSON for a number, a list and so on"), \
		VALUE("inputs",                                             \
	          '\0',                                                 \
	          "JSON",                                               \
	          NOUN_FILE,                                            \
	          "all inputs: an object of JSON, @FILE, or - for standard input")

const CommandOption command_options[] = {
	VALUE("output", 'o', "FORM", NOUN_FORM, "table, json, jsonl or name"),
	FLAG("direct", 'd',
         "by libpq to the database, as its role, instead of HTTP"),
	VALUE("url", '\0', "URL", NOUN_TEXT, "where mcpd listens"),
	VALUE("key-file", '\0', "FILE", NOUN_FILE,
          "the file of mode 0600 that the key is in"),
	VALUE("env-file", 'e', "FILE", NOUN_FILE,
          "settings, as mcpd reads them; .run/env after make up"),
	FLAG("quiet", 'q', "results and errors only"),
	FLAG("help", 'h', "what the command takes"),
	FLAG("version", 'V', "which version this is"),
	END,
};

const CommandOption help_options[] = {
	FLAG("json", '\0', "all commands, for programs"),
	FLAG("man", '\0', "the manual, for man"),
	FLAG("markdown", '\0', "the manual, as docs/mcpctl.md"),
	END,
};

const CommandOption list_options[] = {
	VALUE("query", '\0', "TEXT", NOUN_TEXT,
          "those that have it in their name or description"),
	VALUE("type", '\0', "TYPE", NOUN_TEXT, "MCPs of that type"),
	VALUE("tag", '\0', "TAG", NOUN_TEXT, "MCPs with that tag"),
	VALUE("status", '\0', "STATUS", NOUN_TEXT, "runs of that status"),
	VALUE("workflow", '\0', "WORKFLOW", NOUN_WORKFLOW,
          "runs or schedules of that workflow"),
	VALUE("limit", '\0', "N", NOUN_TEXT,
          "at most so many; 100 where it is not given"),
	END,
};

const CommandOption page_options[] = {
	VALUE("limit", '\0', "N", NOUN_TEXT,
          "at most so many; 100 where it is not given"),
	END,
};

const CommandOption schedules_options[] = {
	VALUE("workflow", '\0', "WORKFLOW", NOUN_WORKFLOW,
          "those of that workflow"),
	VALUE("limit", '\0', "N", NOUN_TEXT,
          "at most so many; 100 where it is not given"),
	END,
};

const CommandOption apply_options[] = {
	VALUES("file", 'f', "FILE", NOUN_FILE,
           "a file, a folder, or - for standard input; may be given again"),
	FLAG("dry-run", 'n',
         "say what would become of each document, and do nothing"),
	FLAG("yes", 'y', "ask nothing"),
	FLAG("bump", '\0',
         "where a version exists with another config, add the next patch"),
	VALUE("set", '\0', "NAME", NOUN_TEXT,
          "the set that the documents belong to"),
	FLAG("prune", '\0',
         "delete what belongs to the set and is among the documents no more"),
	END,
};

const CommandOption diff_options[] = {
	VALUES("file", 'f', "FILE", NOUN_FILE,
           "a file, a folder, or - for standard input; may be given again"),
	VALUE("set", '\0', "NAME", NOUN_TEXT,
          "the set that the documents belong to"),
	FLAG("prune", '\0', "show what --prune would delete too"),
	END,
};

const CommandOption validate_options[] = {
	VALUES("file", 'f', "FILE", NOUN_FILE,
           "a file, a folder, or - for standard input; may be given again"),
	END,
};

const CommandOption export_options[] = {
	VALUE("folder", '\0', "FOLDER", NOUN_FILE,
          "a file for each, by kind and slug, instead of standard output"),
	END,
};

const CommandOption graph_options[] = {
	VALUE("format", '\0', "FORMAT", NOUN_DRAWING,
          "ascii, dot (Graphviz) or mermaid"),
	END,
};

const CommandOption delete_options[] = {
	FLAG("force", '\0', "an MCP also while workflows use it"),
	END,
};

const CommandOption run_start_options[] = {
	INPUTS,
	FLAG("mcp", '\0', "start one MCP instead of a workflow"),
	FLAG("wait", 'w', "wait for its end, and show it"),
	VALUE("timeout", '\0', "TIME", NOUN_TEXT,
          "wait no longer than that: seconds, or a number with s, m, h or d"),
	VALUE("queue", '\0', "QUEUE", NOUN_TEXT,
          "the queue that its steps wait in"),
	VALUE("priority", '\0', "N", NOUN_TEXT, "higher comes first"),
	VALUE("delay", '\0', "SECONDS", NOUN_TEXT, "begin so much later"),
	VALUE("at", '\0', "TIME", NOUN_TEXT, "begin then: ISO 8601 with a zone"),
	VALUE("run-timeout", '\0', "SECONDS", NOUN_TEXT,
          "let it fail when it takes longer"),
	VALUES("tag", '\0', "NAME=TEXT", NOUN_TEXT, "a tag of the run"),
	VALUE("idempotency-key", '\0', "TEXT", NOUN_TEXT,
          "the same key starts the same run only once"),
	END,
};

const CommandOption run_wait_options[] = {
	VALUE("timeout", '\0', "TIME", NOUN_TEXT,
          "wait no longer than that: seconds, or a number with s, m, h or d"),
	END,
};

const CommandOption run_logs_options[] = {
	VALUE("step", '\0', "STEP", NOUN_TEXT, "of that step only"),
	FLAG("follow", '\0', "go on until the run is over"),
	VALUE("timeout", '\0', "TIME", NOUN_TEXT,
          "wait no longer than that: seconds, or a number with s, m, h or d"),
	END,
};

const CommandOption run_reason_options[] = {
	VALUE("reason", '\0', "TEXT", NOUN_TEXT, "why, for the history of the run"),
	END,
};

const CommandOption run_retry_options[] = {
	VALUE("from-step", '\0', "STEP", NOUN_TEXT,
          "do that step and what is behind it anew"),
	INPUTS,
	END,
};

const CommandOption run_signal_options[] = {
	VALUE("payload", '\0', "JSON", NOUN_FILE,
          "what the step that waits gets: JSON, @FILE or -"),
	END,
};

const CommandOption run_decide_options[] = {
	VALUE("comment", '\0', "TEXT", NOUN_TEXT,
          "a word about it, for the history of the run"),
	END,
};

const CommandOption schedule_create_options[] = {
	VALUE("cron", '\0', "EXPRESSION", NOUN_TEXT,
          "when: five fields, or @daily and so on"),
	VALUE("interval", '\0', "TIME", NOUN_TEXT,
          "how often: \"15 minutes\", PT1H"),
	VALUE("zone", '\0', "ZONE", NOUN_TEXT, "the time zone of --cron; UTC"),
	VALUE("overlap", '\0', "POLICY", NOUN_TEXT,
          "skip, queue, allow or cancel, while the last run is not over"),
	VALUE("catch-up", '\0', "POLICY", NOUN_TEXT,
          "none, one or all of the times that were missed"),
	INPUTS,
	END,
};

const CommandOption schedule_next_options[] = {
	VALUE("count", '\0', "N", NOUN_TEXT, "how many; 10"),
	VALUE("zone", '\0', "ZONE", NOUN_TEXT, "the time zone; UTC"),
	VALUE("after", '\0', "TIME", NOUN_TEXT, "behind that time; now"),
	END,
};

const CommandOption key_create_options[] = {
	VALUE("level", '\0', "LEVEL", NOUN_TEXT,
          "viewer, operator, developer or admin"),
	VALUE("role", '\0', "ROLE", NOUN_TEXT,
          "instead of a level: a role of the database"),
	VALUES("scope", '\0', "FUNCTION", NOUN_TEXT,
           "only that function of mcp, or a family like list_*"),
	VALUE("expires", '\0', "TIME", NOUN_TEXT,
          "until then: ISO 8601 with a zone"),
	VALUE("into", '\0', "FILE", NOUN_FILE,
          "write the key into a new file of mode 0600"),
	END,
};

const CommandOption top_options[] = {
	VALUE("interval", '\0', "SECONDS", NOUN_TEXT, "how often; 2"),
	FLAG("once", '\0', "show it once"),
	END,
};

const CommandOption api_options[] = {
	VALUE("data", '\0', "JSON", NOUN_FILE, "the body: JSON, @FILE or -"),
	END,
};
