/*
 * main.c
 *		Starts python3 with our library in it, which then is mcp-runner.
 *
 * The library lies beside this program, or where it was installed.  The loader
 * is told of it by a descriptor: in a list of paths a space would end the path.
 */
#include "runner/python_program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_OF(number) #number
#define PRELOAD_OF(number) "LD_PRELOAD=/proc/self/fd/" TEXT_OF(number)

static int open_library(void);

int
main(int argc, char **argv)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	static char language[] = "LANG=C.UTF-8";
	static char home[] = "HOME=/";
	static char preload[] = PRELOAD_OF(PYTHON_LIBRARY_FILENO);
	/* Each name is found once, not by each fork that comes to call it. */
	static char bind[] = "LD_BIND_NOW=1";
	static char *const environment[] = {
		path, language, home, preload, bind, NULL};
	int library = open_library();

	if (library < 0 || dup2(library, PYTHON_LIBRARY_FILENO) < 0)
	{
		fprintf(stderr,
		        "mcp-runner: could not open mcp-runner.so: %s\n",
		        strerror(errno));
		return EXIT_FAILURE;
	}
	if (library != PYTHON_LIBRARY_FILENO)
		close(library);
	execve(PYTHON_PROGRAM, argv, environment);
	fprintf(stderr,
	        "mcp-runner: could not start " PYTHON_PROGRAM ": %s\n",
	        strerror(errno));
	return EXIT_FAILURE;
}

static int
open_library(void)
{
	static const char *const places[] = {"", "../lib/mcp/"};
	char own[PATH_MAX];
	char path[2 * PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;
	int fd = -1;

	own[length > 0 ? length : 0] = '\0';
	slash = strrchr(own, '/');
	if (slash == NULL)
		return -1;
	slash[1] = '\0';
	for (size_t i = 0; fd < 0 && i < sizeof(places) / sizeof(places[0]); i++)
	{
		snprintf(path, sizeof(path), "%s%smcp-runner.so", own, places[i]);
		fd = open(path, O_RDONLY);
	}
	return fd;
}
