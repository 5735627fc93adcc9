/*
 * api_listener.h
 *		One who listens to runs: a stream of server-sent events, and its manners.
 *
 * He hears of the kinds he asked for, a comment where there is nothing to hear
 * for long, and why it is over.  Whoever reads too slowly is dropped, and so is
 * one whose token has ended; he may come again and go on where he was.
 */
#ifndef MCPD_API_LISTENER_H
#define MCPD_API_LISTENER_H

#include "api.h"

typedef struct ApiListener ApiListener;

/* More than the id of any event, and the NUL. */
#define API_EVENT_ID 80

/*
 * Answers the request with a stream.  gone(context) is called, once, when it has
 * ended: the listener is gone after that call.  Never from inside this.
 */
extern ApiListener *
api_listener_open(ApiRequest *request, LoopCallback gone, void *context);

/* One event, in JSON. False: he is gone. */
extern bool api_listener_tell(ApiListener *listener, const char *id,
                              const char *kind, const char *event);

/* To be called now and then. False: he is gone. */
extern bool api_listener_look(ApiListener *listener);

/* The last event, "end" with data in JSON; he is gone. */
extern void api_listener_end(ApiListener *listener, const char *data);

/* The last event, "error" with the problem; he is gone. */
extern void api_listener_fail(ApiListener *listener, const Error *error);

/* The stream ends without a word, as when the line breaks; he is gone. */
extern void api_listener_close(ApiListener *listener);

#endif
