/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of names and their meaning. The public header of create/symbols/. */
#ifndef LPATCH_CREATE_SYMBOLS_H
#define LPATCH_CREATE_SYMBOLS_H

#include "create/symbols/sealed.h"
#include "create/symbols/symbol_map.h"
#include "create/symbols/symbols.h"
#include "create/symbols/symbols_internal.h"

#endif
