/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where are kprobes? Any number may come and go while no task holds
 * kprobe_mutex; text_mutex alone keeps those that are there from being armed.
 */
#ifndef LPATCH_KPROBE_H
#define LPATCH_KPROBE_H

#include <linux/types.h>

/*
 * The first kprobe from `first` to `last`, both included; 0: there is none. One
 * that is not armed counts, since it may be at any time.
 */
unsigned long lpatch_kprobe_in(unsigned long first, unsigned long last);

/* The kprobe that may have changed the byte, by an int3 or an optimized kprobe's jump; or 0. */
unsigned long lpatch_kprobe_over(unsigned long addr);

/*
 * True if a kprobe in the fentry slot tells ftrace that it changes where
 * calls go, so that no live patch can. It doesn't, in fact: that is how ftrace
 * takes every kprobe that has a post handler.
 */
bool lpatch_kprobe_claims(unsigned long fentry);

#endif
