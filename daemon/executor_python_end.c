/*
 * executor_python_end.c
 *		How a child that is Python ended, kept beyond its report.
 */
#include "executor_python_end.h"

#include "executor_python_child.h"
#include "runner.h"
#include "runner_level.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void
executor_python_end_take(PythonEnd *end, const ExecutorTask *task,
                         const ChildReport *report)
{
	Arena *arena = task->arena;

	end->end = report->end;
	end->code = report->code;
	end->answer = report->answer;
	end->complaint = arena_copy_text(arena, report->complaint);
	end->memory = (uint64_t) task->settings->sandbox_memory << 20;
	/* The child's own is closed when its report is over. */
	if (report->answer == RUNNER_ANSWER_TAKEN)
		end->answer_file = fcntl(report->answer_file, F_DUPFD_CLOEXEC, 0);
	end->output = executor_python_child_text(report->output, arena);
	end->errors = executor_python_child_text(report->errors, arena);
	end->output_end = executor_python_child_end(report->output, arena);
	end->errors_end = executor_python_child_end(report->errors, arena);
	end->is_output_partial = end->output_end.length < report->output->total;
}

void
executor_python_end_close(const PythonEnd *end)
{
	if (end->answer == RUNNER_ANSWER_TAKEN)
		close(end->answer_file);
}

/* It is in memory, and its size was checked before it came there. */
ExecutorText
executor_python_end_read(const PythonEnd *end, Arena *arena)
{
	int fd = end->answer_file;
	ExecutorText text = {"", 0};
	struct stat found;
	char *bytes;

	if (fstat(fd, &found) < 0)
		return text;
	bytes = arena_alloc(arena, (size_t) found.st_size + 1);
	while (text.length < (size_t) found.st_size)
	{
		ssize_t got = pread(fd,
		                    bytes + text.length,
		                    (size_t) found.st_size - text.length,
		                    (off_t) text.length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		text.length += (size_t) got;
	}
	text.bytes = bytes;
	return text;
}

JsonView
executor_python_end_usage(Arena *arena)
{
	return json_view_trust(
		arena_print(arena,
	                "{\"sandbox\": \"%s\"}",
	                runner_level_name((RunnerLevel) runner_ready()->level)));
}
