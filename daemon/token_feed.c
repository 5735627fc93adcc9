/*
 * token_feed.c
 *		What models say while they say it, on its way into the events of runs.
 */
#include "token_feed.h"

#include "json_write.h"
#include "loop.h"
#include "memory.h"

#include <stdlib.h>
#include <sys/queue.h>

/* Bytes of one piece, and of all in one request; pieces of one attempt. */
#define PIECE_BYTES ((size_t) 8192)
#define BATCH_BYTES ((size_t) 1024 * 1024)
#define PIECES_MAX 1000

/* As many as the database takes in one call. */
#define BATCH_PIECES 1000

struct TokenStream
{
	TAILQ_ENTRY(TokenStream) link; /* of the feed, while there is text */
	bool is_listed;
	TokenFeed *feed;
	TokenSource source;
	TextBuffer *text;             /* not sent yet */
	TextBuffer *spare;            /* where what stays is put meanwhile */
	const TextBuffer *heard_text; /* the answer that is coming in */
	size_t heard_length;
	int round;  /* counted from 1 */
	int answer; /* counted from 1 in the round */
	int place;  /* of the next piece in the answer */
	int pieces_left;
};

struct TokenFeed
{
	Db *db;
	const char *epoch;
	uint64_t interval;
	LoopTimer *timer;
	DbRequest *request; /* at most one is under way */
	TAILQ_HEAD(TokenStreams, TokenStream) streams; /* that have text */
	JsonWriter *batch;
	int batch_count;
};

static void plan(TokenFeed *feed, uint64_t delay);
static void send_batch(void *context);
static void sent(void *context, DbResult *result, const Error *error);
static void take_text(TokenStream *stream, bool is_last);
static size_t find_cut(const char *text, size_t length);
static void write_piece(TokenStream *stream, const char *text, size_t length);
static void begin_answer(TokenStream *stream, const TextBuffer *answer);
static void enlist(TokenStream *stream);
static void unlist(TokenStream *stream);

TokenFeed *
token_feed_create(Db *db, const char *epoch, uint64_t interval)
{
	TokenFeed *feed = memory_alloc(sizeof(*feed));

	feed->db = db;
	feed->epoch = epoch;
	feed->interval = interval;
	feed->timer = loop_timer_create(send_batch, feed);
	feed->batch = json_writer_create();
	TAILQ_INIT(&feed->streams);
	return feed;
}

void
token_feed_destroy(TokenFeed *feed)
{
	if (feed == NULL)
		return;
	if (feed->request)
		db_forget(feed->request);
	loop_timer_destroy(feed->timer);
	json_writer_destroy(feed->batch);
	free(feed);
}

TokenStream *
token_stream_open(TokenFeed *feed, Arena *arena, const TokenSource *source)
{
	TokenStream *stream;

	if (feed == NULL || feed->interval == 0)
		return NULL;
	stream = arena_alloc(arena, sizeof(*stream));
	stream->feed = feed;
	stream->source = *source;
	stream->text = text_buffer_create(arena);
	stream->spare = text_buffer_create(arena);
	stream->round = 1;
	stream->pieces_left = PIECES_MAX;
	return stream;
}

void
token_stream_set_round(TokenStream *stream, int round)
{
	if (stream)
		stream->round = round;
}

void
token_stream_hear(TokenStream *stream, const TextBuffer *answer)
{
	size_t length = text_buffer_length(answer);
	size_t heard;

	if (stream == NULL)
		return;
	if (stream->heard_text != answer)
		begin_answer(stream, answer);
	heard = stream->heard_length;
	stream->heard_length = length;
	if (length == heard || stream->pieces_left == 0)
		return;
	text_buffer_add(
		stream->text, text_buffer_text(answer) + heard, length - heard);
	enlist(stream);
}

void
token_stream_close(TokenStream *stream)
{
	if (stream == NULL)
		return;
	while (text_buffer_length(stream->text) > 0 && stream->pieces_left > 0)
		take_text(stream, true);
	unlist(stream);
	text_buffer_reset(stream->text);
	stream->pieces_left = 0;
	if (stream->feed->batch_count > 0)
		plan(stream->feed, 0);
}

/* While a request is under way, its answer goes on. */
static void
plan(TokenFeed *feed, uint64_t delay)
{
	if (feed->request == NULL)
		loop_timer_set(feed->timer, delay);
}

static void
send_batch(void *context)
{
	TokenFeed *feed = context;
	TokenStream *stream;
	TokenStream *next;

	for (stream = TAILQ_FIRST(&feed->streams); stream; stream = next)
	{
		next = TAILQ_NEXT(stream, link);
		take_text(stream, false);
		if (text_buffer_length(stream->text) == 0 || stream->pieces_left == 0)
			unlist(stream);
	}
	if (feed->batch_count > 0)
	{
		const char *values[2] = {feed->epoch};

		json_write_close(feed->batch, ']');
		values[1] = json_writer_text(feed->batch);
		feed->request = db_send(feed->db, DB_ADD_TOKENS, values, sent, feed);
		json_writer_reset(feed->batch);
		feed->batch_count = 0;
	}
	else if (!TAILQ_EMPTY(&feed->streams))
		plan(feed, feed->interval);
}

/* Whoever could not be told has missed it: the result has all of the text. */
static void
sent(void *context, DbResult *result, const Error *error)
{
	TokenFeed *feed = context;

	(void) result;
	(void) error;
	feed->request = NULL;
	if (feed->batch_count > 0 || !TAILQ_EMPTY(&feed->streams))
		plan(feed, feed->interval);
}

/*
 * One piece from the front of the text.  What may be the beginning of a secret
 * stays until its end has come in.
 */
static void
take_text(TokenStream *stream, bool is_last)
{
	const Redactor *redactor = stream->source.redactor;
	TextBuffer *rest = stream->spare;
	size_t length = text_buffer_length(stream->text);
	const char *text =
		redactor_clean(redactor, text_buffer_text(stream->text), &length);
	size_t sure =
		is_last ? length : length - redactor_unsure(redactor, text, length);
	size_t cut = find_cut(text, sure);

	if (cut > 0)
		write_piece(stream, text, cut);
	text_buffer_reset(rest);
	text_buffer_add(rest, text + cut, length - cut);
	stream->spare = stream->text;
	stream->text = rest;
}

/* Not within a character. */
static size_t
find_cut(const char *text, size_t length)
{
	size_t cut = PIECE_BYTES;

	if (length <= PIECE_BYTES)
		return length;
	while (cut > 0 && ((unsigned char) text[cut] & 0xC0) == 0x80)
		cut--;
	return cut > 0 ? cut : PIECE_BYTES;
}

static void
write_piece(TokenStream *stream, const char *text, size_t length)
{
	TokenFeed *feed = stream->feed;
	JsonWriter *batch = feed->batch;
	int place = stream->place++;

	stream->pieces_left--;
	if (feed->batch_count == BATCH_PIECES ||
	    json_writer_length(batch) > BATCH_BYTES)
		return;
	if (feed->batch_count++ == 0)
		json_write_open(batch, '[');
	json_write_open(batch, '{');
	json_write_name(batch, "run_id");
	json_write_text(batch, stream->source.run_id);
	json_write_name(batch, "step_ordinal");
	json_write_integer(batch, stream->source.step_ordinal);
	json_write_name(batch, "attempt");
	json_write_integer(batch, stream->source.attempt);
	json_write_name(batch, "round");
	json_write_integer(batch, stream->round);
	json_write_name(batch, "answer");
	json_write_integer(batch, stream->answer);
	json_write_name(batch, "place");
	json_write_integer(batch, place);
	json_write_name(batch, "text");
	json_write_bytes(batch, text, length);
	json_write_close(batch, '}');
}

static void
begin_answer(TokenStream *stream, const TextBuffer *answer)
{
	unlist(stream);
	text_buffer_reset(stream->text);
	stream->heard_text = answer;
	stream->heard_length = 0;
	stream->answer++;
	stream->place = 0;
}

static void
enlist(TokenStream *stream)
{
	TokenFeed *feed = stream->feed;

	if (stream->is_listed)
		return;
	stream->is_listed = true;
	TAILQ_INSERT_TAIL(&feed->streams, stream, link);
	if (!loop_timer_is_set(feed->timer))
		plan(feed, feed->interval);
}

static void
unlist(TokenStream *stream)
{
	if (stream->is_listed)
		TAILQ_REMOVE(&stream->feed->streams, stream, link);
	stream->is_listed = false;
}
