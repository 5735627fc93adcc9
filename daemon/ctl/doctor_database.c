/*
 * doctor_database.c
 *		What the database has, seen from here by libpq.
 */
#include "doctor.h"

#include "json_print.h"
#include "moment.h"

#include <string.h>

static bool judge_extension(Doctor *doctor, Link *link);
static void
judge_migrations(Doctor *doctor, const char *installed, const char *available);
static void judge_health(Doctor *doctor, Link *link);
static void judge_library(Doctor *doctor, JsonView health);
static void judge_waiting(Doctor *doctor, JsonView health);
static const char *text_of(Doctor *doctor, JsonView object, const char *name);

void
doctor_look_at_database(Doctor *doctor)
{
	Settings settings = doctor->context->settings;
	Link *link;

	if (!settings.has_database && !settings.is_direct)
	{
		doctor_find(doctor,
		            "extension",
		            DOCTOR_UNKNOWN,
		            "Say where the database is (DATABASE_URL, PGHOST, or "
		            "--env-file) to have its side looked at too.",
		            "the database was not asked");
		return;
	}
	settings.is_direct = true;
	link = link_open(&settings);
	if (judge_extension(doctor, link))
		judge_health(doctor, link);
	link_close(link);
}

static bool
judge_extension(Doctor *doctor, Link *link)
{
	Ask ask = {.operation = OPERATION_EXTENSION};
	double before = moment_now();
	const char *installed;
	const char *available;
	JsonView answer;
	Fault fault;
	double theirs;

	if (link_ask(link, doctor->context->arena, &ask, &answer, &fault) !=
	    STATUS_OK)
	{
		doctor_find(doctor,
		            "database",
		            DOCTOR_FAULT,
		            fault.error.hint,
		            "%s",
		            fault.error.message);
		return false;
	}
	doctor_find(doctor,
	            "database",
	            DOCTOR_OK,
	            NULL,
	            "database \"%s\", as role \"%s\"",
	            text_of(doctor, answer, "database"),
	            text_of(doctor, answer, "role"));
	if (moment_parse(text_of(doctor, answer, "now"), &theirs))
		doctor_compare_clock(
			doctor, "clock of the database", before, theirs, moment_now());
	installed = text_of(doctor, answer, "installed");
	available = text_of(doctor, answer, "available");
	if (*installed == '\0')
	{
		doctor_find(doctor,
		            "extension",
		            DOCTOR_FAULT,
		            *available
		                ? "In this database, as a superuser: CREATE EXTENSION "
		                  "mcp; is it the right database?"
		                : "Install its files first: make install on the "
		                  "server's machine; then CREATE EXTENSION mcp.",
		            "the extension mcp is not in database \"%s\"",
		            text_of(doctor, answer, "database"));
		return false;
	}
	judge_migrations(doctor, installed, available);
	return true;
}

static void
judge_migrations(Doctor *doctor, const char *installed, const char *available)
{
	if (*available && strcmp(installed, available) != 0)
		doctor_find(doctor,
		            "extension",
		            DOCTOR_FAULT,
		            strverscmp(installed, available) < 0
		                ? "In this database, as a superuser: ALTER EXTENSION "
		                  "mcp UPDATE; runs that live go on."
		                : "The files on the server's machine are older than "
		                  "what is in this database: make install of the "
		                  "version that it has, or a later one.",
		            "the extension is %s, and %s is installed on the server",
		            installed,
		            available);
	else
		doctor_find(doctor,
		            "extension",
		            DOCTOR_OK,
		            NULL,
		            "extension mcp %s",
		            installed);
}

static void
judge_health(Doctor *doctor, Link *link)
{
	Ask ask = {.operation = OPERATION_HEALTH};
	JsonView health;
	Fault fault;

	if (link_ask(link, doctor->context->arena, &ask, &health, &fault) !=
	    STATUS_OK)
	{
		doctor_find(doctor,
		            "rights",
		            fault.error.status == STATUS_DENIED ? DOCTOR_FAULT
		                                                : DOCTOR_UNKNOWN,
		            "As an admin: SELECT mcp.grant_role('ROLE', 'viewer'), "
		            "or 'operator', 'developer', 'admin'.",
		            "mcp.health() cannot be called: %s",
		            fault.error.message);
		return;
	}
	judge_library(doctor, health);
	judge_waiting(doctor, health);
	doctor_count_workers(doctor, json_view_find(health, "live_workers"));
}

static void
judge_library(Doctor *doctor, JsonView health)
{
	const char *library = text_of(doctor, health, "library_version");
	const char *script = text_of(doctor, health, "extension_version");

	if (strcmp(library, script) == 0)
		doctor_find(
			doctor, "library", DOCTOR_OK, NULL, "its library is %s", library);
	else
		doctor_find(doctor,
		            "library",
		            DOCTOR_FAULT,
		            strverscmp(library, script) > 0
		                ? "In this database, as a superuser: ALTER EXTENSION "
		                  "mcp UPDATE."
		                : "The library is the older one: make install on the "
		                  "server's machine, and start mcpd again, for who was "
		                  "connected before keeps the old one.",
		            "the library is %s, but the extension's script is %s",
		            library,
		            script);
}

/* A run that nobody began for a minute, whoever is alive. */
static void
judge_waiting(Doctor *doctor, JsonView health)
{
	double since;
	double waited;

	if (!moment_parse(text_of(doctor, health, "oldest_ready_at"), &since))
		return;
	waited = moment_now() - since;
	if (waited > 60)
		doctor_find(doctor,
		            "waiting",
		            DOCTOR_WARNING,
		            "Is there a worker for its queue? `mcpctl list queues`, "
		            "`mcpctl worker list`, and `mcpctl run why RUN` tell.",
		            "a run has waited %s for its first step",
		            moment_print_length(doctor->context->arena, waited));
}

static const char *
text_of(Doctor *doctor, JsonView object, const char *name)
{
	return json_print_cell(doctor->context->arena,
	                       json_view_find(object, name));
}
