// SPDX-License-Identifier: GPL-2.0
/*
 * How is a call redirected?
 *
 * The first choice is a jump behind the fentry slot: bytes 0 to 4 of a
 * function are ftrace's (0 to 8 with an endbr64 in front), and stay so. A
 * function without that slot takes the jump at its first byte, or behind its
 * endbr64. Tracers of the old function keep working, since they come first.
 *
 * The jump overwrites instructions, and may end in the middle of one. That is fine: what
 * lies under and behind it is only run by a task that was inside the old function before,
 * and the stack check has shown that there is none.
 *
 * Where something else rewrites one of the five bytes at run time (a jump
 * label, a static call, a lock prefix; see rewritten.h), or the function is shorter
 * than that, or they can't be written at once, the redirect is an ftrace handler.
 * Without a fentry slot there is no way, and the update is refused.
 */
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/slab.h>

#include "ftrace.h"
#include "lock.h"
#include "rewritten.h"
#include "site.h"
#include "unexported.h"

static DEFINE_HASHTABLE(sites, 10);

struct lpatch_site *lpatch_site_find(unsigned long addr)
{
	struct lpatch_site *site;

	lockdep_assert_held(&lpatch_lock);
	hash_for_each_possible(sites, site, hash, addr)
		if (site->addr == addr)
			return site;
	return NULL;
}

/* Runs before the kernel is set up for C code, or where nothing may be traced or redirected. */
static bool is_off_limits(unsigned long addr)
{
	return (addr >= LPATCH_ADDRESS(__entry_text_start) &&
		addr < LPATCH_ADDRESS(__entry_text_end)) ||
	       (addr >= LPATCH_ADDRESS(__noinstr_text_start) &&
		addr < LPATCH_ADDRESS(__noinstr_text_end));
}

static int refuse_redirect(struct lpatch_report *report, const struct lpatch_func *func,
			   const char *why)
{
	lpatch_report_add(report, "function %s: %s\n", func->old.name, why);
	return lpatch_report_cause(report, LPATCH_CAUSE_NO_REDIRECT);
}

/* Where a jump would go, and whether there is a fentry slot in front. */
static void find_place(struct lpatch_site *site)
{
	unsigned int landing = lpatch_text_landing(site->addr);

	if (LPATCH_HAVE_ftrace_location)
		site->fentry = ftrace_location(site->addr);
	if (site->fentry != site->addr && site->fentry != site->addr + landing)
		site->fentry = 0;
	site->offset = site->fentry ? site->fentry - site->addr + LPATCH_JUMP_SIZE : landing;
}

/*
 * True for the exit function of a module, such as loop_exit: its only caller is
 * the unloading of the module. The compiler aligns such code to nothing, and gives
 * it no fentry slot.
 */
static bool is_exit_function(const struct lpatch_layer *layer)
{
	const struct lpatch_target *target = layer->part->target;

	return target && lpatch_module_exit(target->module) == layer->func->old.addr;
}

bool lpatch_site_has_room(const struct lpatch_site *site, const struct lpatch_func *func)
{
	return site->offset + LPATCH_JUMP_SIZE <= func->old.size;
}

/*
 * Decides how calls of the site's function are redirected. What the update's mask says about
 * the bytes is no reason: the kernel itself is asked.
 */
static int choose_kind(struct lpatch_site *site, const struct lpatch_layer *layer,
		       const struct lpatch_places *places, struct lpatch_report *report)
{
	const struct lpatch_func *func = layer->func;
	const char *obstacle = NULL;

	if (is_off_limits(site->addr))
		return refuse_redirect(report, func, "it runs where nothing may be redirected");

	if (!lpatch_site_has_room(site, func))
		obstacle = "it is too short for a jump, and has no fentry slot";
	else if (lpatch_rewritten_at(places->places, places->nr, site->addr + site->offset))
		obstacle = "the kernel rewrites the place for a jump, and there is no fentry slot";
	else if (!lpatch_text_fits(site->addr + site->offset, is_exit_function(layer)))
		obstacle = "a jump can't be written at once, and there is no fentry slot";

	if (obstacle && !site->fentry)
		return refuse_redirect(report, func, obstacle);
	site->kind = obstacle ? LPATCH_REDIRECT_FTRACE : LPATCH_REDIRECT_JUMP;
	return 0;
}

static int attach_ftrace(struct lpatch_site *site, const struct lpatch_func *func,
			 struct lpatch_report *report)
{
	struct lpatch_ftrace *ftrace = lpatch_ftrace_attach(site->addr);

	if (!IS_ERR(ftrace)) {
		site->ftrace = ftrace;
		return 0;
	}
	switch (PTR_ERR(ftrace)) {
	case -ENOMEM:
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);
	case -EBUSY:
		lpatch_report_add(report,
				  "function %s: needs ftrace, which is switched off "
				  "(kernel.ftrace_enabled), or held by another live patch or a "
				  "kprobe with a post handler\n",
				  func->old.name);
		return lpatch_report_cause(report, LPATCH_CAUSE_CONFLICT);
	default:
		lpatch_report_add(report, "function %s: ftrace refuses to attach (%ld)\n",
				  func->old.name, PTR_ERR(ftrace));
		return lpatch_report_cause(report, LPATCH_CAUSE_NO_REDIRECT);
	}
}

void lpatch_site_free(struct lpatch_site *site)
{
	hash_del(&site->hash);
	lpatch_ftrace_detach(site->ftrace);
	kfree(site);
}

struct lpatch_site *lpatch_site_new(const struct lpatch_func *func)
{
	struct lpatch_site *site = kzalloc(sizeof(*site), GFP_KERNEL);

	if (!site)
		return NULL;
	site->addr = func->old.addr;
	INIT_LIST_HEAD(&site->layers);
	find_place(site);
	hash_add(sites, &site->hash, site->addr);
	return site;
}

int lpatch_site_settle(struct lpatch_site *site, const struct lpatch_layer *layer,
		       const struct lpatch_places *places, struct lpatch_report *report)
{
	int err = choose_kind(site, layer, places, report);

	if (!err && site->kind == LPATCH_REDIRECT_FTRACE)
		err = attach_ftrace(site, layer->func, report);
	return err;
}
