/*
 * api_tasks.h
 *		/tasks: work for workers that are programs of anybody's.
 */
#ifndef MCPD_API_TASKS_H
#define MCPD_API_TASKS_H

/* What those who wait for tasks watch in RunWatch: no run has such an id. */
#define API_TASKS_WORK "work"

/* The claims that are under way. */
typedef struct ApiClaims ApiClaims;

extern ApiClaims *api_claims_create(void);

extern void api_claims_destroy(ApiClaims *claims);

/* Answers them: nothing is handed out here any more. */
extern void api_claims_end(ApiClaims *claims);

#endif
