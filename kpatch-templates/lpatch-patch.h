/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For authors of patches: hooks and shadow variables. A patched .c file says
 *
 *	#include "lpatch-patch.h"
 *
 * and lpatch-create finds the header. lpatch-author(7) has the details and examples.
 *
 * Hooks, of type int (void) if they may refuse with a negative errno value,
 * else void (void). Each file has at most one hook of each kind:
 *
 *	LPATCH_PRE_APPLY(f)      int   may sleep  before an attempt to apply
 *	LPATCH_CHECK_APPLY(f)    int   stopped    no task is inside the old functions
 *	LPATCH_APPLY(f)          void  stopped    redirected
 *	LPATCH_POST_APPLY(f)     void  may sleep  in force
 *	LPATCH_FAIL_APPLY(f)     void  may sleep  the attempt has failed
 *
 * and the same with REVERSE. "Stopped": on one CPU, with interrupts off, while
 * all other CPUs wait: no sleeping, no mutex, no waiting for another CPU.
 *
 * Shadow variables: data for objects that have no room for it (lpatch_shadow.h):
 *
 *	struct note { u32 count; };
 *	LPATCH_SHADOW(notes, struct note, NULL);
 *
 *	struct note *note = lpatch_shadow_get_or_alloc(&notes, sk, GFP_ATOMIC, NULL, NULL);
 *
 * Marks, for an undo when the kernel may still have addresses of the patch's functions or data:
 *
 *	LPATCH_RELEASES(name);   the patch takes care of it, in a hook
 *	LPATCH_KEEP_CODE;        the code stays loaded
 */
#ifndef LPATCH_PATCH_H
#define LPATCH_PATCH_H

#include <linux/compiler.h>

#include "lpatch_shadow.h"

/*
 * Puts the address of the function into a section that lpatch-create reads. There is one name
 * for each kind, so the compiler refuses a second hook of a kind in a file.
 */
#define LPATCH_HOOK(hook, result, function)                                                       \
	static result (*const lpatch_hook_##hook)(void) __used __section(".lpatch.hook." #hook) = \
		function

#define LPATCH_PRE_APPLY(function)   LPATCH_HOOK(pre_apply, int, function)
#define LPATCH_CHECK_APPLY(function) LPATCH_HOOK(check_apply, int, function)
#define LPATCH_APPLY(function)       LPATCH_HOOK(apply, void, function)
#define LPATCH_POST_APPLY(function)  LPATCH_HOOK(post_apply, void, function)
#define LPATCH_FAIL_APPLY(function)  LPATCH_HOOK(fail_apply, void, function)

#define LPATCH_PRE_REVERSE(function)   LPATCH_HOOK(pre_reverse, int, function)
#define LPATCH_CHECK_REVERSE(function) LPATCH_HOOK(check_reverse, int, function)
#define LPATCH_REVERSE(function)       LPATCH_HOOK(reverse, void, function)
#define LPATCH_POST_REVERSE(function)  LPATCH_HOOK(post_reverse, void, function)
#define LPATCH_FAIL_REVERSE(function)  LPATCH_HOOK(fail_reverse, void, function)

/*
 * The patch passes the function or variable `name` to the kernel (a timer, a notifier, a file
 * operation), and ensures that the kernel has no address of it any more when LPATCH_POST_REVERSE
 * has returned. `name` may also be a function that passes on others, or strings. Without this
 * mark lpatch-undo refuses to unload the update.
 */
#define LPATCH_RELEASES(name)              LPATCH_RELEASES_MARK(name, __COUNTER__)
#define LPATCH_RELEASES_MARK(name, number) LPATCH_RELEASES_MARK_(name, number)
#define LPATCH_RELEASES_MARK_(name, number)                                                      \
	static const void *const lpatch_releases_##number __used __section(".lpatch.releases") = \
		(const void *)&(name)

/* The update's code stays loaded when it is undone. For addresses that are never released. */
#define LPATCH_KEEP_CODE \
	static const char lpatch_keep_code __used __section(".lpatch.keep_code") = 1

#define LPATCH_SHADOW_DECLARE(variable, type, destructor, is_shared)                        \
	static struct lpatch_shadow variable __maybe_unused __section(".lpatch.shadow") = { \
		.name = #variable,                                                          \
		.size = sizeof(type),                                                       \
		.shared = is_shared,                                                        \
		.destroy = destructor,                                                      \
	}

/*
 * A shadow variable of this update: files of the patch that declare the same name share it. Data
 * that is attached when the update is undone is freed, after destructor(object, data) if it isn't
 * NULL.
 */
#define LPATCH_SHADOW(variable, type, destructor) \
	LPATCH_SHADOW_DECLARE(variable, type, destructor, false)

/*
 * A shadow variable that all updates that declare this name share. Attached data stays until
 * the last of them is undone.
 */
#define LPATCH_SHADOW_SHARED(variable, type, destructor) \
	LPATCH_SHADOW_DECLARE(variable, type, destructor, true)

#endif
