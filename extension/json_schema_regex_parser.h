/*
 * json_schema_regex_parser.h
 *		A translation on its way: what has been read, what stands open.
 *
 * Shared by the files of json_schema_regex only.  Each parse function takes one
 * thing that it knows to stand next, writes what it means, and returns false
 * once the reader has a complaint.
 */
#ifndef MCP_JSON_SCHEMA_REGEX_PARSER_H
#define MCP_JSON_SCHEMA_REGEX_PARSER_H

#include "json_schema_regex_reader.h"

typedef enum AtomKind
{
	ATOM_NONE,      /* nothing stands here that could be repeated */
	ATOM_PLAIN,     /* a character, class or group */
	ATOM_CAPTURING, /* holds groups that number \1, \2 ... */
	ATOM_REPEATED   /* has its quantifier */
} AtomKind;

typedef struct Group
{
	int start; /* in the output */
	bool is_look_around;
	bool has_branches;
	int number;          /* 0: captures nothing */
	int captures_before; /* how many groups captured when this one opened */
} Group;

typedef struct GroupName
{
	const char *name;
	int length;
	int number;
} GroupName;

typedef struct RegexParser
{
	RegexReader reader;
	StringInfo out;
	Group *groups; /* open ones */
	int group_count;
	int group_room;
	int look_around_depth;
	int captures; /* groups numbered so far, as ECMA-262 does */
	bool *is_set; /* by number: has it taken part when we get here? */
	GroupName *names;
	int name_count;
	int name_room;
	bool has_references;
	AtomKind atom;
	int atom_start;
	int atom_captures_before;
} RegexParser;

/*
 * A first look for names, and for anything that refers to a group.  Without a
 * reference no group needs to capture, which spares PostgreSQL the slow half
 * of its matcher.
 */
extern bool regex_find_references(RegexParser *parser);

extern bool regex_open_group(RegexParser *parser);
extern bool regex_close_group(RegexParser *parser);
extern void regex_begin_branch(RegexParser *parser);

/* What follows \k, and what follows a backslash and is a number. */
extern bool regex_parse_named_reference(RegexParser *parser);
extern bool regex_put_reference(RegexParser *parser, int number);

/* Takes a quantifier if one stands next; *taken tells. */
extern bool regex_parse_quantifier(RegexParser *parser, bool *taken);

/* Groups numbered above that many may have been left out from here on. */
extern void regex_doubt_captures(RegexParser *parser, int captures_before);

/* What is written from here on is one thing that may be repeated. */
extern void regex_begin_atom(RegexParser *parser);

#endif
