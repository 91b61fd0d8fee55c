/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one model of names and what they mean. The door of create/symbols/. */
#ifndef LPATCH_CREATE_SYMBOLS_H
#define LPATCH_CREATE_SYMBOLS_H

#include "create/symbols/sealed.h"
#include "create/symbols/symbol_map.h"
#include "create/symbols/symbols.h"
#include "create/symbols/symbols_internal.h"

#endif
