# The test targets; included by the top Makefile.

SAN := $(B)/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
UNIT_HELPERS := $(filter-out $(UNIT_TESTS),$(wildcard tests/unit/*.c))
LIBRARY_OBJECTS := $(patsubst %.c,$(SAN)/%.o,$(COMMON) $(wildcard common/signature/*.c apply/source_lines/*.c) \
	$(OBJECT) $(DIFFOBJ) $(CREATE) $(APPLY) $(UNIT_HELPERS))
UNIT_PROGRAMS := $(UNIT_TESTS:tests/unit/%.c=$(B)/tests/%)
# Run by tests/cli/memory.sh under valgrind, which sees into libraries and does not go with ASan.
PLAIN_PROGRAMS := $(B)/plain/test_elf_writers
PLAIN_OBJECTS := $(LIBRARY_OBJECTS:$(SAN)/%=$(B)/obj/%)
# The longest, in seconds of CPU time, come first, so that no processor is idle at the end.
LONG_TESTS := tests/vm/kernels/stock.sh $(addprefix tests/cli/, \
	fresh-cache.sh create.sh cache.sh create-sources.sh create-unproven.sh compilers.sh) \
	tests/lint/lint.sh tests/cli/reproducible.sh \
	$(addprefix tests/vm/, thousand-functions.test spread.test cpu-hotplug.test systemd/persist.sh \
	tasks.test kprobes.test faults.test)
long_first = $(filter $(1),$(LONG_TESTS)) $(filter-out $(LONG_TESTS),$(1))
LINT := tests/lint/lint.sh
CLI_TESTS := $(call long_first,$(sort $(wildcard tests/cli/*.sh)))
VM_TESTS := $(call long_first,tests/vm/kernels/stock.sh tests/vm/systemd/persist.sh \
	$(sort $(wildcard tests/vm/*.test)))
JOBS := $(shell nproc)

# Everything below starts from a machine on which nothing is installed yet, so the
# packages come first and the building happens in a make of its own.
build = +@$(MAKE) --no-print-directory -s -j$(JOBS)
kernel = root=$$(tests/kernels) && export LPATCH_TEST_ROOT="$$root" && \
	LPATCH_TEST_KERNEL=$$(echo "$$root"/boot/vmlinuz-*) && export LPATCH_TEST_KERNEL

.PHONY: deps demo lint check check-unit check-cli check-vm check-kernels check-truth check-corpus \
	check-debug-kernel check-soak bench
deps:
	@tests/packages

demo: deps
	$(build) all
	@$(kernel) && tests/demo/demo

lint: deps
	@tests/run-tests $(LINT)

check: deps
	$(build) all $(UNIT_PROGRAMS) $(PLAIN_PROGRAMS)
	@$(kernel) && tests/run-tests $(UNIT_PROGRAMS) \
		$(call long_first,$(LINT) $(CLI_TESTS) $(VM_TESTS))

check-unit: $(UNIT_PROGRAMS)
	@tests/run-tests $(UNIT_PROGRAMS)

check-cli: deps
	$(build) all $(PLAIN_PROGRAMS)
	@$(kernel) && tests/run-tests $(CLI_TESTS)

check-vm: deps
	$(build) all
	@$(kernel) && tests/run-tests $(VM_TESTS)

# KERNELS="plain ibt" runs only those of the small kernels; SERIES, FLAVOUR, SUITE or SET only some of
# Debian's (tests/vm/kernels/debian).
KERNELS =
check-kernels:
	@tests/packages kernels
	@tests/packages soak
	$(build) all
ifeq ($(SERIES)$(FLAVOUR)$(SUITE)$(SET),)
	@$(kernel) && LPATCH_TEST_ALL=1 LPATCH_TEST_TIMEOUT=14400 LPATCH_TEST_KERNELS="$(KERNELS)" \
		tests/run-tests $(if $(KERNELS),,tests/vm/kernels/stock.sh tests/vm/kernels/newer.sh) \
		tests/vm/kernels/built.sh
endif
	$(if $(KERNELS),,@tests/vm/kernels/debian)

# What the core and its updates do to a kernel, on one that checks locks and memory. As many seconds
# as it takes: everything is slower there. Left out:
#	checks			host programs alone
#	completion		host programs alone
#	errors			host programs alone
#	ftrace-redirect		wants random_read_iter() redirected through ftrace, which takes a jump here
#	host-trouble		host programs alone
#	kdump			wants kexec, and a second kernel that fits beside this one
#	kprobes			wants random_read_iter() redirected through ftrace, as above
#	leaks			counts objects, which KASAN keeps for a while after they are freed
#	little-memory		wants 256 MB, and KASAN takes most of that
#	lock-prefix		wants a function that begins with a lock prefix: KASAN's check is before it
#	memory-hotplug		wants memory hotplug
#	missing			host programs alone
#	module-comes		replaces what initialises locks, whose keys outlive it where lockdep is
#	namespace-waits		the same; and wants /proc/PID/task/TID/children
#	other-core		host programs alone
#	other-kernel		wants a bundle for another kernel of Debian's
#	refused			edits a bundle by the bytes of Debian's kernel
#	rewritten		wants functions that begin with a static call, which might_sleep() is not here
#	shadow			replaces what initialises locks, whose keys outlive it where lockdep is
#	shadow-million		a million objects, with what KASAN keeps of each
#	signed			wants Secure Boot and a kernel that trusts its keys
#	source-lines		host programs alone
#	spread			wants ext4, xfs, btrfs, nf_tables, overlay, 8021q and kvm
#	store			host programs alone
#	suspend			wants ACPI
#	terminal		host programs alone
#	thousand-functions	replaces functions of all that Debian's network has
#	unmasked		edits the bundle of rewritten
#	unproven		makes its bundle from a tarball
#	user-visible		apply-undo does the same
#	view			host programs alone
DEBUG_TESTS := tests/vm/kernels/debug.test $(addprefix tests/vm/,$(addsuffix .test, \
	tasks faults apply-undo bpf busy cpu-hotplug debug-messages exiting-tasks header hooks \
	interrupted killed kprobe-code lists many-updates module module-goes \
	module-keys module-waits names new-file nmi other-users outlives own-way \
	parked-cpus racing readers renamed-state replace stacked stop-limit tracing trust two-updates \
	undo-refused waiting what-begins))
TESTS = $(DEBUG_TESTS)
# This kernel has nothing to measure the TSC by, and no other clock that counts where interrupts
# are off; QEMU's TSC counts nanoseconds.
check-debug-kernel: deps
	$(build) all
	@$(kernel) && root=$$(tests/vm/kernels/build debug) && LPATCH_TEST_ROOT=$$root \
		LPATCH_TEST_BOOT="-m 2G -t 7200 -e RCU.lockdep.checking.is.enabled \
			-a tsc=reliable -a tsc_early_khz=1000000" \
		LPATCH_TEST_TIMEOUT=9000 tests/run-tests $(TESTS)

check-truth: deps
	$(build) all
	@$(kernel) && LPATCH_TEST_TIMEOUT=7200 tests/run-tests tests/truth/run

check-corpus: deps
	$(build) all
	@tests/corpus/run "$(CORPUS)" $(RELEASE)

# CYCLES=1000, and longer than any time limit of the other tests.
check-soak:
	@tests/packages soak
	$(build) all
	@$(kernel) && LPATCH_TEST_TIMEOUT=604800 tests/run-tests tests/soak/soak

bench: deps
	$(build) all
	@$(kernel) && tests/bench/create
	@tests/bench/diffobj
	@$(kernel) && tests/bench/kernel

$(SAN)/%.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(call QUIET,CC)$(CC) $(CPPFLAGS) $(CFLAGS) $(SANFLAGS) -MMD -MP -c -o $@ $<

$(SAN)/libparts.a: $(LIBRARY_OBJECTS)
	$(call QUIET,AR)rm -f $@ && ar rcs $@ $^

# ASan opens what a program opens, and so only heeds run paths of the old kind.
$(B)/tests/%: $(SAN)/tests/unit/%.o $(SAN)/libparts.a | $(PLUGINS)
	@mkdir -p $(@D)
	$(call QUIET,LINK)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) $(RUN_PATH) $(LENT) \
		-Wl,--disable-new-dtags -o $@ $^ -lcmocka $(LIBS)

$(B)/plain/%: $(B)/obj/tests/unit/%.o $(PLAIN_OBJECTS)
	@mkdir -p $(@D)
	$(call QUIET,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

-include $(shell [ -d $(SAN) ] && find $(SAN) -name '*.d')

include tests/fuzz/bundle.mk
include tests/fuzz/diffobj.mk
