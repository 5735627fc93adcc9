/*
 * resolve.c
 *		A host's name to its addresses, without blocking the loop.
 *
 * getaddrinfo runs in libuv's pool: it has no other way not to block.
 */
#include "resolve.h"

#include "loop.h"
#include "memory.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>

struct Resolve
{
	uv_getaddrinfo_t request; /* first: libuv gives it back as a Resolve */
	ResolveCallback callback; /* NULL: stopped */
	void *context;
	int problem; /* of asking at all */
};

static void answered(uv_getaddrinfo_t *request, int status, struct addrinfo *);
static void fail_later(void *context);
static void add_address(ResolveAnswer *answer, const struct addrinfo *found);

Resolve *
resolve_start(const char *host, ResolveCallback callback, void *context)
{
	static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	Resolve *resolve = memory_alloc(sizeof(*resolve));

	resolve->callback = callback;
	resolve->context = context;
	resolve->problem = uv_getaddrinfo(
		loop_uv(), &resolve->request, answered, host, NULL, &hints);
	if (resolve->problem != 0)
		loop_defer(fail_later, resolve);
	return resolve;
}

void
resolve_stop(Resolve *resolve)
{
	resolve->callback = NULL;
	/* It may run already; then its answer comes and is dropped. */
	uv_cancel((uv_req_t *) &resolve->request);
}

bool
resolve_is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 ||
	       inet_pton(AF_INET6, text, &address) == 1;
}

static void
answered(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
	Resolve *resolve = (Resolve *) request;
	ResolveAnswer answer = {.count = 0};

	for (const struct addrinfo *one = found; one; one = one->ai_next)
		add_address(&answer, one);
	uv_freeaddrinfo(found);
	if (answer.count == 0)
		error_set(&answer.error,
		          STATUS_UNAVAILABLE,
		          "cannot resolve the host's name: %s",
		          status < 0 ? uv_strerror(status) : "it has no address");
	if (resolve->callback)
		resolve->callback(resolve->context, &answer);
	free(resolve);
}

static void
fail_later(void *context)
{
	Resolve *resolve = context;

	answered(&resolve->request, resolve->problem, NULL);
}

static void
add_address(ResolveAnswer *answer, const struct addrinfo *found)
{
	if (answer->count == RESOLVE_MAX_ADDRESSES)
		return;
	if (getnameinfo(found->ai_addr,
	                found->ai_addrlen,
	                answer->addresses[answer->count],
	                RESOLVE_ADDRESS_SIZE,
	                NULL,
	                0,
	                NI_NUMERICHOST) == 0)
		answer->count++;
}
