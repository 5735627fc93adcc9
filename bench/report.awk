# report.awk [-v only=ratios|row] goals.tsv ratios.tsv figures.tsv
#	Tables in Markdown: every figure with the goal it has, and the ratios to what
#	the machine can do; or our row for the table of the peers.  A figure that was
#	taken more than once is its median.

BEGIN {
	FS = "\t"
}

FILENAME ~ /goals.tsv$/ {
	goal_sign[$1, $2] = $3
	goal[$1, $2] = $4
	goal_count++
	goal_workload[goal_count] = $1
	goal_what[goal_count] = $2
	next
}

FILENAME ~ /ratios.tsv$/ {
	ratio_count++
	top_workload[ratio_count] = $1
	top_what[ratio_count] = $2
	base_workload[ratio_count] = $3
	base_what[ratio_count] = $4
	next
}

NF == 4 {
	if (!(($1, $2) in count)) {
		figure_count++
		workload[figure_count] = $1
		what[figure_count] = $2
		unit[figure_count] = $4
	}
	values[$1, $2, ++count[$1, $2]] = $3
}

function median(key1, key2,    n, i, j, value, sorted) {
	n = count[key1, key2]
	for (i = 1; i <= n; i++) {
		value = values[key1, key2, i] + 0
		for (j = i - 1; j > 0 && sorted[j] > value; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = value
	}
	return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function print_goal(key1, key2) {
	return (goal_sign[key1, key2] == "<=" ? "≤ " : "≥ ") goal[key1, key2]
}

function judge(key1, key2, value,    is_met) {
	if (!((key1, key2) in goal))
		return ""
	is_met = goal_sign[key1, key2] == "<=" ? value <= goal[key1, key2] : value >= goal[key1, key2]
	return print_goal(key1, key2) (is_met ? ": met" : ": **not met**")
}

function print_figures(    i, value) {
	print "| workload | what | figure | goal |"
	print "|---|---|---|---|"
	for (i = 1; i <= figure_count; i++) {
		value = median(workload[i], what[i])
		printf "| %s | %s | %s %s | %s |\n", workload[i], what[i],
			value + 0, unit[i], judge(workload[i], what[i], value)
	}
	# A goal without its figure is no goal that was met.
	for (i = 1; i <= goal_count; i++)
		if (!((goal_workload[i], goal_what[i]) in count))
			printf "| %s | %s | not taken | %s |\n", goal_workload[i], goal_what[i],
				print_goal(goal_workload[i], goal_what[i])
}

function print_ratios(    i, base) {
	print ""
	print "| this | against that | ratio |"
	print "|---|---|---|"
	for (i = 1; i <= ratio_count; i++) {
		if (!((top_workload[i], top_what[i]) in count) ||
			!((base_workload[i], base_what[i]) in count))
			continue
		base = median(base_workload[i], base_what[i])
		if (base > 0)
			printf "| %s: %s | %s | %.2f |\n", top_workload[i], top_what[i],
				base_what[i], median(top_workload[i], top_what[i]) / base
	}
}

function cell(key1, key2, form, unit) {
	return (key1, key2) in count ? sprintf(form, median(key1, key2) / unit) : "–"
}

# As the harness of the peers has its columns.
function print_row() {
	printf "| **mcp** | %s / %s | %s | %s | %s | %s | %s | %s |\n",
		cell("w1", "p50 of one run", "%.2f", 1), cell("w1", "p99 of one run", "%.2f", 1),
		cell("w1", "rate", "%.0f", 1), cell("w2", "p50 of one run", "%.2f", 1),
		cell("w2", "rate of steps", "%.0f", 1), cell("w3", "p50 of one run", "%.2f", 1),
		cell("w4", "forty steps of fib(10)", "%.2f", 1000), cell("w5", "ten steps of fib(33)", "%.2f", 1000)
}

END {
	if (only == "row")
		print_row()
	else {
		if (only != "ratios")
			print_figures()
		print_ratios()
	}
}
