# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the table of tests/corpus/run from its records, sums, and as the last line the count.
# Exit status 1 if something failed or less than `mark` percent of what changes code passed.

!($1 in known) {
	known[$1] = 1
	names[++count] = $1
}

{ value[$1, $2] = $3 }

function or_dash(text) {
	return text == "" ? "-" : text
}

function objects_of(name, text, absent, list, n, i) {
	text = value[name, "objects"]
	n = split(value[name, "absent"], absent, " ")
	for (i = 1; i <= n; i++)
		sub("(^| )" absent[i] "( |$)", " " absent[i] "(absent) ", text)
	gsub(/^ +| +$/, "", text)
	return or_dash(text)
}

END {
	form = "%-64s %-26s %-10s %-8s %-7s %s\n"
	printf form, "change", "objects", "created", "applied", "undone", "log"
	for (i = 1; i <= count; i++) {
		name = names[i]
		created = value[name, "created"]
		printf form, name, objects_of(name), created, or_dash(value[name, "applied"]),
			or_dash(value[name, "undone"]), or_dash(value[name, "log"])
		if (created == "nothing")
			nothing++
		else if (created == "refused")
			refused++
		else if (value[name, "end"] == "ok")
			passed++
		else
			failed++
		if (created == "update")
			updates++
		if (value[name, "absent"] != "")
			absent_count++
	}
	changing = count - nothing
	share = changing ? 100 * passed / changing : 0
	printf "\n%d changes, %d of them change no code\n", count, nothing
	printf "%d change code: %d updates made, %d refused, %d not made\n", changing, updates,
		refused, changing - updates - refused
	printf "%d of %d (%.1f %%) applied and undone with a clean log; the mark is %d %%\n", passed,
		changing, share, mark
	printf "%d of the updates found a module absent that does not load without its device\n",
		absent_count
	printf "%d passed, %d failed, %d skipped\n", passed, failed, nothing + refused
	exit failed || share < mark
}
