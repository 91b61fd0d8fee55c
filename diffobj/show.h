/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the result of the command looks. */
#ifndef LPATCH_DIFFOBJ_SHOW_H
#define LPATCH_DIFFOBJ_SHOW_H

#include "diffobj/diffobj.h"

/* For people: what is replaced, new, rewritten and noted on stdout, refusals on stderr. */
struct lp_error *show_text(const struct diffobj_result *result);

/* One JSON object on stdout. */
struct lp_error *show_json(const struct diffobj_result *result);

#endif
