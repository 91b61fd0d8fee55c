/* SPDX-License-Identifier: GPL-2.0 */
/* The life of an update, and the lock over all of it. */
#ifndef LPATCH_CORE_H
#define LPATCH_CORE_H

#include <linux/mutex.h>

/* Held over every attempt, and while a report or a list of layers is read. */
extern struct mutex lpatch_lock;

#endif
