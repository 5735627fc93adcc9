/*
 * db_target.c
 *		Where the database is: from our settings to libpq's parameters.
 */
#include "db_target.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_HOST 255 /* RFC 1035 */

/* Those of ours beside those of the configuration, and the end. */
#define OWN_WORDS 8

typedef struct Words
{
	int count;
	const char *keywords[CONFIG_DATABASE_WORDS + OWN_WORDS];
	const char *values[CONFIG_DATABASE_WORDS + OWN_WORDS];
} Words;

static void add(Words *words, const char *keyword, const char *value);
static void join_addresses(const char *host, const ResolveAnswer *answer,
                           char *hosts, char *addresses);
static char *read_host(const Config *config);
static char *read_host_of_url(const char *url);
static void ignore_notice(void *context, const PGresult *notice);

char *
db_target_find_host(const Config *config)
{
	char *host = read_host(config);

	if (host && *host && *host != '/' && *host != '@' &&
	    strchr(host, ',') == NULL && strlen(host) <= LONGEST_HOST &&
	    !resolve_is_address(host))
		return host;
	free(host);
	return NULL;
}

PGconn *
db_target_connect(const Config *config, const char *host,
                  const ResolveAnswer *answer)
{
	Words words = {0};
	char hosts[RESOLVE_MAX_ADDRESSES * (LONGEST_HOST + 1)];
	char addresses[RESOLVE_MAX_ADDRESSES * RESOLVE_ADDRESS_SIZE];
	PGconn *connection;

	for (int i = 0; config->database_keywords[i]; i++)
		add(&words, config->database_keywords[i], config->database_values[i]);
	if (answer)
	{
		join_addresses(host, answer, hosts, addresses);
		add(&words, "host", hosts);
		add(&words, "hostaddr", addresses);
	}
	add(&words, "client_encoding", "UTF8");
	add(&words, "fallback_application_name", "mcpd");
	/* A peer that vanished without a word is noticed in time. */
	add(&words, "tcp_user_timeout", "15000");
	add(&words, "keepalives_idle", "15");
	connection = PQconnectStartParams(words.keywords, words.values, 1);
	if (connection == NULL)
		abort(); /* out of memory */
	PQsetNoticeReceiver(connection, ignore_notice, NULL);
	return connection;
}

static void
add(Words *words, const char *keyword, const char *value)
{
	words->keywords[words->count] = keyword;
	words->values[words->count++] = value;
}

/*
 * libpq wants the host's name once for each address.  The buffers are wide
 * enough for the longest of both.
 */
static void
join_addresses(const char *host, const ResolveAnswer *answer, char *hosts,
               char *addresses)
{
	for (int i = 0; i < answer->count; i++)
	{
		const char *comma = i > 0 ? "," : "";

		hosts += sprintf(hosts, "%s%s", comma, host);
		addresses += sprintf(addresses, "%s%s", comma, answer->addresses[i]);
	}
}

/* As libpq would find it; NULL where an address makes it needless. */
static char *
read_host(const Config *config)
{
	const char *url = NULL;

	if (getenv("PGHOSTADDR"))
		return NULL;
	for (int i = 0; config->database_keywords[i]; i++)
	{
		if (strcmp(config->database_keywords[i], "host") == 0)
			return memory_copy_text(config->database_values[i]);
		if (strcmp(config->database_keywords[i], "dbname") == 0)
			url = config->database_values[i];
	}
	if (url && strpbrk(url, "=:"))
		return read_host_of_url(url);
	return memory_copy_text(getenv("PGHOST"));
}

static char *
read_host_of_url(const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	const char *host = getenv("PGHOST");
	bool has_address = false;
	char *copy;

	for (PQconninfoOption *one = options; one && one->keyword; one++)
	{
		if (one->val == NULL)
			continue;
		if (strcmp(one->keyword, "host") == 0)
			host = one->val;
		if (strcmp(one->keyword, "hostaddr") == 0)
			has_address = true;
	}
	copy = has_address ? NULL : memory_copy_text(host);
	PQconninfoFree(options);
	return copy;
}

/* libpq would print it to stderr; what matters comes as an error. */
static void
ignore_notice(void *context, const PGresult *notice)
{
}
