// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"

void scratch_make(char directory[SCRATCH_PATH])
{
	strcpy(directory, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(directory));
}

void scratch_remove(const char *directory)
{
	scratch_run("rm -rf %s", directory);
}

void scratch_run(const char *format, ...)
{
	_cleanup_free_ char *command = NULL;
	va_list arguments;

	va_start(arguments, format);
	assert_true(vasprintf(&command, format, arguments) > 0);
	va_end(arguments);
	if (system(command))
		fail_msg("%s", command);
}

char *scratch_compile(const char *directory, const char *name, const char *flags, const char *text)
{
	_cleanup_free_ char *source = NULL;
	char *object;

	assert_null(text_format(&source, "%s/%s.c", directory, name));
	assert_null(text_format(&object, "%s/%s.o", directory, name));
	assert_null(file_write(source, text, strlen(text)));
	scratch_run("gcc %s -c -o %s %s", flags, object, source);
	return object;
}
