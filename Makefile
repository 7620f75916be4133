# migrate: PostgreSQL extension (PGXS) and SQLite loadable extension.
#
#   make            both hosts            make demo       a first migration on SQLite
#   make sqlite     build/migrate.so      make check      all tests
#   make pg         the extension         make install    the extension, through PGXS
#
# `make sqlite` and `make unit` need no PostgreSQL, `make pg` no SQLite headers.
# `make demo` and `make check` install the Debian packages that they lack.

CC ?= cc
PG_CONFIG ?= pg_config
CORE = $(sort $(wildcard common/*/*.c))
CORE_HEADERS = $(wildcard common/*.h common/*/*.h common/*/*.def)
WARN = -Wall -Wextra -Werror
C99 = -std=gnu99 $(WARN) -Wdeclaration-after-statement -Wmissing-prototypes -Wvla
ASAN = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DMIGR_ARENA_DEBUG

# Targets of our own.  When only these are asked for, PGXS isn't read: it has a
# `check` of its own, and the SQLite side must build without it.
OWN = sqlite asan unit lint format reference sqlitecheck random pairs kept conform live published alembic assert versions crash fuzz bench bench-quick demo check deps
.DEFAULT_GOAL := default
.PHONY: default pg $(OWN)

ifneq ($(filter-out $(OWN),$(or $(MAKECMDGOALS),default)),)
EXTENSION = pg/migrate
MODULE_big = migrate
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard pg/*.c)) $(CORE))
DATA = $(wildcard pg/migrate--*.sql)
PG_CPPFLAGS = -I. -Icommon
PG_CFLAGS = $(WARN) -Wno-unused-parameter
SHLIB_EXPORTS = pg/exports.txt
REGRESS = setup $(patsubst sql/%.sql,%,$(filter-out sql/setup.sql,$(sort $(wildcard sql/*.sql))))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=output_iso
EXTRA_CLEAN = build results output_iso log

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
# Debian's packages of PostgreSQL 13 can't run them
ifneq ($(wildcard $(dir $(PGXS))../test/isolation/pg_isolation_regress),)
ISOLATION = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
endif
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
$(OBJS): $(CORE_HEADERS) $(wildcard pg/*.h)
pg: all
default: pg sqlite
else
default: sqlite
pg install installcheck:
	@echo "make $@ needs PostgreSQL's server headers (Debian: postgresql-server-dev-all)" >&2; exit 1
clean:
	rm -rf build
endif
endif

# ---- SQLite -----------------------------------------------------------------
SQLITE_SRC = $(sort $(wildcard sqlite/*.c)) $(CORE)
SQLITE_CFLAGS = $(C99) -fPIC -fvisibility=hidden -Icommon
SQLITE_LINK = -shared -Wl,-z,nodelete -Wl,--version-script=sqlite/exports.map
SMALL = common/cmd/ common/schema/ sqlite/

sqlite: build/migrate.so
asan: build/asan/migrate.so

# small where it is SQLite that takes the time, quick where it is the core
build/sqlite/%.o: %.c $(CORE_HEADERS) $(wildcard sqlite/*.h)
	@mkdir -p $(@D)
	$(CC) $(SQLITE_CFLAGS) $(if $(filter $(SMALL),$(dir $<)),-Os,-O2) -fno-asynchronous-unwind-tables $(CFLAGS_EXTRA) -c -o $@ $<

build/migrate.so: $(SQLITE_SRC:%.c=build/sqlite/%.o) sqlite/exports.map
	$(CC) $(SQLITE_LINK) $(CFLAGS_EXTRA) -o $@ $(filter %.o,$^)

build/asan/%.o: %.c $(CORE_HEADERS) $(wildcard sqlite/*.h)
	@mkdir -p $(@D)
	$(CC) $(SQLITE_CFLAGS) $(ASAN) -c -o $@ $<

build/asan/migrate.so: $(SQLITE_SRC:%.c=build/asan/%.o) sqlite/exports.map
	$(CC) $(SQLITE_LINK) $(ASAN) -o $@ $(filter %.o,$^)

# ---- tests --------------------------------------------------------------------
UNIT = $(patsubst test/unit/%.c,build/unit/%,$(wildcard test/unit/test_*.c) test/unit/oom.c)
UNIT_OBJS = $(CORE:%.c=build/asan/%.o) build/unit/unit.o

build/unit/%.o: test/unit/%.c $(CORE_HEADERS) $(wildcard test/unit/*.h)
	@mkdir -p $(@D)
	$(CC) $(C99) $(ASAN) -Icommon -Itest/unit -c -o $@ $<

build/unit/%: test/unit/%.c $(UNIT_OBJS)
	$(CC) $(C99) $(ASAN) -Icommon -Itest/unit -o $@ $^ -lcmocka

build/driver: test/alembic/driver.c $(CORE) $(CORE_HEADERS) test/unit/unit.c
	@mkdir -p $(@D)
	$(CC) $(C99) -O2 -Icommon -Itest/unit -o $@ $(filter %.c,$^) -lcmocka

build/reference: test/reference.c $(CORE) $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(C99) -O0 -Icommon -o $@ $(filter %.c,$^)

unit: $(UNIT)
	@for test in $(UNIT); do $$test || exit 1; done

lint:
	test/lint.sh

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

# README's tables of commands, options and settings, from the code's own
reference: build/reference
	@test/readme.py --reference

sqlitecheck: sqlite asan
	test/sqlite/run.sh

# random schemas and ALTER TABLEs, and random pairs of schemas on both hosts (a
# twentieth as many on PostgreSQL): make random TIMES=5000 SEED=1
random: sqlite
	ONLY=alter_random SEED=$(or $(SEED),1) TIMES=$(or $(TIMES),2000) test/sqlite/run.sh build/migrate
	test/pairs/random.sh $(or $(SEED),1) $$(($(or $(TIMES),2000) / 20))

# all pairs of schemas, both ways: make pairs ONLY=partition
pairs: sqlite
	test/pairs/run.sh $(if $(ONLY),--only $(ONLY))

# the facts that are kept of the one, for the other of all pairs
kept: sqlite
	test/pairs/run.sh --kept $(if $(ONLY),--only $(ONLY))

# Alembic projects run live, captured, and run again: make live ONLY=wps
live: sqlite
	test/interop/run.sh live $(ONLY)

# the same with published projects, out of Debian's packages, which this fetches:
# make published ONLY=mailman3
published: sqlite
	test/interop/run.sh published $(ONLY)

alembic: build/driver sqlite
	test/alembic/run.sh

conform: sqlite
	test/conform/run.sh

# runs that end in the middle: make crash TIMES=200 STEP=1
crash: sqlite
	test/crash/run.sh $(TIMES) $(STEP)

# the server's tests on a PostgreSQL with assertions, which this builds
assert:
	test/assert.sh

# other releases of Debian, for their PostgreSQL and SQLite; as root, with
# debootstrap: make versions DIR=/var/tmp/suites SUITES="bullseye sid"
versions:
	test/suites.sh $(or $(DIR),build/suites) $(SUITES)

fuzz:
	test/fuzz/run.sh $(TIME)

bench bench-quick: sqlite
	bench/run.sh $(if $(filter bench-quick,$@),quick)

# ---- the two commands of the README -----------------------------------------------
deps:
	@test/deps.sh $(DEPS)

demo: DEPS = demo
demo: deps
	@$(MAKE) --no-print-directory sqlite
	@test/demo.sh

ifeq ($(filter-out $(OWN),$(or $(MAKECMDGOALS),default)),)
check: deps
	@test/check.sh
endif
