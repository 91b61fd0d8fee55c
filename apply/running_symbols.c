// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/running_symbols.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/text.h"

/* A line is "ADDRESS TYPE NAME[\t[MODULE]]" (s_show() in kernel/kallsyms.c, Linux 6.1). */
struct lp_error *running_symbols_each(const struct host *host, running_symbol_visit *visit,
				      void *context)
{
	_cleanup_free_ char *path = NULL, *line = NULL;
	char name[512], module[64];
	uint64_t address;
	size_t room = 0;

	lp_try(text_format(&path, "%s/kallsyms", host->proc));
	_cleanup_fclose_ FILE *file = fopen(path, "re");

	while (file && getline(&line, &room, file) > 0) {
		int fields =
			sscanf(line, "%" SCNx64 " %*c %511s [%63[^]]]", &address, name, module);

		if (fields >= 2)
			visit(context, address, name, fields == 3 ? module : "vmlinux");
	}
	return NULL;
}
