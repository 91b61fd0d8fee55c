// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * print-metrics SYSFS RECORDS: prints the metrics of lpatch-view --format=prometheus for a host
 * whose core shows the folder SYSFS, including its lists, and whose records are in RECORDS.
 */
#include <stdio.h>

#include "apply/metrics.h"

int main(int argc, char **argv)
{
	struct message_sink sink = {.program = "print-metrics"};

	if (argc != 3)
		return LP_USAGE;
	const struct host host = {
		.sysfs = argv[1],
		.lists = argv[1],
		.records = argv[2],
		.modules = "/nowhere",
		.store = "/nowhere",
	};

	return message_error(&sink, metrics_write(&host, stdout));
}
