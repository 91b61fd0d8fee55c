/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why each function is part of the update. The public header of create/reasons/. */
#ifndef LPATCH_CREATE_REASONS_H
#define LPATCH_CREATE_REASONS_H

#include "create/reasons/reasons.h"
#include "create/reasons/source_files.h"

#endif
