/*
 * turn_commit.h
 *		Whether the commit of a turn waits for the disk.
 *
 * A result that was taken must never be lost: its worker forgets it.  A turn that
 * only handed out work promised nobody anything.  If the server crashes before it
 * is on disk, the steps are in the queue again, as they are when their worker is
 * lost; what was made of them meanwhile is refused, or taken if the same worker
 * was handed the same attempts again.  Any later commit that waits, that of their
 * results first of all, brings it to disk along with itself.
 */
#ifndef MCP_TURN_COMMIT_H
#define MCP_TURN_COMMIT_H

/*
 * To be called when all of a turn is written: this transaction need not wait,
 * unless something else was or will be written in it.  is_alone says that nothing
 * had been before the turn, turn_commit_is_alone() at its beginning.
 */
extern void turn_commit_relax(bool is_alone);

extern bool turn_commit_is_alone(void);

#endif
