/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The core's side of shadow variables: which updates have declared one, and
 * that nothing stays attached once none of them is in force. All functions are
 * called with the core's lock held, and may sleep.
 */
#ifndef LPATCH_SHADOW_CORE_H
#define LPATCH_SHADOW_CORE_H

#include "update.h"

/*
 * Makes the variables known that a part declares. Returns 0; -ENOMEM; -EINVAL if
 * another declaration of the same variable has another size (the log says which).
 */
int lpatch_shadows_add(struct lpatch_part *part);

/* Takes the declarations away again, those of a part that is not in force. */
void lpatch_shadows_remove(struct lpatch_part *part);

/* From here on data can be attached under the part's declarations. */
void lpatch_shadows_open(struct lpatch_part *part);

/*
 * The reverse, in three steps that all parts of an update take together: data can
 * no longer be attached, unless another update has the variable open too; what is
 * still attached then is destroyed and freed; the destructors are forgotten, and those
 * that run are waited for.
 */
void lpatch_shadows_close(struct lpatch_part *part);
void lpatch_shadows_free(struct lpatch_part *part);
void lpatch_shadows_forget(struct lpatch_part *part);

/* How many objects have data attached under the declaration. */
size_t lpatch_shadow_count(const struct lpatch_shadow *shadow);

#endif
