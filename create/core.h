/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core module, built for the target. The public header of create/core/. */
#ifndef LPATCH_CREATE_CORE_H
#define LPATCH_CREATE_CORE_H

#include "create/core/core.h"
#include "create/core/direct.h"
#include "create/core/fit.h"

#endif
