/*
 * executor_python_index.c
 *		The way of pip to its package index, and to nobody else.
 *
 * Whoever runs mcpd says where the index is, so that host is opened at that
 * port wherever it is, this machine included.  Without a word it is PyPI, which has
 * to be where everybody's is.
 */
#include "executor_python_index.h"

#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_HOSTS 32

/* What can be a host and a port; a pattern cannot. */
#define OF_PLACES \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]"

/* Wheels of some libraries have GiBs of their own. */
#define MOST_BYTES ((uint64_t) 16 << 30)

#define FILE_SIZE 65536

typedef struct Places
{
	Arena *arena;
	const char **hosts; /* to NULL */
	size_t count;
	const char *opened; /* elements of JSON, as mcp.allow_http_target() has */
} Places;

static bool has_proxy(void);
static const char *read_file(Arena *arena);
static void take_urls(Places *places, const char *text);
static void take_place(Places *places, const char *authority, int port);

Proxy *
executor_python_index_open(const ExecutorTask *task)
{
	static const char *const variables[] = {
		"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"};
	Arena *arena = task->arena;
	Places places = {.arena = arena, .opened = ""};
	const char *file;
	ProxyRules rules = {
		.limits = proxy_limits,
		.run_id = task->run_id,
		.step_id = task->step_id,
	};

	if (runner_ready()->level == RUNNER_BASIC || has_proxy())
		return NULL;
	places.hosts = arena_alloc(arena, (MOST_HOSTS + 3) * sizeof(char *));
	file = read_file(arena);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		take_urls(&places, getenv(variables[i]));
	take_urls(&places, file);
	if (getenv("PIP_INDEX_URL") == NULL && strstr(file, "index-url") == NULL)
	{
		places.hosts[places.count++] = "pypi.org:443";
		places.hosts[places.count++] = "files.pythonhosted.org:443";
	}
	rules.hosts = places.hosts;
	rules.egress = egress_create(
		json_view_trust(arena_print(arena, "[%s]", places.opened)), arena);
	rules.limits.bytes = MOST_BYTES;
	return proxy_create(&rules);
}

static bool
has_proxy(void)
{
	static const char *const names[] = {
		"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "PIP_PROXY"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		const char *value = getenv(names[i]);

		if (value && *value)
			return true;
	}
	return false;
}

/* pip's own settings, of which there need be none. */
static const char *
read_file(Arena *arena)
{
	FILE *file = fopen(PIP_SETTINGS_FILE, "re");
	char *text = arena_alloc(arena, FILE_SIZE);
	size_t length;

	if (file == NULL)
		return "";
	length = fread(text, 1, FILE_SIZE - 1, file);
	fclose(file);
	text[length] = '\0';
	return text;
}

/* Wherever they stand in it. */
static void
take_urls(Places *places, const char *text)
{
	const char *at = text;

	while (at && (at = strstr(at, "://")) != NULL)
	{
		bool is_plain = at - text >= 4 && memcmp(at - 4, "http", 4) == 0;
		bool is_secure = at - text >= 5 && memcmp(at - 5, "https", 5) == 0;
		size_t length = strcspn(at + 3, "/?# \t\r\n\"'");
		char *authority =
			arena_print(places->arena, "%.*s", (int) length, at + 3);
		const char *user = strrchr(authority, '@');

		if (is_plain || is_secure)
			take_place(
				places, user ? user + 1 : authority, is_plain ? 80 : 443);
		at += 3;
	}
}

static void
take_place(Places *places, const char *authority, int port)
{
	size_t length = strlen(authority);
	const char *colon = strrchr(authority, ':');
	const char *bracket = strrchr(authority, ']');
	bool is_six = *authority == '[' && bracket;

	if (places->count >= MOST_HOSTS || strspn(authority, OF_PLACES) != length)
		return;
	if (colon && (bracket == NULL || colon > bracket))
	{
		port = (int) strtol(colon + 1, NULL, 10);
		length = (size_t) (colon - authority);
	}
	if (length < 1 || port < 1 || port > 65535)
		return;
	places->hosts[places->count++] =
		arena_print(places->arena, "%.*s:%d", (int) length, authority, port);
	places->opened =
		arena_print(places->arena,
	                "%s%s{\"host\": \"%.*s\", \"port\": %d}",
	                places->opened,
	                *places->opened ? ", " : "",
	                (int) (is_six ? bracket - authority - 1 : (long) length),
	                authority + (is_six ? 1 : 0),
	                port);
}
