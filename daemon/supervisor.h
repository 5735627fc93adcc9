/*
 * supervisor.h
 *		Word to whoever started us: the protocol of sd_notify(3).
 *
 * Where NOTIFY_SOCKET names no socket nobody wants to know, and nothing is said.
 */
#ifndef MCPD_SUPERVISOR_H
#define MCPD_SUPERVISOR_H

/* state: "READY=1", "STOPPING=1". */
extern void supervisor_tell(const char *state);

#endif
