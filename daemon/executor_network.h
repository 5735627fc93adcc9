/*
 * executor_network.h
 *		What a version says of the network, and the proxy that follows from it.
 */
#ifndef MCPD_EXECUTOR_NETWORK_H
#define MCPD_EXECUTOR_NETWORK_H

#include "executor.h"
#include "loop.h"
#include "proxy.h"

typedef struct ExecutorNetwork
{
	const ExecutorTask *task;
	LoopCallback go_on;
	void *context;
	Error *error; /* of the caller, who finds in it why there is none */
	DbRequest *asking;
	Proxy *proxy; /* NULL: the version wants none */
} ExecutorNetwork;

/*
 * All but asking and proxy are set.  Asks the database what is open and calls
 * go_on(context) once, later; returns false, and calls nobody, where the version
 * wants no network.
 */
extern bool executor_network_open(ExecutorNetwork *network);

/* While it is asked: go_on is called all the same, later. */
extern void executor_network_cancel(ExecutorNetwork *network);

/* Ends the connections of the task. */
extern void executor_network_close(ExecutorNetwork *network);

#endif
