/*
 * turn_commit.c
 *		Whether the commit of a turn waits for the disk.
 *
 * It is what synchronous_commit = off does, for one transaction, and decided as
 * late as can be: a caller who goes on to write in the same transaction must get
 * the commit that he asked for.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "turn_commit.h"

/* How far the log was when the turn had written; invalid: no turn asked. */
static XLogRecPtr end_of_turn = InvalidXLogRecPtr;

/* What the setting was, while it is another. */
static int kept = -1;

static void at_transaction_end(XactEvent event, void *argument);

void
turn_commit_relax(bool is_alone)
{
	static bool is_registered = false;

	if (!is_registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		is_registered = true;
	}
	if (is_alone)
		end_of_turn = XactLastRecEnd;
}

bool
turn_commit_is_alone(void)
{
	return XLogRecPtrIsInvalid(XactLastRecEnd);
}

/* Whatever the end, the setting is again what it was. */
static void
at_transaction_end(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_PRE_COMMIT)
	{
		if (!XLogRecPtrIsInvalid(end_of_turn) && end_of_turn == XactLastRecEnd)
		{
			kept = synchronous_commit;
			synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
		}
		return;
	}
	if (kept >= 0)
		synchronous_commit = kept;
	kept = -1;
	end_of_turn = InvalidXLogRecPtr;
}
