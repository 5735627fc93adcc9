/*
 * api.h
 *		The HTTP face: a request finds its route, is let in, and is handled.
 *
 * Handlers own no facts and know no rules: they hand texts to one statement of
 * the database and its JSON, as it is, to the client.
 */
#ifndef MCPD_API_H
#define MCPD_API_H

#include "api_route.h"
#include "auth.h"
#include "cache.h"
#include "db.h"
#include "http.h"
#include "metrics.h"
#include "rate.h"
#include "redis.h"
#include "run_watch.h"
#include "seal.h"

typedef struct Api Api;
struct ApiWaits;  /* api_wait.h */
struct ApiClaims; /* api_tasks.h */
struct ApiFeeds;  /* api_feed.h */
struct Worker;    /* whom the api knows by one verb alone */

/* As worker_start_run() of the worker here. */
typedef bool (*ApiStartRun)(struct Worker *worker, const DbCaller *caller,
                            DbStatement starter, const char *const *values,
                            DbCallback callback, void *context);

/* What handlers reach the world by; all of it outlives the Api. */
typedef struct ApiWorld
{
	Db *db;
	Cache *cache;
	Rate *rate;
	RunWatch *run_watch;
	const Auth *auth;
	Metrics *metrics;
	const Redis *redis;       /* NULL: none is configured */
	const char *cors_origins; /* between commas, or "*"; NULL: none */
	bool requires_if_match;   /* of changes of definitions */
	const Seal *seal;
	struct Worker *worker; /* NULL: none is here */
	ApiStartRun start_run;
	double heartbeat; /* seconds that a stream is silent at most */
} ApiWorld;

/* One request under way; lies in the arena of its HTTP request. */
struct ApiRequest
{
	Api *api;
	const ApiWorld *world;
	struct ApiWaits *waits;
	struct ApiClaims *claims;
	struct ApiFeeds *feeds;
	HttpRequest *http;
	Arena *arena;
	const ApiRoute *route; /* NULL: none was found */
	AuthIdentity identity;
	int page_skip;   /* of a list, as asked for */
	int page_limit;  /* 0: no list */
	DbCaller caller; /* made of it; unused for the daemon itself */
	const char *parameters[API_MAX_PARAMETERS]; /* of the path */
};

/* db_send() in the role of whoever made the request. */
extern DbRequest *
api_send(ApiRequest *request, DbStatement statement, const char *const *values,
         DbCallback callback, void *context);

/*
 * The same, once for the request's Idempotency-Key where it has one: the answer is
 * kept, and the next time the statement fails with DB_ANSWERED_BEFORE.
 */
extern DbRequest *
api_send_once(ApiRequest *request, DbStatement statement,
              const char *const *values, DbCallback callback, void *context);

extern Api *api_create(const ApiWorld *world);

extern void api_destroy(Api *api);

/*
 * What waits for a run is answered with 202: the run goes on without us; what
 * waits for tasks with 503; streams end.
 */
extern void api_stop_waiting(Api *api);

/* What http_start() wants; its context is the Api. */
extern const HttpHandler api_handler;

/* All tables, in the order they are looked through; NULL ends them. */
extern const ApiRoute *const api_tables[];

/* The tables of routes, one for each noun. */
extern const ApiRoute api_apply_routes[];
extern const ApiRoute api_artifact_routes[];
extern const ApiRoute api_auth_routes[];
extern const ApiRoute api_context_routes[];
extern const ApiRoute api_docs_routes[];
extern const ApiRoute api_event_routes[];
extern const ApiRoute api_health_routes[];
extern const ApiRoute api_stats_routes[];
extern const ApiRoute api_queue_routes[];

extern const ApiRoute api_metrics_routes[];
extern const ApiRoute api_registry_routes[];
extern const ApiRoute api_rule_routes[];
extern const ApiRoute api_run_routes[];
extern const ApiRoute api_secret_routes[];
extern const ApiRoute api_run_control_routes[];
extern const ApiRoute api_schedule_routes[];
extern const ApiRoute api_session_routes[];
extern const ApiRoute api_task_routes[];
extern const ApiRoute api_workflow_routes[];

#endif
