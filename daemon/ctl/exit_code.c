/*
 * exit_code.c
 *		What the program's exit code tells a script, each with its words.
 */
#include "exit_code.h"

#include <stddef.h>

const ExitMeaning exit_meanings[] = {
	{EXIT_DONE, "it is done, and all is well"},
	{EXIT_OUTCOME,
     "it is done, and the outcome is bad: the run failed or was cancelled, "
     "doctor found a fault, diff a difference"},
	{EXIT_USAGE,
     "the command line or a setting makes no sense; nothing was "
     "asked"},
	{EXIT_NOT_FOUND, "there is nothing of that name"},
	{EXIT_REFUSED, "no credentials, wrong ones, or ones that may not do this"},
	{EXIT_CONFLICT,
     "it exists already, is in use, or its state does not allow "
     "it"},
	{EXIT_UNREACHABLE,
     "the daemon or the database does not answer, or lacks "
     "the extension"},
	{EXIT_RULE, "a document or a value breaks a rule, or is no JSON"},
	{EXIT_TIMEOUT, "the time of --timeout was over; a run goes on"},
	{EXIT_FAULT, "a fault of ours, or of the other side"},
	{EXIT_INTERRUPTED, "interrupted by Ctrl-C; a run goes on"},
	{EXIT_DONE, NULL},
};

ExitCode
exit_code_of(Status status)
{
	switch (status)
	{
		case STATUS_OK:
			return EXIT_DONE;
		case STATUS_INVALID:
		case STATUS_RULE:
			return EXIT_RULE;
		case STATUS_NOT_FOUND:
			return EXIT_NOT_FOUND;
		case STATUS_CONFLICT:
		case STATUS_LEASE_LOST:
			return EXIT_CONFLICT;
		case STATUS_STRANGER:
		case STATUS_DENIED:
			return EXIT_REFUSED;
		case STATUS_MISSING:
		case STATUS_UNAVAILABLE:
			return EXIT_UNREACHABLE;
		case STATUS_INTERNAL:
			break;
	}
	return EXIT_FAULT;
}
