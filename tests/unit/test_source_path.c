// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files of the kernel's source are skipped by their name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/base/source_path.h"

static void what_the_build_reads_is_source(void **state)
{
	static const char *const paths[] = {
		"fs/proc/cmdline.c",
		"tools/lib/bpf/relo_core.c",                  /* kernel/bpf/Makefile */
		"tools/lib/bpf/relo_core.h",                  /* kernel/bpf/btf.c */
		"tools/lib/bpf/skel_internal.h",              /* kernel/bpf/preload */
		"tools/testing/selftests/kselftest_module.h", /* lib/test_printf.c */
		"tools/objtool/check.c",                      /* treats each object */
		"tools/bpf/resolve_btfids/main.c",            /* treats vmlinux */
		"tools/build/fixdep.c",
		"tools/include/tools/le_byteshift.h",    /* vdso2c */
		"tools/arch/x86/lib/insn.c",             /* objtool */
		"tools/arch/x86/lib/x86-opcode-map.txt", /* objtool */
		"tools/scripts/Makefile.include",
		"tools/Makefile",
		"samples/kobject/kobject-example.c", /* with CONFIG_SAMPLES */
		"samples/Makefile",
		"arch/x86/lib/x86-opcode-map.txt", /* inat-tables.c */
		"scripts/head-object-list.txt",
		"fs/README.c",
		"fs/README/x.c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (source_path_aside(paths[i]))
			fail_msg("%s is skipped", paths[i]);
	}
}

static void what_no_build_reads_is_passed_over(void **state)
{
	static const char *const paths[] = {
		"Documentation/admin-guide/kernel-parameters.txt",
		"tools/objtool/Documentation/objtool.txt",
		"tools/testing/selftests/bpf/progs/x.c",
		"tools/perf/builtin-top.c",
		"tools/mm/page-types.c",
		"scripts/spelling.txt",
		"samples/bpf/run_cookie_test.sh",
		"fs/unicode/README.utf8data",
		"README",
		"arch/arm64/kernel/setup.c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (!source_path_aside(paths[i]))
			fail_msg("%s is not skipped", paths[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_build_reads_is_source),
		cmocka_unit_test(what_no_build_reads_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
