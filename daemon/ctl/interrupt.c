/*
 * interrupt.c
 *		Ctrl-C, for what would rather say a word before it ends.
 */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t has_come;

static void note(int number);

void
interrupt_catch(void)
{
	struct sigaction action = {.sa_handler = note};

	action.sa_flags = (int) SA_RESETHAND;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool
interrupt_has_come(void)
{
	return has_come != 0;
}

void
interrupt_sleep(double seconds)
{
	struct timespec pause;

	if (seconds <= 0 || has_come)
		return;
	pause.tv_sec = (time_t) seconds;
	pause.tv_nsec = (long) ((seconds - (double) pause.tv_sec) * 1e9);
	nanosleep(&pause, NULL);
}

static void
note(int number)
{
	has_come = 1;
}
