// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/patch_run.h"

#include <string.h>

#include "common/file.h"
#include "common/process.h"
#include "common/text.h"

/* How much of what patch(1) says is read, in bytes. */
#define OUTPUT_LIMIT 65536

struct lp_error *patch_run(const char *directory, const char *scratch, unsigned int fuzz,
			   bool is_dry, const char *text, bool *applies, char **said)
{
	_cleanup_free_ char *input = NULL, *output = NULL;
	_cleanup_text_list_ struct text_list argv = {0};
	int status;

	*applies = true;
	/* A diff may do nothing but rename. */
	if (!*text)
		return text_format(said, "%s", "");
	lp_try(text_format(&input, "%s/patch.diff", scratch));
	lp_try(text_format(&output, "%s/patch.log", scratch));
	unlink(output);
	lp_try(file_write(input, text, strlen(text)));
	/* --force: it must not decide by itself that a patch is reversed. */
	lp_try(text_list_add_words(&argv, "patch -p1 --unified --no-backup-if-mismatch "
					  "--reject-file=- --force"));
	lp_try(text_list_add(&argv, "--fuzz=%u", fuzz));
	if (is_dry)
		lp_try(text_list_add(&argv, "--dry-run"));
	struct process patch = {
		.argv = (const char *const *)argv.items,
		.directory = directory,
		.input = input,
		.output = output,
	};

	lp_try(process_run(&patch, &status));
	*applies = !status;
	*said = process_output(output, OUTPUT_LIMIT);
	return *said ? NULL : lp_error_no_memory();
}
