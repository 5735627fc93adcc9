/*
 * rate.c
 *		How many requests a key and an address may make in a while.
 *
 * The script is one step to Redis, so two daemons never take the same token; and
 * it goes by the clock of Redis, of which there is one.
 */
#include "rate.h"

#include "loop.h"
#include "memory.h"
#include "rate_buckets.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT_NAME 40 /* digits of a SHA-1, which Redis knows scripts by */
#define SHA1_BYTES 20

/*
 * KEYS: buckets; ARGV: the period in milliseconds, then how many tokens each
 * holds.  Returns which is nearest to empty, how many thousandths of a token it
 * has then, and whether there was one in each.
 */
static const char script[] =
	"local clock = redis.call('TIME')\n"
	"local now = clock[1] * 1000 + math.floor(clock[2] / 1000)\n"
	"local period = tonumber(ARGV[1])\n"
	"local tokens, allowed, least = {}, 1, 1\n"
	"for i, key in ipairs(KEYS) do\n"
	"  local limit = tonumber(ARGV[i + 1])\n"
	"  local was = redis.call('HMGET', key, 'tokens', 'at')\n"
	"  local had, at = tonumber(was[1]) or limit, tonumber(was[2]) or now\n"
	"  local came = math.max(0, now - at) * limit / period\n"
	"  tokens[i] = math.min(limit, had + came)\n"
	"  if tokens[i] < 1 then allowed = 0 end\n"
	"  if tokens[i] < tokens[least] then least = i end\n"
	"end\n"
	"for i, key in ipairs(KEYS) do\n"
	"  tokens[i] = tokens[i] - allowed\n"
	"  redis.call('HSET', key, 'tokens', tostring(tokens[i]), 'at', now)\n"
	"  redis.call('PEXPIRE', key, period)\n"
	"end\n"
	"return {least, math.floor(tokens[least] * 1000), allowed}\n";

struct Rate
{
	Redis *redis;
	const char *space; /* NULL: Redis is not asked */
	RateBuckets *buckets;
	RateLimit of_key;     /* no tokens: no limit */
	RateLimit of_address; /* the same */
	char name[SCRIPT_NAME + 1];
};

/* The buckets of a question, in the order of the script's keys. */
typedef struct Buckets
{
	int count;
	const char *names[2];
	const RateLimit *limits[2];
} Buckets;

static void
find_buckets(const Rate *rate, const RateQuestion *question, Buckets *buckets);
static void ask_redis(RateQuestion *question, const Buckets *buckets);
static void told(void *context, const RedisAnswer *answer);
static void decide_here(RateQuestion *question, const Buckets *buckets);
static RateVerdict take_here(Rate *rate, const Buckets *buckets);
static RateVerdict
make_verdict(bool is_allowed, const RateLevel *level, const RateLimit *limit);
static long seconds_of(uint64_t milliseconds);

Rate *
rate_create(const Config *config, Redis *redis)
{
	uint64_t period = (uint64_t) config->rate_period * 1000;
	Rate *rate = memory_alloc(sizeof(*rate));
	unsigned char digest[SHA1_BYTES];

	rate->redis = redis;
	rate->of_key = (RateLimit){config->rate_key, period};
	rate->of_address = (RateLimit){config->rate_address, period};
	if (rate_is_on(rate))
		rate->buckets = rate_buckets_create();
	EVP_Digest(script, sizeof(script) - 1, digest, NULL, EVP_sha1(), NULL);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(&rate->name[2 * i], 3, "%02x", digest[i]);
	return rate;
}

void
rate_destroy(Rate *rate)
{
	if (rate == NULL)
		return;
	rate_buckets_destroy(rate->buckets);
	free(rate);
}

void
rate_set_space(Rate *rate, const char *space)
{
	rate->space = space;
}

bool
rate_is_on(const Rate *rate)
{
	return rate->of_key.tokens > 0 || rate->of_address.tokens > 0;
}

void
rate_ask(Rate *rate, RateQuestion *question)
{
	static const RateVerdict free_of = {.is_allowed = true};
	Buckets buckets;

	question->rate = rate;
	find_buckets(rate, question, &buckets);
	if (buckets.count == 0)
		question->callback(question->context, &free_of);
	else if (rate->redis && rate->space && redis_is_usable(rate->redis))
		ask_redis(question, &buckets);
	else
		decide_here(question, &buckets);
}

RateVerdict
rate_take_stranger(Rate *rate, const char *address)
{
	RateQuestion question = {.address = address};
	Buckets buckets;

	find_buckets(rate, &question, &buckets);
	if (buckets.count == 0)
		return (RateVerdict){.is_allowed = true};
	return take_here(rate, &buckets);
}

static void
find_buckets(const Rate *rate, const RateQuestion *question, Buckets *buckets)
{
	*buckets = (Buckets){.limits = {&rate->of_key, &rate->of_address}};
	if (question->key && rate->of_key.tokens > 0)
	{
		buckets->names[buckets->count] = question->key;
		buckets->limits[buckets->count++] = &rate->of_key;
	}
	if (question->address && rate->of_address.tokens > 0)
	{
		buckets->names[buckets->count] = question->address;
		buckets->limits[buckets->count++] = &rate->of_address;
	}
}

/* By its name, and the second time by its text: Redis forgets scripts. */
static void
ask_redis(RateQuestion *question, const Buckets *buckets)
{
	const Rate *rate = question->rate;
	Arena *arena = question->arena;
	RedisCommand command = {0};

	redis_add(&command, question->retries == 0 ? "EVALSHA" : "EVAL");
	redis_add(&command, question->retries == 0 ? rate->name : script);
	redis_add(&command, buckets->count == 1 ? "1" : "2");
	for (int i = 0; i < buckets->count; i++)
		redis_add(
			&command,
			arena_print(
				arena, "mcp:v1:%s:rate:%s", rate->space, buckets->names[i]));
	redis_add(&command,
	          arena_print(arena,
	                      "%llu",
	                      (unsigned long long) buckets->limits[0]->period));
	for (int i = 0; i < buckets->count; i++)
		redis_add(&command,
		          arena_print(arena, "%d", buckets->limits[i]->tokens));
	redis_send(rate->redis, &command, told, question);
}

static void
told(void *context, const RedisAnswer *answer)
{
	RateQuestion *question = context;
	Buckets buckets;
	RateLevel level;
	RateVerdict verdict;

	find_buckets(question->rate, question, &buckets);
	if (answer->kind == REDIS_ANSWER_REFUSAL && question->retries++ == 0)
	{
		ask_redis(question, &buckets);
		return;
	}
	if (answer->kind != REDIS_ANSWER_NUMBERS || answer->count != 3 ||
	    answer->numbers[0] < 1 || answer->numbers[0] > buckets.count ||
	    answer->numbers[1] < 0 ||
	    answer->numbers[1] >
	        1000LL * buckets.limits[answer->numbers[0] - 1]->tokens)
	{
		decide_here(question, &buckets);
		return;
	}
	level = rate_level_of((double) answer->numbers[1] / 1000,
	                      buckets.limits[answer->numbers[0] - 1]);
	verdict = make_verdict(answer->numbers[2] == 1,
	                       &level,
	                       buckets.limits[answer->numbers[0] - 1]);
	question->callback(question->context, &verdict);
}

static void
decide_here(RateQuestion *question, const Buckets *buckets)
{
	RateVerdict verdict = take_here(question->rate, buckets);

	question->callback(question->context, &verdict);
}

/* Who is refused by one bucket takes nothing of the other. */
static RateVerdict
take_here(Rate *rate, const Buckets *buckets)
{
	uint64_t now = loop_now();
	int least = 0;
	RateLevel levels[2] = {0};

	for (int i = 0; i < buckets->count; i++)
	{
		levels[i] = rate_buckets_look(
			rate->buckets, buckets->names[i], buckets->limits[i], now);
		if (!levels[i].has_one)
			return make_verdict(false, &levels[i], buckets->limits[i]);
	}
	for (int i = 0; i < buckets->count; i++)
	{
		levels[i] = rate_buckets_take(
			rate->buckets, buckets->names[i], buckets->limits[i], now);
		if (levels[i].remaining < levels[least].remaining)
			least = i;
	}
	return make_verdict(true, &levels[least], buckets->limits[least]);
}

static RateVerdict
make_verdict(bool is_allowed, const RateLevel *level, const RateLimit *limit)
{
	return (RateVerdict){.is_allowed = is_allowed,
	                     .limit = limit->tokens,
	                     .period = (long) (limit->period / 1000),
	                     .remaining = level->remaining,
	                     .reset = seconds_of(level->full),
	                     .retry = seconds_of(level->next)};
}

/* Rounded up: who comes back then finds one. */
static long
seconds_of(uint64_t milliseconds)
{
	return (long) ((milliseconds + 999) / 1000);
}
