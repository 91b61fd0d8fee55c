// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/plan_stop.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "core-module/lpatch_abi.h"

/* Sets *limit to the limit of a loaded core, else to its default. */
static struct lp_error *find_limit(const struct host *host, unsigned int *limit)
{
	_cleanup_free_ char *folder = NULL, *line = NULL;

	*limit = LPATCH_MAX_STOP_DEFAULT;
	lp_try(text_format(&folder, "%s/lpatch/parameters", host->modules));
	lp_try(host_read_line(folder, "max_stop_ms", &line));
	if (line)
		*limit = strtoul(line, NULL, 10);
	return NULL;
}

/* How many tasks there are: the fourth field of /proc/loadavg (proc(5)); 0: unknown. */
static struct lp_error *count_tasks(const struct host *host, unsigned int *tasks)
{
	_cleanup_free_ char *line = NULL;

	*tasks = 0;
	lp_try(host_read_line(host->proc, "loadavg", &line));
	if (line && sscanf(line, "%*s %*s %*s %*u/%u", tasks) != 1)
		*tasks = 0;
	return NULL;
}

struct lp_error *plan_stop_show(const struct host *host, unsigned int max_stop,
				struct output *output)
{
	unsigned int limit = max_stop, tasks;

	if (!limit)
		lp_try(find_limit(host, &limit));
	lp_try(count_tasks(host, &tasks));
	output_print(output,
		     "the check of the stacks stops the machine for at most %u ms; "
		     "%u tasks are checked before\n",
		     limit, tasks);
	output_add_number(output, "max_stop_ms", limit);
	output_add_number(output, "tasks", tasks);
	return NULL;
}
