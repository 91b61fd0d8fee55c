# lpatch: live kernel patching. `make` builds everything, `make demo` shows it,
# `make check` runs every test; `make help` lists the rest.

CC ?= gcc
PREFIX ?= /usr/local
B := build

# `make V=1` shows whole commands.
ifneq ($(V),1)
QUIET = @printf '  %-4s %s\n' $(1) $@;
endif

override CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror $(CFLAGS)
CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I.
LDFLAGS := -Wl,--as-needed
# Mails (GMime) and the tables of GLib, on which that stands; their headers are not ours to warn of.
GLIB_CPPFLAGS := $(patsubst -I%,-isystem %,$(filter -I%,$(shell pkg-config --cflags gmime-3.0 2>/dev/null)))
CPPFLAGS += $(GLIB_CPPFLAGS)
LIBS := -lelf -ldw -lbpf -lopcodes -lbfd -larchive -lcrypto -lnettle -ljson-c -lzstd -llzma -llz4 -lz \
	-lgmime-3.0 -lgobject-2.0 -lglib-2.0

# The programs for hosts have the reader of tar in them: the shared library loads seven others
# (libxml2, ICU and its data, libstdc++), and ld.so spent a tenth of all instructions of
# lpatch-apply on them (docs/architecture.md, "Where the time goes").
HOST_LIBS := $(LIBS:-larchive=-l:libarchive.a)

PROGRAMS := lpatch-create lpatch-apply lpatch-view lpatch-undo diffobj
SHARED_DATA := core-module kpatch-templates

COMMON := $(wildcard common/*.c)
OBJECT := $(wildcard object/*.c)
DIFFOBJ := $(filter-out diffobj/main.c,$(wildcard diffobj/*.c))
CREATE := $(filter-out create/main.c,$(wildcard create/*.c create/*/*.c))
APPLY := $(filter-out $(wildcard apply/lpatch-*.c),$(wildcard apply/*.c))
UNIT_TESTS := $(wildcard tests/unit/test_*.c)

# What each program is made of: its main file and the parts it may use. Of those of the archive
# it has what it uses, and so no library that is there for what it does not do.
MAIN_lpatch-create := create/main.c $(CREATE) $(DIFFOBJ) $(OBJECT)
MAIN_lpatch-apply := apply/lpatch-apply.c
MAIN_lpatch-view := apply/lpatch-view.c
MAIN_lpatch-undo := apply/lpatch-undo.c
MAIN_diffobj := diffobj/main.c $(DIFFOBJ) $(OBJECT)
PARTS := $(B)/obj/libparts.a

# What diffobj loads when it has to explain something; object/explain.h says why.
EXPLAIN := $(B)/lib/lpatch/object-explain.so
RUN_PATH := -Wl,-rpath,'$$ORIGIN/../lib/lpatch'
LIBS_lpatch-create := $(LIBS)
LIBS_diffobj := $(LIBS)
RUN_PATH_lpatch-create := $(RUN_PATH)
RUN_PATH_diffobj := $(RUN_PATH)

# What the programs for hosts load when they need it; common/signature_check.h and
# apply/source_lines_read.h say why. They use these functions of the program's.
SIGNATURE := $(B)/lib/lpatch/lpatch-signature.so
SOURCE_LINES := $(B)/lib/lpatch/lpatch-source-lines.so
PLUGINS := $(EXPLAIN) $(SIGNATURE) $(SOURCE_LINES)
LENT := $(foreach f,lp_error_* text_* hex_text,-Wl,--export-dynamic-symbol='$(f)')

.PHONY: all
all: $(PROGRAMS:%=$(B)/bin/%) $(PLUGINS) $(SHARED_DATA:%=$(B)/share/lpatch/%)

include tests/tests.mk

# Programs -------------------------------------------------------------------

.PHONY: $(PROGRAMS)
$(PROGRAMS): %: $(B)/bin/%
diffobj lpatch-create: $(EXPLAIN)
lpatch-apply lpatch-undo lpatch-view: $(SIGNATURE) $(SOURCE_LINES)

define program
$(B)/bin/$(1): $$(MAIN_$(1):%.c=$(B)/obj/%.o) $$(PARTS) | $(B)/bin
	$$(call QUIET,LINK)$$(CC) $$(CFLAGS) $$(LDFLAGS) $$(RUN_PATH_$(1)) $$(LENT) -o $$@ $$^ \
		$$(or $$(LIBS_$(1)),$$(HOST_LIBS))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

$(PARTS): $(patsubst %.c,$(B)/obj/%.o,$(APPLY) $(COMMON))
	$(call QUIET,AR)rm -f $@ && ar rcs $@ $^

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call QUIET,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(EXPLAIN): $(wildcard object/explain/*.[ch]) object/explain.h
$(SIGNATURE): $(wildcard common/signature/*.c) common/crypto.c $(wildcard common/*.h)
$(SOURCE_LINES): $(wildcard apply/source_lines/*.c) $(wildcard apply/*.h common/*.h)
$(EXPLAIN): PLUGIN_LIBS := -lelf -ldw -lopcodes -lbfd
$(SIGNATURE): PLUGIN_LIBS := -lcrypto
$(SOURCE_LINES): PLUGIN_LIBS := -lelf -ldw
$(PLUGINS): Makefile
	@mkdir -p $(@D)
	$(call QUIET,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden $(LDFLAGS) -shared \
		-o $@ $(filter %.c,$^) $(PLUGIN_LIBS)

$(B)/bin:
	@mkdir -p $@

# The programs look for their data at ../share/lpatch from where they are.
$(B)/share/lpatch/%:
	@mkdir -p $(@D)
	ln -sfn ../../../$* $@

# Installation ---------------------------------------------------------------

UNITS := lpatch.service lpatch-booted.service
UNIT_DIR = $(PREFIX)/lib/systemd/system
COMPLETIONS = $(PREFIX)/share/bash-completion/completions
MAN_PAGES := $(wildcard man/*.[1-8])
SHARED_FILES := $(foreach d,$(SHARED_DATA),$(wildcard $(d)/*.[ch] $(d)/Kbuild))

.PHONY: install uninstall
install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAMS:%=$(B)/bin/%) $(DESTDIR)$(PREFIX)/bin
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/lpatch $(PLUGINS)
	for f in $(SHARED_FILES); do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/lpatch/$$f || exit 1; done
	for f in hosts.md json.md kernels.md sysfs-lpatch; do \
		install -D -m 644 docs/$$f $(DESTDIR)$(PREFIX)/share/doc/lpatch/$$f || exit 1; done
	for f in $(wildcard examples/*.patch); do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/doc/lpatch-build/$$f || exit 1; done
	install -D -m 644 completion/lpatch $(DESTDIR)$(COMPLETIONS)/lpatch-apply
	for p in $(filter-out lpatch-apply,$(PROGRAMS)); do \
		ln -sfn lpatch-apply $(DESTDIR)$(COMPLETIONS)/$$p || exit 1; done
	for f in $(UNITS); do \
		sed 's|@BINDIR@|$(PREFIX)/bin|' packaging/systemd/$$f.in | \
			install -D -m 644 /dev/stdin $(DESTDIR)$(UNIT_DIR)/$$f || exit 1; done
	for f in $(MAN_PAGES); do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/$${f#man/} || exit 1; done

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -f $(PROGRAMS:%=$(DESTDIR)$(COMPLETIONS)/%) $(UNITS:%=$(DESTDIR)$(UNIT_DIR)/%)
	rm -rf $(DESTDIR)$(PREFIX)/share/lpatch $(DESTDIR)$(PREFIX)/lib/lpatch \
		$(DESTDIR)$(PREFIX)/share/doc/lpatch $(DESTDIR)$(PREFIX)/share/doc/lpatch-build
	for f in $(MAN_PAGES); do \
		rm -f $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/$${f#man/}; done

# Debian packages of what is committed; tests/deb tries them out.
.PHONY: deb check-deb
deb:
	@tests/packages deb
	@packaging/make-deb $(B)/deb

check-deb:
	@tests/packages deb
	@tests/run-tests tests/deb

# House keeping --------------------------------------------------------------

.PHONY: clean format help
clean:
	rm -rf $(B)

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

help:
	@echo 'make                all programs, in build/bin'
	@echo 'make deps           install the packages that building and testing need (apt)'
	@echo 'make demo           create, apply, view and undo an update on a stock kernel in QEMU'
	@echo 'make check          every test'
	@echo 'make lint           the layers, and what analysers of sources and scripts say'
	@echo 'make check-unit     the unit tests alone, under ASan and UBSan'
	@echo 'make check-vm       the tests on a stock kernel in QEMU alone'
	@echo 'make check-kernels  on more of Debian'"'"'s kernels (hours), and small ones that it builds; [SERIES=] [FLAVOUR=]'
	@echo 'make check-debug-kernel  on a kernel with lockdep and KASAN, which it builds (an hour); [TESTS=]'
	@echo 'make check-truth    what updates refer to, against kernels built from the patched source'
	@echo 'make check-corpus   create, load in QEMU and undo each of a folder of patches: CORPUS=FOLDER'
	@echo 'make check-soak     apply and undo updates of hot paths in a busy guest; [CYCLES=1000]'
	@echo 'make bench          timings, as ratios to what the same machine does otherwise'
	@echo 'make fuzz-bundle    feed the bundle reader with what a fuzzer thinks of; [FUZZ_SECONDS=60]'
	@echo 'make fuzz-diffobj   the same with the object differ'
	@echo 'make deb            Debian packages of what is committed, in build/deb'
	@echo 'make check-deb      lint them, install and remove them in a clean system, run the demo'
	@echo 'make install        [DESTDIR=] [PREFIX=/usr/local]; make uninstall takes it away'
	@echo 'make format         clang-format over all sources'
	@echo 'make clean          remove build/'

-include $(shell [ -d $(B)/obj ] && find $(B)/obj -name '*.d')
