// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects that the object differ does not take: of two architectures, and of an unknown one. */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "common/error.h"
#include "diffobj/diffobj.h"

static void compile(const char *target, const char *folder, const char *name, char *path,
		    size_t size)
{
	_cleanup_free_ char *command = NULL;

	snprintf(path, size, "%s/%s.o", folder, name);
	assert_true(asprintf(&command,
			     "echo 'int f(int a) { return a; }' | "
			     "clang --target=%s -ffunction-sections -x c -c -o %s -",
			     target, path) > 0);
	assert_int_equal(system(command), 0);
}

static void must_fail(const char *original, const char *patched, const char *text)
{
	const struct diffobj_options options = {};
	struct diffobj_result *result = NULL;
	struct lp_error *error = diffobj_run(original, patched, NULL, &options, &result);

	assert_non_null(error);
	assert_null(result);
	assert_non_null(strstr(error->message, text));
	lp_error_free(error);
}

static void test_other_architectures(void **state)
{
	char folder[] = "/tmp/lpatch-diffobj-XXXXXX", x86[100], arm64[100];
	const Elf64_Half riscv = EM_RISCV;

	(void)state;
	assert_non_null(mkdtemp(folder));
	compile("x86_64-linux-gnu", folder, "x86", x86, sizeof(x86));
	compile("aarch64-linux-gnu", folder, "arm64", arm64, sizeof(arm64));
	must_fail(x86, arm64, "is for x86-64, and ");

	int fd = open(arm64, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &riscv, sizeof(riscv), offsetof(Elf64_Ehdr, e_machine)),
			 sizeof(riscv));
	close(fd);
	must_fail(arm64, arm64, "is for an architecture that is not known (e_machine 243)");
	unlink(x86);
	unlink(arm64);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_other_architectures)};

	return cmocka_run_group_tests_name("diffobj architectures", tests, NULL, NULL);
}
