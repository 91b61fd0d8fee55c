// SPDX-License-Identifier: GPL-2.0-or-later
/* Changed headers of which the build makes another file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "create/reach/generated.h"

/* What generated_of() says of one changed line in the file. */
static const char *made(const char *path, char sign, const char *text)
{
	struct diff_line line = {.sign = sign, .text = text, .length = strlen(text)};
	struct diff_hunk hunk = {.lines = &line, .nr_lines = 1};
	struct diff_file file = {
		.kind = DIFF_MODIFIED, .path = (char *)path, .hunks = &hunk, .nr_hunks = 1};

	return generated_of(&file);
}

static void a_line_that_is_read_counts(void **state)
{
	(void)state;
	assert_string_equal(made("include/linux/oid_registry.h", '+', "\tOID_lpatch,\t/* 1.2.3 */"),
			    "lib/oid_registry_data.c");
	assert_non_null(made("security/selinux/include/classmap.h", '-', "\t    \"read\","));
	assert_non_null(made("arch/x86/include/asm/cpufeatures.h", '+',
			     "#define X86_FEATURE_X ( 3*32+ 1) /* \"x\" */"));
	assert_non_null(made("arch/x86/include/asm/cpufeatures.h", '+', "#define X86_BUG_X 1"));
	assert_non_null(made("include/scsi/scsi_devinfo.h", '-', "#define BLIST_X 1"));
	assert_non_null(made("include/linux/net.h", '+', "\tSOCK_X\t= 9,"));
	assert_non_null(made("include/uapi/linux/input-event-codes.h", '-', "#define KEY_1 2"));
	assert_non_null(made("include/xen/interface/xen.h", '+', "#define __HYPERVISOR_x 41"));
	assert_non_null(made("arch/x86/entry/vdso/vdso2c.h", '+', "x"));
	assert_non_null(made("include/linux/asn1_ber_bytecode.h", '-', "\tASN1_OP_COND_FAIL,"));
}

static void others_do_not(void **state)
{
	(void)state;
	assert_null(made("include/linux/oid_registry.h", ' ', "\tOID_lpatch,\t/* 1.2.3 */"));
	assert_null(made("include/linux/oid_registry.h", '+', "extern int x(void);"));
	assert_null(made("arch/x86/include/asm/cpufeatures.h", '+',
			 "#define X86_FEATURE_X ( 3*32+ 1) /* \"\" none */"));
	assert_null(made("include/linux/net.h", '+', "\tint x;"));
	assert_null(made("include/uapi/linux/input-event-codes.h", '+', "#define KEY_X 900"));
	assert_null(made("fs/proc/internal.h", '+', "\tOID_lpatch,"));
}

static void a_rename_takes_the_input_away(void **state)
{
	struct diff_file file = {.kind = DIFF_RENAMED,
				 .old_path = (char *)"include/linux/oid_registry.h",
				 .path = (char *)"include/linux/oids.h"};

	(void)state;
	assert_non_null(generated_of(&file));
	file.kind = DIFF_COPIED;
	assert_null(generated_of(&file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_is_read_counts),
		cmocka_unit_test(others_do_not),
		cmocka_unit_test(a_rename_takes_the_input_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
