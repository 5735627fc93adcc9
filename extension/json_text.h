/*
 * json_text.h
 *		One string of a document: what a human would see of it.
 *
 * Texts are in the server's encoding and need not end in NUL.  Lengths that
 * users read are in characters, not bytes.
 */
#ifndef MCP_JSON_TEXT_H
#define MCP_JSON_TEXT_H

/* Has it nothing that could be seen: only blanks of any script, or nothing? */
extern bool json_text_is_blank(const char *text, int length);

/*
 * The code of the first control character, and where it stands, counted in
 * characters from 1.  Returns false where there is none.
 */
extern bool
json_text_find_control(const char *text, int length, int *code, int *position);

/*
 * The text as a message quotes it: in double quotes, cut to some 60 characters,
 * control characters shown as \u0007.  palloc'd.
 */
extern char *json_text_quote(const char *text, int length);

/*
 * The word that was probably meant, or NULL where none is near.  The time it
 * takes grows with the number of words.
 */
extern const char *json_text_find_nearest(const char *text, int length,
                                          const char *const *words, int count);

/*
 * A hint for a text that is none of the words, which the plural names: "Did you
 * mean "a"?  Allowed keys are "a" and "b"."  palloc'd.
 */
extern char *json_text_suggest(const char *text, int length, const char *plural,
                               const char *const *words, int count);

/* The words as a sentence lists them: "a", "b" and "c".  palloc'd. */
extern char *
json_text_list(const char *const *words, int count, const char *conjunction);

#endif
