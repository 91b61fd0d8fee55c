/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A verdict for each change of a patch set: --keep-going. The public header of create/verdicts/. */
#ifndef LPATCH_CREATE_VERDICTS_H
#define LPATCH_CREATE_VERDICTS_H

#include "create/verdicts/judge.h"
#include "create/verdicts/verdict.h"
#include "create/verdicts/verdict_report.h"

#endif
