/*
 * documents.c
 *		Definitions in files: read whole, before anything is made of them.
 */
#include "documents.h"

#include "json_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders within folders; a link may lead back. */
#define DEEPEST 16

static bool
read_path(Context *context, Documents *documents, const char *path, int depth);
static bool read_folder(Context *context, Documents *documents,
                        const char *path, int depth);
static bool read_file(Context *context, Documents *documents, const char *path);
static void
add(Context *context, Documents *documents, const char *file, JsonView value);
static bool tell(Context *context, const Error *error);
static int is_shown(const struct dirent *entry);
static bool is_json(const char *name);

bool
documents_read(Context *context, Documents *documents)
{
	const char *path;
	bool is_fine = true;
	int at = 0;

	memset(documents, 0, sizeof(*documents));
	if (!command_line_has(context->line, "file"))
	{
		context_refuse(context,
		               NULL,
		               "say by -f which file or folder, or - for standard "
		               "input");
		return false;
	}
	while ((path = command_line_next(context->line, "file", &at)) != NULL)
	{
		if (!read_path(context, documents, path, 0))
			is_fine = false;
	}
	if (is_fine && documents->count == 0)
	{
		context_refuse(context,
		               "Files of a folder are taken whose names end with "
		               "\".json\".",
		               "there are no documents");
		return false;
	}
	return is_fine;
}

static bool
read_path(Context *context, Documents *documents, const char *path, int depth)
{
	struct stat about;

	if (strcmp(path, "-") != 0 && stat(path, &about) == 0 &&
	    S_ISDIR(about.st_mode))
		return read_folder(context, documents, path, depth);
	return read_file(context, documents, path);
}

static bool
read_folder(Context *context, Documents *documents, const char *path, int depth)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_shown, alphasort);
	bool is_fine = true;
	Error error;

	if (count < 0 || depth > DEEPEST)
	{
		error_set(&error,
		          STATUS_INVALID,
		          "folder \"%s\" cannot be read: %s",
		          path,
		          count < 0 ? strerror(errno) : "too many folders deep");
		return tell(context, &error);
	}
	for (int i = 0; i < count; i++)
	{
		const char *inner =
			arena_print(context->arena, "%s/%s", path, entries[i]->d_name);
		struct stat about;
		bool is_folder = stat(inner, &about) == 0 && S_ISDIR(about.st_mode);

		if (is_folder && !read_folder(context, documents, inner, depth + 1))
			is_fine = false;
		if (!is_folder && is_json(inner) &&
		    !read_file(context, documents, inner))
			is_fine = false;
		free(entries[i]);
	}
	free(entries);
	return is_fine;
}

static bool
read_file(Context *context, Documents *documents, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	Error error = {.status = STATUS_OK};
	JsonView value;
	JsonWalk walk;
	int place = 0;

	if (json_file_read(context->arena, path, &value, &error) != STATUS_OK)
		return tell(context, &error);
	if (json_view_kind(value) != JSON_VIEW_ARRAY)
	{
		add(context, documents, name, value);
		return true;
	}
	walk = json_view_walk(value);
	while (json_view_next(&walk))
		add(context,
		    documents,
		    arena_print(context->arena, "%s[%d]", name, place++),
		    walk.value);
	return true;
}

static void
add(Context *context, Documents *documents, const char *file, JsonView value)
{
	if (documents->count == documents->size)
	{
		Document *old = documents->list;

		documents->size = documents->size ? documents->size * 2 : 16;
		documents->list = arena_alloc(context->arena,
		                              (size_t) documents->size * sizeof(*old));
		if (old)
			memcpy(
				documents->list, old, (size_t) documents->count * sizeof(*old));
	}
	documents->list[documents->count++] = (Document){file, value};
}

static bool
tell(Context *context, const Error *error)
{
	context->code = context_fail(context, NULL, error);
	return false;
}

/* What begins with a dot is somebody else's. */
static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
is_json(const char *name)
{
	static const char end[] = ".json";
	size_t length = strlen(name);

	return length > strlen(end) &&
	       strcmp(name + length - strlen(end), end) == 0;
}
