/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of the host's updates for monitoring, in the text format of
 * Prometheus (version 0.0.4), as the textfile collector of its node exporter
 * reads it. docs/json.md has the list.
 */
#ifndef LPATCH_APPLY_METRICS_H
#define LPATCH_APPLY_METRICS_H

#include <stdio.h>

#include "apply/host.h"

/* Writes all metrics. If something can't be read, returns an error and writes nothing. */
struct lp_error *metrics_write(const struct host *host, FILE *out);

#endif
