/*
 * documents.h
 *		Definitions in files: read whole, before anything is made of them.
 *
 * A file holds one document, or an array of them; of a folder all files are
 * read whose names end with ".json", those below it too, by their names.
 */
#ifndef MCPCTL_DOCUMENTS_H
#define MCPCTL_DOCUMENTS_H

#include "context.h"

typedef struct Document
{
	const char *file; /* and, of several in a file, its place: "a.json[2]" */
	JsonView value;
} Document;

typedef struct Documents
{
	Document *list;
	int count;
	int size;
} Documents;

/*
 * Reads what --file names.  False, all that is wrong told and context's code
 * set, where a file cannot be read, is no JSON, or nothing is found.
 */
extern bool documents_read(Context *context, Documents *documents);

#endif
