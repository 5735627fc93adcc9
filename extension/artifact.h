/*
 * artifact.h
 *		What an attempt leaves beside its result: a file, for whoever asks for it.
 *
 * It is kept as it came and is no part of what a run computes with.
 */
#ifndef MCP_ARTIFACT_H
#define MCP_ARTIFACT_H

#include "json_reader.h"

/* Bytes of one. */
#define ARTIFACT_MAX (16 * 1024 * 1024)

typedef struct Artifact
{
	const char *name;         /* of a file: letters, digits, "." "_" "-" */
	const char *content_type; /* "application/x-ipynb+json" */
	bytea *data;
} Artifact;

/*
 * The member "artifact" of a result: {name, content_type} and its bytes, in "text"
 * as they are or in "data_base64".  NULL where there is none; adds problems.
 */
extern Artifact *artifact_read(const JsonObject *result);

#endif
