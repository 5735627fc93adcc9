/*
 * verb_export.c
 *		export: definitions as documents, one or all, that apply takes back.
 */
#include "json_print.h"
#include "listing.h"
#include "verb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool list_names(Context *context, const Kind *kind, OutputRows *rows);
static ExitCode export_all(Context *context);
static ExitCode write_file(Context *context, const char *folder,
                           const char *kind, JsonView document);
static bool export_one(Context *context, const char *kind, const char *name,
                       JsonView *document);

/* The kinds that are documents, in the order in which they can be applied. */
static const char *const exported[] = {"mcp", "workflow", "schedule"};

ExitCode
verb_export(Context *context)
{
	const char *kind = command_line_word(context->line, 0);
	const char *name = command_line_word(context->line, 1);
	const char *folder = command_line_text(context->line, "folder");
	JsonView document;

	if (kind == NULL)
		return export_all(context);
	if (name == NULL)
		return context_refuse(context,
		                      "For instance: export workflow join; without "
		                      "either, all are exported.",
		                      "export wants a kind and a name, or neither");
	if (!export_one(context, kind, name, &document))
		return context->code;
	if (folder)
		return write_file(context, folder, kind, document);
	output_json(&context->output, document);
	return EXIT_DONE;
}

/* One array of all documents, or a file for each below the folder. */
static ExitCode
export_all(Context *context)
{
	static const Column columns[] = {{NULL, NULL, COLUMN_TEXT}};
	const char *folder = command_line_text(context->line, "folder");
	OutputRows documents = {NULL, 0, 0};

	for (size_t i = 0; i < sizeof(exported) / sizeof(exported[0]); i++)
	{
		OutputRows rows = {NULL, 0, 0};

		if (!list_names(context, kind_find(exported[i]), &rows))
			return context->code;
		for (int j = 0; j < rows.count; j++)
		{
			const char *slug = json_view_text(
				json_view_find(rows.rows[j], "slug"), context->arena);
			JsonView document;
			ExitCode code;

			if (!export_one(context, exported[i], slug, &document))
				return context->code;
			output_add_row(&context->output, &documents, document);
			code = folder ? write_file(context, folder, exported[i], document)
			              : EXIT_DONE;
			if (code != EXIT_DONE)
				return code;
		}
	}
	if (folder)
		context_say(
			context, "mcpctl: %d documents in %s", documents.count, folder);
	else
	{
		context->output.form = OUTPUT_JSON;
		output_rows(&context->output, &documents, columns, "slug");
	}
	return EXIT_DONE;
}

static bool
list_names(Context *context, const Kind *kind, OutputRows *rows)
{
	Ask ask = {.operation = kind->list};

	return listing_collect(context, kind, &ask, 1000000, rows);
}

static bool
export_one(Context *context, const char *kind, const char *name,
           JsonView *document)
{
	const Kind *found = kind_find(kind);
	Ask ask = {.operation = OPERATION_EXPORT,
	           .names = {found ? found->singular : kind, name}};

	return context_ask(context, &ask, document) == STATUS_OK;
}

/* FOLDER/workflow/join.json; a slug has no character that leads elsewhere. */
static ExitCode
write_file(Context *context, const char *folder, const char *kind,
           JsonView document)
{
	Arena *arena = context->arena;
	const char *slug = json_print_cell(arena, json_view_find(document, "slug"));
	const char *inner = arena_print(arena, "%s/%s", folder, kind);
	const char *path = arena_print(arena, "%s/%s.json", inner, slug);
	TextBuffer *buffer = text_buffer_create(arena);
	FILE *file = NULL;
	Error error;

	json_print_indented(buffer, document);
	text_buffer_add_text(buffer, "\n");
	if ((mkdir(folder, 0777) == 0 || errno == EEXIST) &&
	    (mkdir(inner, 0777) == 0 || errno == EEXIST))
		file = fopen(path, "we");
	if (file && fputs(text_buffer_text(buffer), file) >= 0 && fclose(file) == 0)
		return EXIT_DONE;
	error_set(&error,
	          STATUS_INTERNAL,
	          "\"%s\" cannot be written: %s",
	          path,
	          strerror(errno));
	return context_fail(context, NULL, &error);
}
