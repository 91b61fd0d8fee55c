// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/interrupts.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static sigset_t held_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	return signals;
}

void interrupts_hold(void)
{
	const sigset_t signals = held_signals();

	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool interrupts_pause(unsigned int milliseconds)
{
	const sigset_t signals = held_signals();
	const struct timespec time = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000L,
	};

	for (;;) {
		if (sigtimedwait(&signals, NULL, &time) >= 0)
			return true;
		if (errno != EINTR)
			return false;
	}
}
