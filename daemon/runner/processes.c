/*
 * processes.c
 *		The processes of a task: how much memory they hold, and their end.
 */
#include "processes.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_PROCESSES 4096

typedef struct Process
{
	pid_t pid;
	pid_t parent;
	bool is_ours;
} Process;

typedef struct List
{
	Process all[MOST_PROCESSES];
	int count;
} List;

/* There is one task in a process, and it looks at one list at a time. */
static List list;

static void find(const Processes *processes);
static void mark_ours(const Processes *processes);
static bool is_child_of_ours(const Process *process);
static pid_t read_parent(int proc, pid_t pid);
static uint64_t read_memory(int proc, pid_t pid);
static bool
read_file(int proc, pid_t pid, const char *name, char *text, size_t size);
static uint64_t find_kilobytes(const char *text, const char *name);

uint64_t
processes_memory(const Processes *processes)
{
	uint64_t sum = 0;

	find(processes);
	for (int i = 0; i < list.count; i++)
	{
		if (list.all[i].is_ours)
			sum += read_memory(processes->proc, list.all[i].pid);
	}
	return sum;
}

bool
processes_signal(const Processes *processes, int signal_number)
{
	bool is_any = false;

	/* All that we can see, which is what makes it a cage. */
	if (processes->is_caged)
		return kill(-1, signal_number) == 0;
	find(processes);
	for (int i = 0; i < list.count; i++)
	{
		if (list.all[i].is_ours && kill(list.all[i].pid, signal_number) == 0)
			is_any = true;
	}
	return is_any;
}

static void
find(const Processes *processes)
{
	int fd = processes->proc < 0
	             ? -1
	             : openat(processes->proc, ".", O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	list.count = 0;
	if (stream == NULL)
		return;
	while (list.count < MOST_PROCESSES && (entry = readdir(stream)) != NULL)
	{
		Process *process = &list.all[list.count];

		if (!isdigit((unsigned char) entry->d_name[0]))
			continue;
		process->pid = (pid_t) strtol(entry->d_name, NULL, 10);
		process->parent = processes->is_caged
		                      ? 0
		                      : read_parent(processes->proc, process->pid);
		process->is_ours = processes->is_caged && process->pid != 1;
		list.count++;
	}
	closedir(stream);
	if (!processes->is_caged)
		mark_ours(processes);
}

/* Generation by generation, until there is none more. */
static void
mark_ours(const Processes *processes)
{
	bool is_more = true;

	while (is_more)
	{
		is_more = false;
		for (int i = 0; i < list.count; i++)
		{
			Process *process = &list.all[i];

			if (process->is_ours || !is_child_of_ours(process))
				continue;
			process->is_ours = true;
			is_more = true;
		}
	}
}

static bool
is_child_of_ours(const Process *process)
{
	if (process->parent == getpid())
		return true;
	for (int i = 0; i < list.count; i++)
	{
		if (list.all[i].pid == process->parent)
			return list.all[i].is_ours;
	}
	return false;
}

/* The name may hold anything, so what comes after its last bracket counts. */
static pid_t
read_parent(int proc, pid_t pid)
{
	char text[1024];
	const char *bracket;

	if (!read_file(proc, pid, "stat", text, sizeof(text)))
		return 0;
	bracket = strrchr(text, ')');
	return bracket && strlen(bracket) > 4
	           ? (pid_t) strtol(bracket + 4, NULL, 10)
	           : 0;
}

static uint64_t
read_memory(int proc, pid_t pid)
{
	char text[4096];

	if (!read_file(proc, pid, "status", text, sizeof(text)))
		return 0;
	return (find_kilobytes(text, "\nRssAnon:") +
	        find_kilobytes(text, "\nRssShmem:")) *
	       1024;
}

static bool
read_file(int proc, pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, text, size - 1);
	close(fd);
	if (length < 0)
		return false;
	text[length] = '\0';
	return true;
}

static uint64_t
find_kilobytes(const char *text, const char *name)
{
	const char *found = strstr(text, name);

	return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}
