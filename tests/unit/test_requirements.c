// SPDX-License-Identifier: GPL-2.0-or-later
/* Which configs make a kernel that can take updates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "create/target/requirements.h"

#define ENOUGH                                                                                \
	"CONFIG_X86_64=y\nCONFIG_SMP=y\nCONFIG_MODULES=y\nCONFIG_SYSFS=y\nCONFIG_PROC_FS=y\n" \
	"CONFIG_MODULE_UNLOAD=y\nCONFIG_KALLSYMS=y\n"
#define ALL ENOUGH "CONFIG_KALLSYMS_ALL=y\nCONFIG_TRACEPOINTS=y\n"

static void a_kernel_with_all_options_is_taken(void **state)
{
	bool livepatch;

	(void)state;
	assert_null(requirements_check(ALL, "dir/.config", &livepatch));
	assert_false(livepatch);
	assert_null(
		requirements_check("# x\n" ALL "CONFIG_LIVEPATCH=y\n", "dir/.config", &livepatch));
	assert_true(livepatch);
}

static void what_is_missing_is_named(void **state)
{
	bool livepatch;

	(void)state;
	_cleanup_error_ struct lp_error *error =
		requirements_check(ENOUGH "CONFIG_LTO_CLANG=y\n# CONFIG_KALLSYMS_ALL is not set\n",
				   "dir/.config", &livepatch);

	assert_non_null(error);
	assert_int_equal(error->status, LP_UNSAFE);
	assert_string_equal(
		error->message,
		"dir/.config: a kernel with this config can't take updates, it would need "
		"CONFIG_KALLSYMS_ALL (the kernel's variables could not be found), "
		"CONFIG_TRACEPOINTS (tasks that leave a CPU could not be noted), "
		"not CONFIG_LTO_CLANG (objects are not compiled one by one)");
}

static void kcfi_is_refused(void **state)
{
	bool livepatch;

	(void)state;
	_cleanup_error_ struct lp_error *error =
		requirements_check(ALL "CONFIG_CFI_CLANG=y\n", "dir/.config", &livepatch);

	assert_non_null(error);
	assert_int_equal(error->status, LP_UNSAFE);
	assert_string_equal(
		error->message,
		"dir/.config: a kernel with this config can't take updates, it would need "
		"not CONFIG_CFI_CLANG (kCFI, which checks the types of what is called, is not "
		"supported)");
}

static void clang_is_refused(void **state)
{
	bool livepatch;

	(void)state;
	_cleanup_error_ struct lp_error *error =
		requirements_check(ALL "CONFIG_CC_IS_CLANG=y\n", "dir/.config", &livepatch);

	assert_non_null(error);
	assert_int_equal(error->status, LP_UNSAFE);
	assert_string_equal(
		error->message,
		"dir/.config: a kernel with this config can't take updates, it would need "
		"not CONFIG_CC_IS_CLANG (lpatch is not tested on kernels that clang compiled)");
	assert_null(requirements_check(ALL "CONFIG_CC_IS_GCC=y\n# CONFIG_CC_IS_CLANG is not set\n",
				       "dir/.config", &livepatch));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_with_all_options_is_taken),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(kcfi_is_refused),
		cmocka_unit_test(clang_is_refused),
	};

	return cmocka_run_group_tests_name("requirements", tests, NULL, NULL);
}
