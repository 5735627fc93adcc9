/*
 * api_limit.c
 *		Limits of rate: who asks too often is answered 429, and told when to come.
 */
#include "api_limit.h"

#include "base64url.h"
#include "problem.h"

#include <openssl/evp.h>
#include <string.h>

#define LONGEST_NAME 64 /* of a key's bucket; longer ones are shortened */
#define DIGEST 32

static bool is_free(const ApiRequest *request);
static const char *name_of_key(ApiRequest *request);
static const char *name_of_address(ApiRequest *request);
static void decided(void *context, const RateVerdict *verdict);
static void tell(ApiRequest *request, const RateVerdict *verdict);
static void refuse(ApiRequest *request, const RateVerdict *verdict);

void
api_limit_handle(ApiRequest *request)
{
	Rate *rate = request->world->rate;
	RateQuestion *question;

	if (!rate_is_on(rate) || is_free(request))
	{
		request->route->handler(request);
		return;
	}
	question = arena_alloc(request->arena, sizeof(*question));
	question->arena = request->arena;
	question->address = name_of_address(request);
	if (request->route->access == API_KNOWN)
		question->key = name_of_key(request);
	question->callback = decided;
	question->context = request;
	rate_set_space(rate, cache_identity(request->world->cache));
	rate_ask(rate, question);
}

bool
api_limit_stranger(ApiRequest *request)
{
	RateVerdict verdict;

	if (!rate_is_on(request->world->rate))
		return true;
	verdict =
		rate_take_stranger(request->world->rate, name_of_address(request));
	if (!verdict.is_allowed)
		refuse(request, &verdict);
	return verdict.is_allowed;
}

static bool
is_free(const ApiRequest *request)
{
	static const char *const patterns[] = {
		"health", "ready", "live", "metrics"};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
	{
		if (strcmp(request->route->pattern, patterns[i]) == 0)
			return true;
	}
	return false;
}

static const char *
name_of_key(ApiRequest *request)
{
	const AuthIdentity *identity = &request->identity;
	Arena *arena = request->arena;
	const char *name = "key:bootstrap";
	unsigned char digest[DIGEST];

	if (identity->kind == AUTH_KEY)
		name = arena_print(arena, "key:%s", identity->prefix);
	else if (identity->kind == AUTH_ROLE)
		name = arena_print(arena,
		                   "token:%s:%s",
		                   identity->role ? identity->role : "",
		                   identity->subject ? identity->subject : "");
	if (strlen(name) <= LONGEST_NAME)
		return name;
	EVP_Digest(name, strlen(name), digest, NULL, EVP_sha256(), NULL);
	return arena_print(
		arena, "token:%s", base64url_print(arena, digest, sizeof(digest)));
}

static const char *
name_of_address(ApiRequest *request)
{
	const char *address = http_client_address(request->http);

	return address ? arena_print(request->arena, "address:%s", address) : NULL;
}

static void
decided(void *context, const RateVerdict *verdict)
{
	ApiRequest *request = context;

	if (!verdict->is_allowed)
	{
		refuse(request, verdict);
		return;
	}
	if (verdict->limit > 0)
		tell(request, verdict);
	request->route->handler(request);
}

/* As draft-ietf-httpapi-ratelimit-headers-06, which most clients know. */
static void
tell(ApiRequest *request, const RateVerdict *verdict)
{
	const struct
	{
		const char *name;
		long value;
	} headers[] = {
		{"RateLimit-Limit", verdict->limit},
		{"RateLimit-Remaining", verdict->remaining},
		{"RateLimit-Reset", verdict->reset},
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		http_add_header(request->http,
		                headers[i].name,
		                arena_print(request->arena, "%ld", headers[i].value));
	http_add_header(
		request->http,
		"RateLimit-Policy",
		arena_print(
			request->arena, "%ld;w=%ld", verdict->limit, verdict->period));
}

static void
refuse(ApiRequest *request, const RateVerdict *verdict)
{
	tell(request, verdict);
	http_add_header(request->http,
	                "Retry-After",
	                arena_print(request->arena, "%ld", verdict->retry));
	problem_answer_code(request->http,
	                    429,
	                    "too many requests; Retry-After says when to come "
	                    "again");
}
