/*
 * doctor_daemon.c
 *		What the daemon says of itself, and whether it lets us in.
 */
#include "doctor.h"

#include "json_print.h"
#include "moment.h"

#include <curl/curl.h>
#include <string.h>

static bool ask_health(Doctor *doctor, Link *link, JsonView *health);
static void judge_database(Doctor *doctor, JsonView health);
static void judge_redis(Doctor *doctor, JsonView health);
static void judge_sandbox(Doctor *doctor, JsonView health);
static void judge_key(Doctor *doctor, Link *link);
static void judge_refusal(Doctor *doctor, const Error *error);
static const char *text_of(Doctor *doctor, JsonView object, const char *name);

void
doctor_look_at_daemon(Doctor *doctor)
{
	Settings settings = doctor->context->settings;
	JsonView health;
	Link *link;

	settings.is_direct = false;
	link = link_open(&settings);
	if (ask_health(doctor, link, &health))
	{
		judge_database(doctor, health);
		judge_redis(doctor, health);
		judge_sandbox(doctor, health);
		judge_key(doctor, link);
	}
	link_close(link);
}

static bool
ask_health(Doctor *doctor, Link *link, JsonView *health)
{
	Arena *arena = doctor->context->arena;
	const char *url = doctor->context->settings.url;
	double before = moment_now();
	RawRequest request = {.method = "GET", .path = "/health"};
	RawAnswer answer;
	Error error = {.status = STATUS_OK};
	size_t where;

	if (link_request(link, arena, &request, &answer, &error) != STATUS_OK)
	{
		doctor_find(doctor,
		            "daemon",
		            DOCTOR_FAULT,
		            "Start mcpd (systemctl start mcpd, or make up in a "
		            "checkout), or say in MCPCTL_URL where it listens.",
		            "nothing answers at %s: %s",
		            url,
		            error.message);
		return false;
	}
	if (json_view_check(answer.body, answer.length, health, &where) != NULL ||
	    answer.code != 200 || *text_of(doctor, *health, "database") == '\0')
	{
		doctor_find(doctor,
		            "daemon",
		            DOCTOR_FAULT,
		            "Say in MCPCTL_URL where mcpd listens; a proxy between "
		            "must let /health through.",
		            "what answers at %s is not mcpd: %d to /health",
		            url,
		            answer.code);
		return false;
	}
	doctor_find(doctor, "daemon", DOCTOR_OK, NULL, "mcpd answers at %s", url);
	if (answer.date)
		doctor_compare_clock(doctor,
		                     "clock of the daemon",
		                     before,
		                     (double) curl_getdate(answer.date, NULL),
		                     moment_now());
	return true;
}

static void
judge_database(Doctor *doctor, JsonView health)
{
	static const struct
	{
		const char *word;
		const char *remedy;
	} troubles[] = {
		{"extension",
	     "In the daemon's database, as a superuser: CREATE EXTENSION mcp, or "
	     "ALTER EXTENSION mcp UPDATE where it is there."},
		{"privileges",
	     "As a superuser: SELECT mcp.grant_role('mcpd', 'admin'), "
	     "mcp.grant_role('mcpd', 'worker') for the role that mcpd logs in as."},
		{"",
	     "Look at the log of mcpd, and at DATABASE_URL or POSTGRES_HOST among "
	     "its settings: is PostgreSQL running there?"},
	};
	const char *text = text_of(doctor, health, "database");
	int i = 0;

	if (strcmp(text, "ok") == 0)
	{
		doctor_find(doctor,
		            "daemon's database",
		            DOCTOR_OK,
		            NULL,
		            "the daemon reaches its database");
		return;
	}
	while (strstr(text, troubles[i].word) == NULL)
		i++;
	doctor_find(doctor,
	            "daemon's database",
	            DOCTOR_FAULT,
	            troubles[i].remedy,
	            "the daemon cannot use its database: %s",
	            text);
}

static void
judge_redis(Doctor *doctor, JsonView health)
{
	const char *text = text_of(doctor, health, "redis");

	if (strcmp(text, "ok") == 0)
		doctor_find(doctor, "redis", DOCTOR_OK, NULL, "Redis answers");
	else if (strcmp(text, "off") == 0)
		doctor_find(doctor,
		            "redis",
		            DOCTOR_OK,
		            NULL,
		            "no Redis is set up; none is needed");
	else
		doctor_find(doctor,
		            "redis",
		            DOCTOR_WARNING,
		            "Start Redis, or correct REDIS_URL or REDIS_HOST among the "
		            "settings of mcpd; until then answers are right but "
		            "slower.",
		            "Redis does not answer: %s",
		            text);
}

static void
judge_sandbox(Doctor *doctor, JsonView health)
{
	const char *level = text_of(doctor, health, "sandbox");
	const char *missing = text_of(doctor, health, "sandbox_missing");
	const char *between = *missing ? ": " : "";

	if (strcmp(level, "standard") == 0 || strcmp(level, "strict") == 0)
		doctor_find(doctor,
		            "sandbox",
		            DOCTOR_OK,
		            NULL,
		            "scripts run in the sandbox \"%s\"",
		            level);
	else if (strcmp(level, "basic") == 0)
		doctor_find(doctor,
		            "sandbox",
		            DOCTOR_WARNING,
		            "`mcp-runner --check standard` on the daemon's machine "
		            "says which layer is missing and how to get it.",
		            "scripts run in the sandbox \"basic\", without namespaces"
		            "%s%s",
		            between,
		            missing);
	else
		doctor_find(doctor,
		            "sandbox",
		            DOCTOR_FAULT,
		            "`mcp-runner --check` on the daemon's machine says which "
		            "layer is missing; MCP_SANDBOX=basic does with less.",
		            "there is no sandbox, so scripts are refused%s%s",
		            between,
		            missing);
}

/* A question that every level may ask, and that needs a credential. */
static void
judge_key(Doctor *doctor, Link *link)
{
	Ask ask = {.operation = OPERATION_STATS};
	const Settings *settings = &doctor->context->settings;
	double before = moment_now();
	JsonView stats;
	Fault fault;
	double theirs;

	if (settings->key == NULL)
	{
		doctor_find(doctor,
		            "key",
		            DOCTOR_FAULT,
		            "Put one into MCPCTL_API_KEY, or into "
		            "~/.config/mcpctl/key with mode 0600; `mcpctl --direct key "
		            "create` makes one.",
		            "no key is given");
		return;
	}
	if (link_ask(link, doctor->context->arena, &ask, &stats, &fault) !=
	    STATUS_OK)
	{
		judge_refusal(doctor, &fault.error);
		return;
	}
	doctor_find(doctor,
	            "key",
	            DOCTOR_OK,
	            NULL,
	            "the key of %s is let in",
	            settings->key_source);
	if (moment_parse(text_of(doctor, stats, "timestamp"), &theirs))
		doctor_compare_clock(
			doctor, "clock of the database", before, theirs, moment_now());
	doctor_count_workers(doctor, json_view_find(stats, "live_workers"));
}

static void
judge_refusal(Doctor *doctor, const Error *error)
{
	const char *source = doctor->context->settings.key_source;

	if (error->status == STATUS_STRANGER)
		doctor_find(doctor,
		            "key",
		            DOCTOR_FAULT,
		            "Is it a key of this database, not expired and not "
		            "revoked? `mcpctl --direct key list` shows them; the "
		            "bootstrap key is MCP_API_KEY of mcpd.",
		            "the key of %s is not let in: %s",
		            source,
		            error->message);
	else if (error->status == STATUS_DENIED)
		doctor_find(doctor,
		            "key",
		            DOCTOR_WARNING,
		            "Its level or its scopes leave out mcp.stats; whether "
		            "workers are alive was not looked at.",
		            "the key of %s is let in, but may not read much",
		            source);
	else
		doctor_find(doctor,
		            "key",
		            DOCTOR_UNKNOWN,
		            "Put right what is wrong with the database first.",
		            "the key of %s cannot be tried: %s",
		            source,
		            error->message);
}

static const char *
text_of(Doctor *doctor, JsonView object, const char *name)
{
	return json_print_cell(doctor->context->arena,
	                       json_view_find(object, name));
}
