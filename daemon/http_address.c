/*
 * http_address.c
 *		Where a client comes from, as a text.
 */
#include "http_request.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define OWN_HALF 8 /* bytes of an IPv6 address that its network does not say */

const char *
http_client_address(HttpRequest *request)
{
	const union MHD_ConnectionInfo *info = NULL;
	char text[INET6_ADDRSTRLEN];
	const char *printed = NULL;

	if (request->connection)
		info = MHD_get_connection_info(request->connection,
		                               MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info == NULL || info->client_addr == NULL)
		return NULL;
	if (info->client_addr->sa_family == AF_INET)
	{
		struct sockaddr_in address;

		memcpy(&address, info->client_addr, sizeof(address));
		printed = inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
	}
	else if (info->client_addr->sa_family == AF_INET6)
	{
		struct sockaddr_in6 address;

		memcpy(&address, info->client_addr, sizeof(address));
		if (!IN6_IS_ADDR_V4MAPPED(&address.sin6_addr))
			memset(&address.sin6_addr.s6_addr[OWN_HALF], 0, OWN_HALF);
		printed = inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof(text));
	}
	return printed ? arena_copy_text(request->arena, printed) : NULL;
}
