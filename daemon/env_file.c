/*
 * env_file.c
 *		The settings in a `.env` file: NAME=value, one to a line.
 */
#include "env_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Nobody writes more settings than that; whoever does names a wrong file. */
#define LARGEST_FILE ((size_t) 1024 * 1024)

typedef struct EnvSetting
{
	struct EnvSetting *next;
	const char *name;
	const char *value;
} EnvSetting;

struct EnvFile
{
	EnvSetting *first;
	EnvSetting **end;
};

typedef struct Reader
{
	Arena *arena;
	const char *at;
	int line;
} Reader;

static const char *read_setting(Reader *reader, EnvFile *file);
static const char *read_name(Reader *reader);
static const char *read_bare(Reader *reader);
static const char *read_quoted(Reader *reader);
static char unescape(char quote, const char **at);
static void skip_blanks(Reader *reader);
static bool skip_line_end(Reader *reader);

Status
env_file_read(Arena *arena, const char *path, EnvFile **file, Error *error)
{
	char *text = arena_alloc(arena, LARGEST_FILE + 1);
	FILE *stream = fopen(path, "re");
	size_t length;
	int problem;

	if (stream == NULL)
		return error_set(error,
		                 errno == ENOENT ? STATUS_NOT_FOUND : STATUS_INVALID,
		                 "cannot open \"%s\": %s",
		                 path,
		                 strerror(errno));
	length = fread(text, 1, LARGEST_FILE + 1, stream);
	problem = ferror(stream) ? errno : 0;
	fclose(stream);
	if (problem)
		return error_set(error,
		                 STATUS_INVALID,
		                 "cannot read \"%s\": %s",
		                 path,
		                 strerror(problem));
	if (length > LARGEST_FILE)
		return error_set(error,
		                 STATUS_INVALID,
		                 "\"%s\" is larger than %zu bytes",
		                 path,
		                 LARGEST_FILE);
	if (memchr(text, '\0', length))
		return error_set(
			error, STATUS_INVALID, "\"%s\" has a byte of zero", path);
	return env_file_parse(arena, path, text, file, error);
}

Status
env_file_parse(Arena *arena, const char *path, const char *text, EnvFile **file,
               Error *error)
{
	EnvFile *parsed = arena_alloc(arena, sizeof(*parsed));
	Reader reader = {.arena = arena, .at = text, .line = 1};

	parsed->end = &parsed->first;
	if (strncmp(reader.at, "\xEF\xBB\xBF", 3) == 0)
		reader.at += 3;
	while (*reader.at)
	{
		int line = reader.line;
		const char *problem = read_setting(&reader, parsed);

		if (problem)
			return error_set(error,
			                 STATUS_INVALID,
			                 "\"%s\" line %d: %s",
			                 path,
			                 line,
			                 problem);
	}
	*file = parsed;
	return STATUS_OK;
}

const char *
env_file_find(const EnvFile *file, const char *name)
{
	const char *found = NULL;

	for (const EnvSetting *one = file->first; one; one = one->next)
	{
		if (strcmp(one->name, name) == 0)
			found = one->value;
	}
	return found;
}

const char *
env_file_name(const EnvFile *file, int index)
{
	const EnvSetting *one = file->first;

	while (one && index-- > 0)
		one = one->next;
	return one ? one->name : NULL;
}

/* Takes one line, or more where a quote runs on.  Returns what is wrong. */
static const char *
read_setting(Reader *reader, EnvFile *file)
{
	const char *name;
	const char *value;
	EnvSetting *setting;

	skip_blanks(reader);
	if (skip_line_end(reader))
		return NULL;
	name = read_name(reader);
	if (name == NULL)
		return "is not of the form NAME=value";
	value = *reader->at == '\'' || *reader->at == '"' ? read_quoted(reader)
	                                                  : read_bare(reader);
	if (value == NULL)
		return "the quote is not closed";
	skip_blanks(reader);
	if (!skip_line_end(reader))
		return "there is text after the closing quote";

	setting = arena_alloc(reader->arena, sizeof(*setting));
	setting->name = name;
	setting->value = value;
	*file->end = setting;
	file->end = &setting->next;
	return NULL;
}

/* The name, with the reader behind its "=" and blanks; NULL where none is. */
static const char *
read_name(Reader *reader)
{
	const char *start = reader->at;
	const char *end;

	if (strncmp(start, "export", 6) == 0 &&
	    (start[6] == ' ' || start[6] == '\t'))
	{
		reader->at += 6;
		skip_blanks(reader);
		start = reader->at;
	}
	if (!isalpha((unsigned char) *start) && *start != '_')
		return NULL;
	end = start;
	while (isalnum((unsigned char) *end) || *end == '_' || *end == '.' ||
	       *end == '-')
		end++;
	reader->at = end;
	skip_blanks(reader);
	if (*reader->at != '=')
		return NULL;
	reader->at++;
	skip_blanks(reader);
	return arena_copy(reader->arena, start, (size_t) (end - start));
}

/* Up to a comment, which begins with a blank before its "#". */
static const char *
read_bare(Reader *reader)
{
	const char *start = reader->at;
	const char *end = start;

	while (*end && *end != '\n' && *end != '\r')
	{
		bool after_blank = end == start || end[-1] == ' ' || end[-1] == '\t';

		if (*end == '#' && after_blank)
			break;
		end++;
	}
	reader->at = end;
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return arena_copy(reader->arena, start, (size_t) (end - start));
}

static const char *
read_quoted(Reader *reader)
{
	char quote = *reader->at;
	const char *at = reader->at + 1;
	const char *end = at;
	char *value;
	char *to;

	while (*end && *end != quote)
		end += *end == '\\' && end[1] ? 2 : 1;
	if (*end == '\0')
		return NULL;
	value = arena_alloc(reader->arena, (size_t) (end - at) + 1);
	for (to = value; at < end; at++)
	{
		if (*at == '\n')
			reader->line++;
		*to++ = *at == '\\' ? unescape(quote, &at) : *at;
	}
	reader->at = end + 1;
	return value;
}

/* Leaves *at on the last character that it used. */
static char
unescape(char quote, const char **at)
{
	static const char letters[] = "abfnrtv";
	static const char meanings[] = "\a\b\f\n\r\t\v";
	char next = (*at)[1];
	const char *letter;

	if (next == '\\' || next == quote)
	{
		(*at)++;
		return next;
	}
	letter = quote == '"' ? strchr(letters, next) : NULL;
	if (letter == NULL || next == '\0')
		return '\\';
	(*at)++;
	return meanings[letter - letters];
}

static void
skip_blanks(Reader *reader)
{
	while (*reader->at == ' ' || *reader->at == '\t')
		reader->at++;
}

/* A comment goes with it. False where something else stands here. */
static bool
skip_line_end(Reader *reader)
{
	if (*reader->at == '#')
		reader->at += strcspn(reader->at, "\r\n");
	if (*reader->at == '\0')
		return true;
	if (*reader->at != '\r' && *reader->at != '\n')
		return false;
	if (reader->at[0] == '\r' && reader->at[1] == '\n')
		reader->at++;
	reader->at++;
	reader->line++;
	return true;
}
