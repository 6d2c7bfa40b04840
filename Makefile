# Dealix.  make [MODE=release|asan|cov] [all demo check lint bench coverage install uninstall clean]
MODE ?= release
PREFIX ?= /usr/local
VERSION := 0.1.0
O := build/$(MODE)

WARN := -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wcast-qual -Wpointer-arith -Wvla -Wformat=2 -Wswitch-enum -Wundef
OPT_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPT_cov := -O0 -g --coverage
LINK_release := -pie -Wl,-z,relro,-z,now
LINK_asan := -fsanitize=address,undefined
LINK_cov := --coverage

CPPFLAGS += -D_GNU_SOURCE -DDX_VERSION='"$(VERSION)"' -Ilib -Icmd -Itests/unit
CFLAGS += -std=c11 $(WARN) $(OPT_$(MODE)) -MMD -MP
LDFLAGS += $(LINK_$(MODE)) -Wl,--as-needed
# Each tool is linked with all of these; --as-needed keeps only what it calls.  SHA-256, SHA-512 and CRC-32 come out of the archives of
# their libraries: a few small objects that hold no state and read no format, where loading libcrypto takes longer than a short call.
# Without the archives: make ARCHIVES='-lcrypto -lz'.  What parses, signs or talks is opened when it is needed (base/library.h).
ARCHIVES := -l:libcrypto.a -l:libz.a
LDLIBS += -lsqlite3 $(ARCHIVES) -lpthread

TOOLS := $(patsubst cmd/%/,$(O)/dealix-%,$(sort $(wildcard cmd/*/)))
UNITS := $(patsubst tests/unit/%.c,$(O)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
BENCHES := $(patsubst tests/bench/%.c,$(O)/bench/%,$(sort $(wildcard tests/bench/bench_*.c)))
# V=1 shows the commands.
Q := $(if $(V),,@)
objs = $(patsubst %.c,$(O)/%.o,$(sort $(wildcard $(1))))

all: $(TOOLS)
.DELETE_ON_ERROR:
.SECONDARY:
.SECONDEXPANSION:
$(O)/dealix-%: $$(call objs,cmd/$$*/*.c) $(O)/libdealix.a
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(O)/libdealix.a: $(call objs,lib/*/*.c)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
$(O)/unit/%: $(O)/tests/unit/%.o $(O)/libdealix.a
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(LDLIBS_$*)
$(O)/bench/%: $(O)/tests/bench/%.o $(O)/libdealix.a
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
LDLIBS_test_json_oracle := -ljansson
LDLIBS_test_expr := -ljq
$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $<")
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
# Documents are part of these objects, and no list of headers says so.
$(O)/lib/contract/shipped.o: $(wildcard policies/evidence/*.json policies/outputs/*.json)
$(O)/lib/core/action_policy.o: policies/actions/default.json


# --- what people run ---

# As many compilers as processors, unless make was told how many.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

deps-demo:
	@tests/deps demo
deps-check:
	@tests/deps check
demo: deps-demo
	@$(MAKE) -s $(PARALLEL) all $(O)/unit/test_check
	@PATH="$(CURDIR)/$(O):$(CURDIR)/$(O)/unit:$$PATH" policies/demo/run
check: deps-check
	@$(MAKE) -s $(PARALLEL) all units
	@$(MAKE) -s lint
	@tests/run $(O) $(UNITS)
units: $(UNITS)
lint:
	@tests/lint/layers
	@tests/lint/source
	@tests/lint/docs $(O)
bench: deps-check
	@$(MAKE) -s all $(BENCHES)
	@PATH="$(CURDIR)/$(O):$$PATH" tests/bench/run $(O)
coverage:
	@$(MAKE) -s MODE=cov check
	@tests/coverage build/cov

MANS := $(wildcard man/*.[157])
# What ships: the documents of each folder of policies, but for the demonstration's.
SHIPPED := $(filter-out demo samples,$(notdir $(patsubst %/,%,$(wildcard policies/*/))))
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man7 $(SHIPPED:%=$(DESTDIR)$(PREFIX)/share/dealix/policies/%) \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install $(TOOLS) $(DESTDIR)$(PREFIX)/bin
	for m in $(MANS); do install -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$${m##*.} || exit; done
	for t in $(notdir $(TOOLS)); do \
	    install -m 644 completions/bash/$$t $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$t && \
	    install -m 644 completions/zsh/_$$t $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$t && \
	    install -m 644 completions/fish/$$t.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$t.fish || exit; done
	for d in . $(SHIPPED); do for f in policies/$$d/*.json policies/$$d/*.yml; do [ ! -e $$f ] || \
	    install -m 644 $$f $(DESTDIR)$(PREFIX)/share/dealix/policies/$$d || exit; done; done
	install policies/ci/pre-* $(DESTDIR)$(PREFIX)/share/dealix/policies/ci
uninstall:
	for t in $(notdir $(TOOLS)); do rm -f $(DESTDIR)$(PREFIX)/bin/$$t \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$t $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$t \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$t.fish; done
	for m in $(notdir $(MANS)); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$$m; done
	rm -rf $(DESTDIR)$(PREFIX)/share/dealix

# Made from the option tables and the table of reasons; kept in the tree so that packages need not run anything.
generated: all
	@tests/generate $(O)

clean:
	rm -rf build
-include $(shell find $(O) -name '*.d' 2>/dev/null)
.PHONY: all bench check clean coverage demo deps-check deps-demo generated install lint uninstall units
