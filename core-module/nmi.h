/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What else runs while the machine is stopped? Interrupts are off then, but a
 * non-maskable one still comes through. Each other CPU is brought into such an
 * interrupt of ours and held there: no other one runs on it meanwhile, and none
 * is halfway, since one must have ended before the next begins. One file per
 * architecture.
 */
#ifndef LPATCH_NMI_H
#define LPATCH_NMI_H

#include <linux/types.h>

#define LPATCH_NMI_LIMIT_MS 10 /* that a CPU may take to get there */

/* From here to lpatch_nmi_exit() CPUs can be held. Returns 0 or a negative errno value. */
int lpatch_nmi_init(void);

/* May sleep. */
void lpatch_nmi_exit(void);

/*
 * Holds all other online CPUs until lpatch_nmi_release(). Returns false when
 * one did not come in time; all are let go then, and its number is in
 * `missing`. Call while the machine is stopped.
 */
bool lpatch_nmi_hold(unsigned int *missing);

/* Lets them go. */
void lpatch_nmi_release(void);

/*
 * After a hold that failed: gives CPUs that are late a second to come, so that
 * the next attempt finds none of its own interrupts still on the way. May sleep.
 */
void lpatch_nmi_settle(void);

#endif
