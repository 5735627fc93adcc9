/*
 * api_log.c
 *		A line of the log for each request that was answered.
 */
#include "api_log.h"

#include "log.h"

#define MICROSECOND 1000

static const char *name_caller(const ApiRequest *request);

void
api_log(const HttpRequest *http, const ApiRequest *request, int status,
        uint64_t nanoseconds)
{
	const ApiRoute *route = request ? request->route : NULL;
	const char *id = route ? request->parameters[0] : NULL;

	log_write(status < 500 ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING,
	          "answered",
	          LOG_FIELDS(log_text("request", http_request_id(http)),
	                     log_text("route", route ? route->pattern : ""),
	                     log_text("id", id),
	                     log_number("status", status),
	                     log_number("microseconds",
	                                (int64_t) (nanoseconds / MICROSECOND)),
	                     log_text("caller", name_caller(request))));
}

/* The prefix of a key finds its row, and opens nothing. */
static const char *
name_caller(const ApiRequest *request)
{
	const AuthIdentity *identity = request ? &request->identity : NULL;

	if (identity == NULL)
		return "";
	if (identity->kind == AUTH_KEY)
		return identity->prefix;
	return identity->kind == AUTH_ROLE ? identity->role : "";
}
