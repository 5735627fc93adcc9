/*
 * secret_rights.c
 *		Secrets that a config names, and whether its writer may use them.
 *
 * Who writes a config decides where its secrets are sent, so it is the writer who
 * is asked here; whether the owner of the MCP still may is asked at each attempt.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "access.h"
#include "json_text.h"
#include "secret_rights.h"
#include "statement.h"

static Statement may_use = {
	"SELECT mcp._writer_may_use_secret($1, $2)", 2, {TEXTOID, TEXTOID}, NULL};

/* An object or array that the walk is in; made one by one, for paths point at it. */
typedef struct Frame
{
	struct Frame *parent;
	JsonPath path;
	JsonPath child; /* of the member that is at hand */
	bool is_array;
	bool is_single; /* an object of one member */
	int index;      /* of the next item */
} Frame;

static Frame *enter(Frame *parent, const JsonbValue *container);
static bool is_name(const Frame *frame, const JsonbValue *key);
static void
check(const JsonbValue *name, const JsonPath *path, ProblemList *problems);
static bool is_granted(const char *role, const char *name);

/* A loop and no recursion: a config may be nested as deep as jsonb goes. */
void
secret_rights_check(const JsonObject *config)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;
	Frame outside = {.child = config->path};
	Frame *frame = &outside;
	bool is_reference = false;

	if (config->container == NULL)
		return;
	iterator = JsonbIteratorInit(config->container);
	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
	{
		bool is_begin = token == WJB_BEGIN_ARRAY || token == WJB_BEGIN_OBJECT;

		if (frame->is_array && (is_begin || token == WJB_ELEM))
			frame->child = json_path_item(&frame->path, frame->index++);
		if (is_begin)
			frame = enter(frame, &value);
		else if (frame->parent != NULL &&
		         (token == WJB_END_ARRAY || token == WJB_END_OBJECT))
			frame = frame->parent;
		else if (token == WJB_VALUE && is_reference && value.type == jbvString)
			check(&value, &frame->path, config->problems);
		is_reference = token == WJB_KEY && is_name(frame, &value);
		if (token == WJB_KEY)
			frame->child = json_path_key(
				&frame->path, value.val.string.val, value.val.string.len);
	}
}

static Frame *
enter(Frame *parent, const JsonbValue *container)
{
	Frame *frame = palloc0_object(Frame);

	frame->parent = parent;
	frame->path = parent->child;
	frame->is_array = container->type == jbvArray;
	frame->is_single = !frame->is_array && container->val.object.nPairs == 1;
	return frame;
}

/* The key of an object that is nothing but {"secret": name}, and no whole config. */
static bool
is_name(const Frame *frame, const JsonbValue *key)
{
	return frame->parent != NULL && frame->parent->parent != NULL &&
	       frame->is_single && key->val.string.len == 6 &&
	       memcmp(key->val.string.val, "secret", 6) == 0;
}

static void
check(const JsonbValue *name, const JsonPath *path, ProblemList *problems)
{
	char *role = access_actor_name();
	char *secret = pnstrdup(name->val.string.val, (Size) name->val.string.len);

	if (problem_is_full(problems) || is_granted(role, secret))
		return;
	problem_add(problems,
	            PROBLEM_CONSTRAINT,
	            "secret_not_granted",
	            path,
	            "An admin can grant it: mcp.grant_secret(name, role).",
	            "role \"%s\" may not use secret %s",
	            role,
	            json_text_quote(secret, (int) strlen(secret)));
}

static bool
is_granted(const char *role, const char *name)
{
	Datum values[2] = {CStringGetTextDatum(role), CStringGetTextDatum(name)};
	bool is_null;
	bool granted;

	SPI_connect();
	(void) statement_run(&may_use, values, NULL);
	granted = DatumGetBool(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	SPI_finish();
	return granted;
}
