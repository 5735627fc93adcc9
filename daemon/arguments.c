/*
 * arguments.c
 *		What the command line says, and what the program's exit code tells.
 */
#include "arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MCPD_VERSION "1.1"

void
arguments_read(int count, char **values, Arguments *arguments)
{
	static const struct option options[] = {
		{"drain-seconds", required_argument, NULL, 'd'},
		{"env-file", required_argument, NULL, 'e'},
		{"help", no_argument, NULL, 'h'},
		{"seal", required_argument, NULL, 's'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	static const char usage[] =
		"usage: mcpd [--env-file FILE] [--drain-seconds N] [--version]\n"
		"       mcpd [--env-file FILE] --seal NAME <VALUE";
	int option;

	while ((option = getopt_long(count, values, "", options, NULL)) != -1)
	{
		switch (option)
		{
			case 'd':
				/* One reader, and one text for what it cannot read. */
				setenv("MCP_DRAIN_TIMEOUT", optarg, 1);
				break;
			case 'e':
				arguments->env_file = optarg;
				break;
			case 's':
				arguments->secret = optarg;
				break;
			case 'h':
				puts(usage);
				exit(EXIT_FINE);
			case 'V':
				puts("mcpd " MCPD_VERSION);
				exit(EXIT_FINE);
			default:
				fprintf(stderr, "%s\n", usage);
				exit(EXIT_BAD_CONFIG);
		}
	}
	if (optind < count)
	{
		fprintf(stderr, "%s\n", usage);
		exit(EXIT_BAD_CONFIG);
	}
}
