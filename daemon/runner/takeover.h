/*
 * takeover.h
 *		Our main() in the place of python3's, in whose process we are.
 */
#ifndef RUNNER_TAKEOVER_H
#define RUNNER_TAKEOVER_H

/* What it calls instead, which is main.c's. */
extern int runner_main(int argc, char **argv);

#endif
