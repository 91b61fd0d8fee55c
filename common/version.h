/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version of lpatch, as --version prints it. */
#ifndef LPATCH_COMMON_VERSION_H
#define LPATCH_COMMON_VERSION_H

#define LPATCH_VERSION "0.1"

#endif
