// SPDX-License-Identifier: GPL-2.0-or-later
/* What Module.symvers says of exported symbols. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/target/exports.h"
#include "tests/unit/scratch.h"

#define SYMVERS                                                                        \
	"0x1\tmdio_i2c_alloc\tdrivers/net/some-kind/mdio-i2c-x\tEXPORT_SYMBOL_GPL\t\n" \
	"0x2\tprintk-like\tvmlinux\tEXPORT_SYMBOL\t\n"                                 \
	"0x3\tx\tx-y\tEXPORT_SYMBOL\tNS-1\n"

/* Modules are named as the kernel names them, not as their files; nothing else changes. */
static void modules_have_their_names(void **state)
{
	static const struct {
		const char *symbol, *module, *path, *namespace;
	} known[] = {
		{"mdio_i2c_alloc", "mdio_i2c_x", "drivers/net/some-kind/mdio_i2c_x", ""},
		{"printk-like", "vmlinux", "vmlinux", ""},
		{"x", "x_y", "x_y", "NS-1"},
	};
	char directory[SCRATCH_PATH];
	_cleanup_free_ char *path = NULL;
	struct exports *exports;

	(void)state;
	scratch_make(directory);
	assert_null(text_format(&path, "%s/Module.symvers", directory));
	assert_null(file_write(path, SYMVERS, strlen(SYMVERS)));
	assert_null(exports_read(path, &exports));
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		const struct exported_symbol *symbol = exports_find(exports, known[i].symbol);

		assert_non_null(symbol);
		assert_string_equal(exported_module(symbol), known[i].module);
		assert_string_equal(symbol->module, known[i].path);
		assert_string_equal(symbol->namespace, known[i].namespace);
	}
	exports_free(exports);
	scratch_remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_have_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
