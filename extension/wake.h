/*
 * wake.h
 *		Waking sleeping workers when the work of this transaction is there.
 *
 * Whether somebody sleeps is looked up as late as can be, in the commit itself:
 * a caller may start a run and go on for minutes before he commits, and workers
 * fall asleep meanwhile.  What remains is the instant between that look and the
 * commit; a worker that hears nothing looks again by itself (sleep_ms in the
 * answer to its turn).
 */
#ifndef MCP_WAKE_H
#define MCP_WAKE_H

/*
 * At the end of this transaction there will be work in the queue: the listeners
 * on channel mcp_work are to hear its name, if any worker sleeps.
 */
extern void wake_note_work(const char *queue);

/*
 * The work that was noted of the queue until now is taken by this transaction
 * itself.  In a subtransaction, which may be undone alone, that does not count.
 */
extern void wake_forget_work(const char *queue);

#endif
