/*
 * egress.c
 *		Which addresses a request of a step may reach.
 *
 * The address is judged that a socket is about to connect to, so no spelling
 * of a URL, no name that resolves anew and no redirect gets around it.
 */
#include "egress.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define IPV6_BYTES 16

/* An IPv4 address lies at the end, behind the prefix ::ffff:0:0/96. */
typedef struct Network
{
	unsigned char bytes[IPV6_BYTES];
	int prefix; /* bits */
} Network;

typedef struct Entry
{
	const char *host; /* NULL: network counts */
	Network network;
	int64_t port; /* 0: any */
} Entry;

struct Egress
{
	Entry *entries;
	int count;
};

/* IANA's special-purpose registries, RFC 6890 and what came after. */
static const char *const closed[] = {
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.31.196.0/24",
	"192.52.193.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"192.175.48.0/24",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/4",
	"240.0.0.0/4",
};

/*
 * Of IPv6 only global unicast is open, and of that not what is for protocols,
 * documentation and 6to4.  So no form that carries an IPv4 address (mapped,
 * NAT64, 6to4, Teredo) leads anywhere, except mapped ones, which are IPv4.
 */
static const char *const open_v6[] = {"2000::/3"};
static const char *const closed_v6[] = {
	"2001::/23",
	"2001:db8::/32",
	"2002::/16",
	"3fff::/20",
	"2620:4f:8000::/48",
};

static void read_entry(Entry *entry, JsonView element, Arena *arena);
static bool parse_network(const char *text, Network *network);
static bool read_address(const struct sockaddr *address, unsigned char *bytes,
                         int64_t *port);
static bool is_v4(const unsigned char *bytes);
static bool is_in(const unsigned char *bytes, const Network *network);
static bool is_in_any(const unsigned char *bytes, const char *const *networks,
                      size_t count);
static bool is_public(const unsigned char *bytes);
static bool is_host(const char *pattern, const char *host);

Egress *
egress_create(JsonView list, Arena *arena)
{
	Egress *egress = arena_alloc(arena, sizeof(*egress));
	JsonWalk walk = json_view_walk(list);
	int count = 0;

	while (json_view_next(&walk))
		count++;
	egress->entries = arena_alloc(arena, (size_t) count * sizeof(Entry) + 1);
	walk = json_view_walk(list);
	while (json_view_next(&walk))
		read_entry(&egress->entries[egress->count++], walk.value, arena);
	return egress;
}

bool
egress_allows(const Egress *egress, const char *host,
              const struct sockaddr *address)
{
	unsigned char bytes[IPV6_BYTES];
	int64_t port;

	if (!read_address(address, bytes, &port))
		return false;
	if (is_public(bytes))
		return true;
	for (int i = 0; i < egress->count; i++)
	{
		const Entry *entry = &egress->entries[i];

		if (entry->port != 0 && entry->port != port)
			continue;
		if (entry->host ? is_host(entry->host, host)
		                : is_in(bytes, &entry->network))
			return true;
	}
	return false;
}

bool
egress_is_public(const struct sockaddr *address)
{
	unsigned char bytes[IPV6_BYTES];
	int64_t port;

	return read_address(address, bytes, &port) && is_public(bytes);
}

/* An entry that cannot be read opens nothing: no address has 129 bits. */
static void
read_entry(Entry *entry, JsonView element, Arena *arena)
{
	char *network = json_view_text(json_view_find(element, "network"), arena);

	entry->host = json_view_text(json_view_find(element, "host"), arena);
	json_view_integer(json_view_find(element, "port"), &entry->port);
	if (network == NULL || !parse_network(network, &entry->network))
		entry->network.prefix = IPV6_BYTES * 8 + 1;
}

static bool
parse_network(const char *text, Network *network)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t) (slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	bool is_six = memchr(text, ':', length) != NULL;
	int bits = is_six ? 128 : 32;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	network->prefix = slash ? (int) strtol(slash + 1, NULL, 10) : bits;
	if (network->prefix < 0 || network->prefix > bits)
		return false;
	if (is_six)
		return inet_pton(AF_INET6, address, network->bytes) == 1;
	memcpy(network->bytes, mapped, sizeof(mapped));
	network->prefix += 96;
	return inet_pton(AF_INET, address, network->bytes + 12) == 1;
}

static bool
read_address(const struct sockaddr *address, unsigned char *bytes,
             int64_t *port)
{
	memset(bytes, 0, IPV6_BYTES);
	if (address->sa_family == AF_INET)
	{
		struct sockaddr_in four;

		memcpy(&four, address, sizeof(four));
		bytes[10] = bytes[11] = 0xff;
		memcpy(bytes + 12, &four.sin_addr, 4);
		*port = ntohs(four.sin_port);
		return true;
	}
	if (address->sa_family == AF_INET6)
	{
		struct sockaddr_in6 six;

		memcpy(&six, address, sizeof(six));
		memcpy(bytes, &six.sin6_addr, IPV6_BYTES);
		*port = ntohs(six.sin6_port);
		return true;
	}
	return false;
}

static bool
is_v4(const unsigned char *bytes)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(bytes, mapped, sizeof(mapped)) == 0;
}

static bool
is_in(const unsigned char *bytes, const Network *network)
{
	int whole = network->prefix / 8;
	int rest = network->prefix % 8;
	unsigned char mask = (unsigned char) (0xff << (8 - rest));

	if (network->prefix > IPV6_BYTES * 8 ||
	    memcmp(bytes, network->bytes, (size_t) whole) != 0)
		return false;
	return rest == 0 || ((bytes[whole] ^ network->bytes[whole]) & mask) == 0;
}

static bool
is_in_any(const unsigned char *bytes, const char *const *networks, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		Network network;

		if (parse_network(networks[i], &network) && is_in(bytes, &network))
			return true;
	}
	return false;
}

static bool
is_public(const unsigned char *bytes)
{
	if (is_v4(bytes))
		return !is_in_any(bytes, closed, sizeof(closed) / sizeof(closed[0]));
	return is_in_any(bytes, open_v6, sizeof(open_v6) / sizeof(open_v6[0])) &&
	       !is_in_any(
			   bytes, closed_v6, sizeof(closed_v6) / sizeof(closed_v6[0]));
}

/* "api.example.com", or "*.example.com" for all names below that one. */
static bool
is_host(const char *pattern, const char *host)
{
	size_t length = strlen(host);
	size_t end = strlen(pattern);

	if (strncmp(pattern, "*.", 2) != 0)
		return strcasecmp(pattern, host) == 0;
	return length > end - 1 &&
	       strcasecmp(host + length - (end - 1), pattern + 1) == 0;
}
