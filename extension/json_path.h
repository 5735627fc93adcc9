/*
 * json_path.h
 *		Where we are in a document: "$.steps[2].inputs.url".
 *
 * A path is a chain of frames on the C stack, each pointing at its parent;
 * walking a document costs nothing, and only a problem prints its path.  A
 * frame must not outlive the function that holds its parent.
 */
#ifndef MCP_JSON_PATH_H
#define MCP_JSON_PATH_H

typedef struct JsonPath
{
	const struct JsonPath *parent; /* NULL: this is the root */
	const char *key;               /* NULL: an array item */
	int key_length;
	int index;
} JsonPath;

extern JsonPath json_path_root(void);
extern JsonPath
json_path_key(const JsonPath *parent, const char *key, int key_length);
extern JsonPath json_path_item(const JsonPath *parent, int index);

/*
 * The path as text, palloc'd.  A key that is no plain identifier is quoted:
 * $.inputs["a b"].  Long keys are cut in the middle and long chains too, so the
 * text is at most some 1000 bytes whatever the document holds.
 */
extern char *json_path_print(const JsonPath *path);

#endif
