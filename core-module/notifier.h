/* SPDX-License-Identifier: GPL-2.0 */
/* What the module loader tells the core about modules that come and go. */
#ifndef LPATCH_NOTIFIER_H
#define LPATCH_NOTIFIER_H

/*
 * From here on, a module that an applied update names comes up patched, or is
 * refused. Returns 0 or -ENOMEM.
 */
int lpatch_notifier_init(void);
void lpatch_notifier_exit(void);

#endif
