/*
 * executor_fetch.c
 *		What the end of a request to a server means for an attempt.
 */
#include "executor_fetch.h"

ExecutorFailure
executor_fetch_failure(FetchEnd end)
{
	switch (end)
	{
		case FETCH_ANSWERED:
			return EXECUTOR_SUCCESS;
		case FETCH_BAD_URL:
			return EXECUTOR_REFUSED;
		case FETCH_BLOCKED:
			return EXECUTOR_BLOCKED;
		case FETCH_TIMED_OUT:
			return EXECUTOR_TIMED_OUT;
		case FETCH_TOO_LARGE:
			return EXECUTOR_TOO_LARGE;
		case FETCH_UNWANTED:
			return EXECUTOR_BAD_OUTPUT;
		case FETCH_NOT_FOUND:
		case FETCH_BROKEN:
			break;
	}
	return EXECUTOR_CONNECT;
}

double
executor_fetch_retry_after(const FetchAnswer *answer)
{
	switch (answer->status)
	{
		case 429:
		case 503:
		case 529:
			return answer->retry_after;
		default:
			return 0;
	}
}
