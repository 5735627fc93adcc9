/*
 * version_watch.h
 *		Whether the versions of MCPs are still those that were looked at.
 *
 * All sessions are told of every change by the trigger forget_plans on
 * mcp.mcp_versions, in the way in which they are told of changed catalogs.
 */
#ifndef MCP_VERSION_WATCH_H
#define MCP_VERSION_WATCH_H

/* To be called before a look at the table that is to be remembered. */
extern void version_watch_begin(void);

/* How often this session was told of changes since it began to watch. */
extern uint64 version_watch_changes(void);

#endif
