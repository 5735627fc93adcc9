/*
 * answer.c
 *		Takes the file that a script wrote as its answer out of its world.
 *
 * Whatever it is, it is opened without following or waiting, and looked at when
 * it is open: a link, a pipe, a device, a terabyte of nothing are refused.
 */
#include "answer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static void refuse(RunnerReport *report, const char *why);
static int copy(int from, int to, size_t size);

void
answer_take(const Task *task, int directory, RunnerReport *report)
{
	int fd = openat(directory,
	                task->answer_name,
	                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat found;

	if (fd < 0)
	{
		if (errno != ENOENT)
			refuse(report,
			       errno == ELOOP ? "could not be opened: it is a symbolic link"
			                      : "could not be opened");
		return;
	}
	if (fstat(fd, &found) < 0 || !S_ISREG(found.st_mode))
		refuse(report, "is no regular file");
	else if (found.st_size > (off_t) task->answer_limit)
	{
		char why[128];

		snprintf(why,
		         sizeof(why),
		         "has %lld bytes, more than the limit of %u",
		         (long long) found.st_size,
		         task->answer_limit);
		refuse(report, why);
	}
	else if (copy(fd, task->fds[RUNNER_FD_ANSWER], (size_t) found.st_size) < 0)
		refuse(report, "could not be read");
	else
		report->answer = RUNNER_ANSWER_TAKEN;
	close(fd);
}

static void
refuse(RunnerReport *report, const char *why)
{
	report->answer = RUNNER_ANSWER_REFUSED;
	snprintf(report->text, sizeof(report->text), "%s", why);
}

static int
copy(int from, int to, size_t size)
{
	while (size > 0)
	{
		ssize_t moved = sendfile(to, from, NULL, size);

		if (moved < 0 && errno == EINTR)
			continue;
		if (moved < 0)
			return -1;
		if (moved == 0)
			break;
		size -= (size_t) moved;
	}
	return 0;
}
