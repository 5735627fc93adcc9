/*
 * fetch_multi.c
 *		libcurl's transfers, driven by the loop.
 *
 * curl says which sockets to watch and when to come back; it is told what
 * happened and then asked what ended.  Names are resolved on threads of its
 * own, so nothing here blocks.
 */
#include "fetch_multi.h"

#include "log.h"
#include "loop.h"
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/queue.h>

/* Idle connections that are kept: to the few servers that models live on. */
#define CONNECTIONS_KEPT 16L

/* One that curl wants to be told of. */
typedef struct Socket
{
	Fetcher *fetcher;
	curl_socket_t fd;
	LoopWatch *watch;
} Socket;

typedef struct Transfer
{
	LIST_ENTRY(Transfer) link;
	CURL *handle;
	FetchMultiCallback callback;
	void *context;
} Transfer;

struct Fetcher
{
	CURLM *multi;
	LoopTimer *timer;
	LIST_HEAD(TransferList, Transfer) transfers;
};

static int watch_socket(CURL *handle, curl_socket_t fd, int what, void *context,
                        void *known);
static int set_timer(CURLM *multi, long milliseconds, void *context);
static void socket_is_ready(void *context, int events);
static void time_is_over(void *context);
static void tell_ended(Fetcher *fetcher);
static Transfer *find_transfer(const Fetcher *fetcher, const CURL *handle);

Fetcher *
fetcher_create(void)
{
	Fetcher *fetcher = memory_alloc(sizeof(*fetcher));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	fetcher->multi = curl_multi_init();
	if (fetcher->multi == NULL)
		abort();
	fetcher->timer = loop_timer_create(time_is_over, fetcher);
	LIST_INIT(&fetcher->transfers);
	curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
	curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
	curl_multi_setopt(fetcher->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_KEPT);
	return fetcher;
}

void
fetcher_destroy(Fetcher *fetcher)
{
	if (fetcher == NULL)
		return;
	curl_multi_cleanup(fetcher->multi);
	loop_timer_destroy(fetcher->timer);
	free(fetcher);
	curl_global_cleanup();
}

void
fetch_multi_add(Fetcher *fetcher, CURL *handle, FetchMultiCallback callback,
                void *context)
{
	Transfer *transfer = memory_alloc(sizeof(*transfer));

	transfer->handle = handle;
	transfer->callback = callback;
	transfer->context = context;
	LIST_INSERT_HEAD(&fetcher->transfers, transfer, link);
	curl_multi_add_handle(fetcher->multi, handle);
}

void
fetch_multi_remove(Fetcher *fetcher, CURL *handle)
{
	Transfer *transfer = find_transfer(fetcher, handle);

	curl_multi_remove_handle(fetcher->multi, handle);
	if (transfer == NULL)
		return;
	LIST_REMOVE(transfer, link);
	free(transfer);
}

/* curl's words for a socket, and what is known of it from the last time. */
static int
watch_socket(CURL *handle, curl_socket_t fd, int what, void *context,
             void *known)
{
	Fetcher *fetcher = context;
	Socket *watched = known;
	Error error;
	int events = 0;

	if (what == CURL_POLL_REMOVE)
	{
		if (watched)
			loop_watch_destroy(watched->watch);
		free(watched);
		curl_multi_assign(fetcher->multi, fd, NULL);
		return 0;
	}
	if (watched == NULL)
	{
		watched = memory_alloc(sizeof(*watched));
		watched->fetcher = fetcher;
		watched->fd = fd;
		if (loop_watch_create(
				fd, socket_is_ready, watched, &watched->watch, &error) !=
		    STATUS_OK)
		{
			log_failure("a socket of a request cannot be watched", &error);
			free(watched);
			return -1;
		}
		curl_multi_assign(fetcher->multi, fd, watched);
	}
	if (what & CURL_POLL_IN)
		events |= LOOP_READABLE;
	if (what & CURL_POLL_OUT)
		events |= LOOP_WRITABLE;
	loop_watch_set(watched->watch, events);
	return 0;
}

/* -1: there is nothing to come back for. */
static int
set_timer(CURLM *multi, long milliseconds, void *context)
{
	Fetcher *fetcher = context;

	if (milliseconds < 0)
		loop_timer_clear(fetcher->timer);
	else
		loop_timer_set(fetcher->timer, (uint64_t) milliseconds);
	return 0;
}

/* The watch may be gone after curl has been told. */
static void
socket_is_ready(void *context, int events)
{
	Socket *watched = context;
	Fetcher *fetcher = watched->fetcher;
	int what = 0;
	int running;

	if (events & LOOP_READABLE)
		what |= CURL_CSELECT_IN;
	if (events & LOOP_WRITABLE)
		what |= CURL_CSELECT_OUT;
	curl_multi_socket_action(fetcher->multi, watched->fd, what, &running);
	tell_ended(fetcher);
}

static void
time_is_over(void *context)
{
	Fetcher *fetcher = context;
	int running;

	curl_multi_socket_action(fetcher->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	tell_ended(fetcher);
}

static void
tell_ended(Fetcher *fetcher)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL)
	{
		CURLcode code = message->data.result;
		Transfer *transfer = find_transfer(fetcher, message->easy_handle);
		FetchMultiCallback callback;
		void *context;

		if (transfer == NULL)
			continue;
		callback = transfer->callback;
		context = transfer->context;
		fetch_multi_remove(fetcher, transfer->handle);
		callback(context, code);
	}
}

static Transfer *
find_transfer(const Fetcher *fetcher, const CURL *handle)
{
	Transfer *transfer;

	LIST_FOREACH(transfer, &fetcher->transfers, link)
	{
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what is freed has left. */
		if (transfer->handle == handle)
			return transfer;
	}
	return NULL;
}
