/*
 * token_feed.h
 *		What models say while they say it, on its way into the events of runs.
 *
 * For who looks on, and no more: pieces of all answers that are under way go
 * together, every so often, one request at a time; where the database does not
 * keep up they are dropped.  The place of a piece shows that one is missing.
 */
#ifndef MCPD_TOKEN_FEED_H
#define MCPD_TOKEN_FEED_H

#include "db.h"
#include "redact.h"
#include "text_buffer.h"

#include <stdint.h>

typedef struct TokenFeed TokenFeed;
typedef struct TokenStream TokenStream;

/* Whose answer it is; all of it outlives the stream. */
typedef struct TokenSource
{
	const char *run_id;
	int64_t step_ordinal;
	int64_t attempt;
	const Redactor *redactor;
} TokenSource;

/* epoch is read when something is sent.  interval in milliseconds; 0: never. */
extern TokenFeed *
token_feed_create(Db *db, const char *epoch, uint64_t interval);

/* After all its streams.  NULL is fine. */
extern void token_feed_destroy(TokenFeed *feed);

/* NULL where nobody is to be told, which the other verbs take. */
extern TokenStream *
token_stream_open(TokenFeed *feed, Arena *arena, const TokenSource *source);

/* What was said before in the attempt has its place: this is another round. */
extern void token_stream_set_round(TokenStream *stream, int round);

/*
 * The answer as far as it has come in: what is new of it is told.  Another text is
 * another answer, and the one before was none.
 */
extern void token_stream_hear(TokenStream *stream, const TextBuffer *answer);

/* What is left goes out at once. */
extern void token_stream_close(TokenStream *stream);

#endif
