# upgrade.awk: awk -f upgrade.awk OLD NEW BY_HAND
#	The script that leads from one version of the extension to the next, made of
#	the scripts of both.  What it can tell from the text it writes itself: functions
#	and views are replaced, what is new is made, what is gone is dropped.  What only
#	a person can say (how a table or its rows become another) stands in BY_HAND
#	in sections "-- @ KEY", and a change that needs one and has none is an error.
#	A key is "TABLE mcp.x", "FUNCTION mcp.f", "TRIGGER t ON mcp.x" and the like.

BEGIN {
	read_script(ARGV[1], OLD = "old")
	read_script(ARGV[2], NEW = "new")
	read_by_hand(ARGV[3])
	print "-- Made by packaging/release/upgrade.awk; see docs/architecture.md."
	printf "\\echo Use \"ALTER EXTENSION mcp UPDATE\" to load this file. \\quit\n"
	for (i = 1; i <= count[NEW]; i++)
		write_change(keys[NEW, i])
	for (i = count[OLD]; i >= 1; i--)
		write_removal(keys[OLD, i])
	for (key in by_hand)
		if (!(key in used))
			fail("nothing has changed for the section \"" key "\"")
	exit failed
}

function fail(what) {
	print "upgrade.awk: " ARGV[3] ": " what > "/dev/stderr"
	failed = 1
}

# Cuts a script into statements.  Comments between and inside of them go, those
# in the bodies of functions are text of the function.
function read_script(file, version,    line, statement, quote) {
	while ((getline line < file) > 0) {
		if (quote == "" && line ~ /^\\/)
			continue
		while (line != "") {
			if (quote != "") {
				if (!(at = index(line, quote)))
					break
				at += length(quote) - 1
				quote = ""
			} else {
				if (!match(line, /'|\$[a-z_]*\$|--|;/))
					break
				token = substr(line, RSTART, RLENGTH)
				at = RSTART + RLENGTH - 1
				if (token == "--") {
					line = substr(line, 1, RSTART - 1)
					break
				}
				if (token == ";") {
					add_statement(version, statement substr(line, 1, at))
					statement = ""
					line = substr(line, at + 1)
					continue
				}
				quote = token
			}
			statement = statement substr(line, 1, at)
			line = substr(line, at + 1)
		}
		statement = statement line "\n"
	}
	close(file)
	if (statement ~ /[^ \t\n]/)
		fail(file " ends within a statement")
}

function add_statement(version, statement,    key, n) {
	sub(/^[ \t\n]+/, "", statement)
	gsub(/[ \t]+\n/, "\n", statement)
	key = key_of(statement)
	if ((version, key) in text) {
		if (key ~ /^FUNCTION /)
			fail(key " stands twice: a name is one function")
		for (n = 2; (version, key " #" n) in text; n++)
			;
		key = key " #" n
	}
	text[version, key] = statement
	keys[version, ++count[version]] = key
}

# What a statement is about; the whole of it where that cannot be told.
function key_of(statement,    flat, word) {
	flat = statement
	gsub(/[ \t\n]+/, " ", flat)
	sub(/^CREATE (OR REPLACE |UNIQUE |CONSTRAINT )/, "CREATE ", flat)
	split(flat, word, /[ (;]/)
	if (flat ~ /^CREATE (FUNCTION|TABLE|VIEW|SEQUENCE) /)
		return word[2] " " word[3]
	if (flat ~ /^CREATE INDEX /)
		return "INDEX mcp." word[3]
	if (flat ~ /^CREATE (TRIGGER|POLICY) /) {
		match(flat, / ON mcp\.[a-z0-9_]+/)
		return word[2] " " word[3] substr(flat, RSTART, RLENGTH)
	}
	if (flat ~ /^COMMENT ON /)
		return substr(flat, 1, index(flat, " IS ") - 1)
	if (flat ~ /^(INSERT INTO|DELETE FROM) /)
		return word[1] " " word[2] " " word[3]
	if (flat ~ /^UPDATE /)
		return word[1] " " word[2]
	return flat
}

function read_by_hand(file,    line, key) {
	while ((getline line < file) > 0) {
		if (line ~ /^-- @ /) {
			key = substr(line, 6)
			by_hand[key] = ""
		} else if (key != "")
			by_hand[key] = by_hand[key] line "\n"
	}
	close(file)
}

function write_change(key,    old, new) {
	new = text[NEW, key]
	old = (OLD, key) in text ? text[OLD, key] : ""
	if (old == new && !(object_of(key) in made_anew))
		return
	print ""
	if (key in by_hand)
		write_by_hand(key)
	else if (old == "" || key ~ /^COMMENT ON /)
		print new
	else if (key ~ /^(FUNCTION|VIEW) /) {
		if (head(old) != head(new))
			write_drop(key)
		sub(/^CREATE (OR REPLACE )?/, "CREATE OR REPLACE ", new)
		print new
	} else if (key ~ /^(INDEX|TRIGGER|POLICY) /) {
		write_drop(key)
		print new
	} else
		fail("\"" key "\" has changed: say how in a section \"-- @ " key "\"")
}

# A comment goes with its object, and comes back even where it is the same.
function write_drop(key) {
	made_anew[key] = 1
	print "DROP " key ";"
}

# What a comment is on; nothing where the key is no comment's.
function object_of(key) {
	if (!sub(/^COMMENT ON /, "", key))
		return ""
	sub(/\(.*/, "", key)
	if (sub(/^COLUMN /, "TABLE ", key))
		sub(/\.[a-z0-9_]+$/, "", key)
	return key
}

# Arguments and result of a function: CREATE OR REPLACE changes neither.
function head(statement) {
	gsub(/[ \t\n]+/, " ", statement)
	match(statement, / (LANGUAGE|AS|IMMUTABLE|STABLE|VOLATILE|SECURITY) /)
	return substr(statement, 1, RSTART)
}

# A comment and a policy go with their table, and a drop of a function that
# something still needs fails, as it must.
function write_removal(key) {
	if ((NEW, key) in text)
		return
	if (key in by_hand)
		write_by_hand(key)
	else if (key ~ /^COMMENT ON /) {
		if ((NEW, object_of(key)) in text && !(object_of(key) in made_anew))
			print "\n" key " IS NULL;"
	} else if (key ~ /^(FUNCTION|VIEW|INDEX|TRIGGER|POLICY) /)
		print "\nDROP " key ";"
	else
		fail("\"" key "\" is gone: say how in a section \"-- @ " key "\"")
}

# Its comment is written too: the section may have dropped what had it, unless that
# is a table, whose rows are to stay.
function write_by_hand(key) {
	used[key] = 1
	if (key !~ /^TABLE /)
		made_anew[key] = 1
	printf "%s", by_hand[key]
}
