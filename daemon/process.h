/*
 * process.h
 *		What this process asks of the system for itself.
 *
 * All of it is best effort: where the system says no, the daemon runs as it is.
 */
#ifndef MCPD_PROCESS_H
#define MCPD_PROCESS_H

/*
 * Before there is any secret: others may not read our memory, a client that went
 * away does not kill us, and random() draws other numbers than in other daemons.
 */
extern void process_shut_in(void);

/*
 * As many descriptors as we may have.  After the runner was started: what it
 * executes has no need of more.
 */
extern void process_raise_descriptors(void);

#endif
