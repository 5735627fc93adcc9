# The extension is built here by PGXS; daemon/ has a Makefile of its own and
# never sees a server header.

MODULE_big = mcp
EXTENSION = mcp
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard extension/*.c)))
SCHEMA = $(sort $(wildcard extension/schema/*.sql))
DATA_built = extension/mcp--1.0.sql
EXTRA_CLEAN = extension/mcp--1.0.sql

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))

PG_CONFIG ?= pg_config
MCP_VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" mcp.control)
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) \
	-DMCP_VERSION='"$(MCP_VERSION)"'
PG_CFLAGS = -std=gnu11 -Wextra -Wshadow -Wconversion -Wcast-qual \
	-Wwrite-strings -Wformat=2 -Wundef -Wstrict-prototypes \
	-Wold-style-definition -Wimplicit-fallthrough -Wvla -Walloca \
	-Wno-unused-parameter -Wno-declaration-after-statement $(WERROR)
SHLIB_LINK = -Wl,--version-script=$(CURDIR)/extension/exports.map

# The server's JIT would want a second compiler for code that never gains
# from inlining; spare clang.
with_llvm = no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(wildcard extension/*.h)
mcp.so: extension/exports.map

extension/mcp--1.0.sql: $(SCHEMA)
	cat $(SCHEMA) > $@
