# The extension is built here by PGXS; daemon/ has a Makefile of its own and
# never sees a server header.
#
#	make up			a running mcp of this checkout's own, from a bare Debian 12
#	make down		stops it
#	make check		builds and tests everything from nothing, see below .check/
#	make check-long	with the tests that take long
#	make lint		format, clang-tidy, cppcheck, layers
#	make deps		installs the Debian packages that all of this needs
#	make bench		measures everything into bench/RESULTS.md, PEERS="dbos ..." too
#	make bench-smoke	a little of it, for the results and not for the times
#	make docs		writes the reference of docs/sql.md anew, after `make up`
#
#	make, make install, make installcheck	as of every extension; PG_CONFIG
#			names the PostgreSQL.  `make` builds daemon/mcpd too.
#	make install-programs	mcpd, mcpctl, its manual and its completion, below
#			prefix=/usr/local

# Goals that need no PostgreSQL yet, and so no pg_config.
HOUSE = up down check check-long lint deps docs bench bench-smoke daemon

all: daemon

up down:
	@packaging/local/$@.sh

check-long:
	@packaging/check/all.sh --long

lint:
	@packaging/lint/lint.sh

deps:
	@packaging/local/deps.sh check

docs: daemon
	@packaging/docs/reference.sh
	daemon/mcpctl help --markdown >docs/mcpctl.md

install-programs: daemon
	$(MAKE) -C daemon install

bench:
	@packaging/local/deps.sh check
	@bench/bench.sh

bench-smoke:
	@bench/smoke.sh

# Absent in the copies of the extension's sources that the tests build.
daemon:
	$(if $(wildcard daemon/Makefile),$(MAKE) -C daemon)

clean: clean-daemon
clean-daemon:
	$(if $(wildcard daemon/Makefile),$(MAKE) -C daemon clean)
	$(if $(wildcard tests/unit/Makefile),$(MAKE) -C tests/unit clean)
	rm -rf .check

.PHONY: $(HOUSE) clean-daemon

# PGXS has a `check` of its own, which only says that it cannot.
ifeq (,$(filter-out $(HOUSE),$(or $(MAKECMDGOALS),all)))

check:
	@packaging/check/all.sh

else ifneq (,$(filter check,$(MAKECMDGOALS)))
$(error `make check` goes alone)
else

MODULE_big = mcp
EXTENSION = mcp
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard extension/*.c)))
SCHEMA = $(sort $(wildcard extension/schema/*.sql))

# The script of this version is made of extension/schema/, that of a released one
# never changes, and what leads from the last of them to this one is made of both.
MCP_VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" mcp.control)
FROM_VERSION = 1.0
SCRIPT = extension/mcp--$(MCP_VERSION).sql
UPGRADE = extension/mcp--$(FROM_VERSION)--$(MCP_VERSION).sql
RELEASED = extension/released/mcp--$(FROM_VERSION).sql
BY_HAND = extension/upgrade/$(FROM_VERSION)--$(MCP_VERSION).sql
DATA = $(sort $(wildcard extension/released/*.sql))
DATA_built = $(SCRIPT) $(UPGRADE)
EXPORTS = extension/exports.map
EXTRA_CLEAN = $(DATA_built) $(EXPORTS)

# What a DBA types and reads, and what two of them do at once.
REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
# Names in every script, and one order of text wherever the tests run.
REGRESS_OPTS = --encoding=UTF8 --no-locale
ISOLATION = $(patsubst tests/isolation/specs/%.spec,%,\
	$(sort $(wildcard tests/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=tests/isolation

PG_CONFIG ?= pg_config
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) \
	-DMCP_VERSION='"$(MCP_VERSION)"'
PG_CFLAGS = -std=gnu11 -Wextra -Wshadow -Wconversion -Wcast-qual \
	-Wwrite-strings -Wformat=2 -Wundef -Wstrict-prototypes \
	-Wold-style-definition -Wimplicit-fallthrough -Wvla -Walloca \
	-Wno-unused-parameter -Wno-declaration-after-statement $(WERROR) \
	$(if $(findstring clang,$(CC)),$(FOR_CLANG))
# The server was configured for gcc, and its flags and macros come along.
FOR_CLANG = -Wno-unknown-warning-option -Wno-ignored-attributes \
	-Wno-ignored-optimization-argument
SHLIB_LINK = -Wl,--version-script=$(CURDIR)/$(EXPORTS)

# The server's JIT would want a second compiler for code that never gains
# from inlining; spare clang.
override with_llvm = no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(wildcard extension/*.h)
mcp.so: $(EXPORTS)

# What SQL may call and nothing else: two libraries with the same internal name in
# one backend would call each other's.
$(EXPORTS): $(wildcard extension/fn_*.c)
	sed -n 's/^PG_FUNCTION_INFO_V1(\(.*\));$$/\t\1; pg_finfo_\1;/p' $^ | \
		sed '1 s/^/{ global:\n\tPg_magic_func; _PG_init;\n/; $$ s/$$/\n\tlocal: *;\n};/' > $@

$(SCRIPT): $(SCHEMA)
	cat $(SCHEMA) > $@

WRITE_UPGRADE = packaging/release/upgrade.awk
$(UPGRADE): $(RELEASED) $(SCRIPT) $(BY_HAND) extension/upgrade/closing.sql \
		$(WRITE_UPGRADE)
	awk -f $(WRITE_UPGRADE) $(RELEASED) $(SCRIPT) $(BY_HAND) > $@.tmp
	cat extension/upgrade/closing.sql >> $@.tmp
	mv $@.tmp $@

endif
