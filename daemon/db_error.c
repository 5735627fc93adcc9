/*
 * db_error.c
 *		What the server's errors mean to the daemon: one table.
 */
#include "db_error.h"

#include <string.h>

typedef struct Meaning
{
	const char *prefix; /* of the SQLSTATE; the first that fits counts */
	Status status;
} Meaning;

static const Meaning meanings[] = {
	{"MC001", STATUS_RULE},
	{"MC002", STATUS_RULE},
	{"MC003", STATUS_RULE},
	{"MC004", STATUS_RULE},
	{"MC010", STATUS_CONFLICT},
	{"MC011", STATUS_LEASE_LOST},
	{"MC012", STATUS_INVALID},
	{"MC013", STATUS_CONFLICT},
	{"MC014", STATUS_CONFLICT},
	{"MC020", STATUS_NOT_FOUND},
	{"MC021", STATUS_CONFLICT},
	{"MC022", STATUS_CONFLICT},
	{"23505", STATUS_CONFLICT},
	{"23503", STATUS_CONFLICT},
	/* Raised by mcp.enter_api_key: a session that is on is let in already. */
	{"28000", STATUS_STRANGER},
	{"42501", STATUS_DENIED},
	{"42704", STATUS_INVALID},
	/* The extension, or one of its functions, is not there. */
	{"3F000", STATUS_MISSING},
	{"42883", STATUS_MISSING},
	{"42P01", STATUS_MISSING},
	{"58P01", STATUS_MISSING},
	/* The text of a value: JSON that is none, too deep or too large. */
	{"22", STATUS_INVALID},
	{"54", STATUS_INVALID},
	/* Away, overloaded, read-only, or our statement was cut short. */
	{"08", STATUS_UNAVAILABLE},
	{"53", STATUS_UNAVAILABLE},
	{"57", STATUS_UNAVAILABLE},
	{"55P03", STATUS_UNAVAILABLE},
	{"25006", STATUS_UNAVAILABLE},
	{"40", STATUS_UNAVAILABLE},
	{"28", STATUS_UNAVAILABLE},
};

static void hide_server_text(Error *error, const PGresult *result);
static void
copy_field(char *field, unsigned long size, const PGresult *result, int code);

void
db_error_read(Error *error, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	/* libpq itself gives none when the connection breaks. */
	if (sqlstate == NULL)
		sqlstate = "08006";
	error_set(error,
	          db_error_status(sqlstate),
	          "%s",
	          message ? message : "connection to the database lost");
	error_copy_text(error->sqlstate, sizeof(error->sqlstate), sqlstate);
	copy_field(
		error->detail, sizeof(error->detail), result, PG_DIAG_MESSAGE_DETAIL);
	copy_field(error->hint, sizeof(error->hint), result, PG_DIAG_MESSAGE_HINT);
	if (error->status == STATUS_CONFLICT)
		hide_server_text(error, result);
	if (error->status == STATUS_RULE || error->status == STATUS_INVALID)
	{
		copy_field(
			error->rule, sizeof(error->rule), result, PG_DIAG_CONSTRAINT_NAME);
		copy_field(
			error->path, sizeof(error->path), result, PG_DIAG_COLUMN_NAME);
	}
}

Status
db_error_status(const char *sqlstate)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
	{
		const char *prefix = meanings[i].prefix;

		if (strncmp(sqlstate, prefix, strlen(prefix)) == 0)
			return meanings[i].status;
	}
	return STATUS_INTERNAL;
}

/*
 * A violation that PostgreSQL itself found, in a race that the extension's own
 * check could not see, names the table and the index: nothing for strangers.
 */
static void
hide_server_text(Error *error, const PGresult *result)
{
	if (PQresultErrorField(result, PG_DIAG_TABLE_NAME) == NULL)
		return;
	error_copy_text(error->message,
	                sizeof(error->message),
	                "something of this name exists already");
	error->detail[0] = '\0';
}

static void
copy_field(char *field, unsigned long size, const PGresult *result, int code)
{
	error_copy_text(field, size, PQresultErrorField(result, code));
}
