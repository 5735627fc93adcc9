#!/usr/bin/perl
# make-tables.pl DIR
#	Writes DIR/json_schema_unicode_values.h and DIR/json_schema_unicode_tables.c,
#	the Unicode properties that JSON Schema needs (patterns ask for categories
#	and scripts, international host names for all of them), out of the data that
#	comes with Perl.  To be run by hand when Unicode moves on; what it writes is
#	committed, so that a build needs no Perl.
use strict;
use warnings;
use feature 'fc';
use Unicode::Normalize qw(NFKC);
use Unicode::UCD qw(prop_invmap prop_value_aliases);

my $dir = shift or die "usage: make-tables.pl DIR\n";
open(my $values_h, '>', "$dir/json_schema_unicode_values.h") or die $!;
open(my $tables_c, '>', "$dir/json_schema_unicode_tables.c") or die $!;

# The members in the order of their numbers; returns name => number.
sub print_enum {
	my ($type, $prefix, @names) = @_;
	my %number;
	print $values_h "typedef enum $type\n{\n";
	for my $name (@names) {
		$number{$name} = scalar keys %number;
		print $values_h "\t$prefix", uc $name, " = $number{$name},\n";
	}
	print $values_h "} $type;\n\n";
	return \%number;
}

# Runs of code points with one value, as "first code point << 8 | value".
sub print_runs {
	my ($table, $starts, $values, $number) = @_;
	my @words;
	my $last = -1;
	for my $i (0 .. $#$starts) {
		next if $starts->[$i] > 0x10FFFF;
		my $value = $number->{ $values->[$i] };
		die "$table: no number for $values->[$i]" unless defined $value;
		push @words, sprintf('0x%X', $starts->[$i] << 8 | $value)
			if $value != $last;
		$last = $value;
	}
	my $count = @words;
	print $tables_c "static const uint32_t ${table}_runs[] = {\n";
	while (my @line = splice @words, 0, 7) {
		print $tables_c "\t", join(', ', @line), ",\n";
	}
	print $tables_c "};\n\n";
	print $tables_c "const UnicodeTable unicode_$table = {",
		"${table}_runs, $count};\n\n";
}

my $version = Unicode::UCD::UnicodeVersion();
print $values_h <<"HEAD";
/*
 * json_schema_unicode_values.h
 *		What the properties of a character can be, by Unicode $version.
 *
 * Written by packaging/unicode/make-tables.pl; never edited.
 */
#ifndef MCP_JSON_SCHEMA_UNICODE_VALUES_H
#define MCP_JSON_SCHEMA_UNICODE_VALUES_H

/* clang-format off */
HEAD
print $tables_c <<"HEAD";
/*
 * json_schema_unicode_tables.c
 *		Properties of all characters, by Unicode $version.
 *
 * Written by packaging/unicode/make-tables.pl; never edited, and longer than a
 * room may be for that reason.  Each word is the first code point of a run,
 * shifted left by 8, and the value that its characters share.
 */
#include "json_schema_unicode.h"

/* clang-format off */
HEAD

my ($starts, $values) = prop_invmap('General_Category');
my %short = map { $_ => (prop_value_aliases('gc', $_))[0] } @$values;
my @categories = qw(Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po
	Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn);
my $number = print_enum('UnicodeCategory', 'CATEGORY_', @categories);
print_runs('category', $starts, [ map { $short{$_} } @$values ], $number);

($starts, $values) = prop_invmap('Script');
my %seen;
my @scripts = sort grep { !$seen{$_}++ } @$values;
$number = print_enum('UnicodeScript', 'SCRIPT_', @scripts);
print_runs('script', $starts, $values, $number);
print $tables_c "const char *const unicode_script_names[][2] = {\n";
for my $script (@scripts) {
	my ($code, $name) = prop_value_aliases('sc', $script);
	print $tables_c "\t{\"$code\", \"$name\"},\n";
}
print $tables_c "};\n\n";
print $tables_c "const int unicode_script_count = ", scalar @scripts, ";\n\n";

# RFC 5893 names these; embeddings and isolates are all forbidden alike.
($starts, $values) = prop_invmap('Bidi_Class');
%short = map { $_ => (prop_value_aliases('bc', $_))[0] } @$values;
my @bidi = qw(L R AL AN EN ES CS ET ON BN NSM B S WS explicit);
my %bidi = map { $_ => 1 } @bidi;
$number = print_enum('UnicodeBidi', 'BIDI_', @bidi);
print_runs('bidi', $starts,
	[ map { $bidi{ $short{$_} } ? $short{$_} : 'explicit' } @$values ], $number);

($starts, $values) = prop_invmap('Joining_Type');
%short = map { $_ => (prop_value_aliases('jt', $_))[0] } @$values;
$number = print_enum('UnicodeJoining', 'JOINING_', qw(U C D L R T));
print_runs('joining', $starts, [ map { $short{$_} } @$values ], $number);

# Combining class 9 is Virama, the only one that RFC 5892 asks for.
($starts, $values) = prop_invmap('Canonical_Combining_Class');
print_runs('virama', $starts,
	[ map { $_ eq 'Virama' || $_ eq '9' ? 1 : 0 } @$values ], { 0 => 0, 1 => 1 });

# RFC 5892's derived property, rule by rule in its section 3's order.
sub idna_of {
	my $code = shift;
	my $in = sub { $code >= hex $_[0] && $code <= hex $_[1] };
	return 'pvalid'
		if grep { $code == hex } qw(DF 3C2 6FD 6FE F0B 3007);
	return 'contexto'
		if $in->('660', '669') || $in->('6F0', '6F9')
		|| grep { $code == hex } qw(B7 375 5F3 5F4 30FB);
	return 'disallowed'
		if $in->('3031', '3035')
		|| grep { $code == hex } qw(640 7FA 302E 302F 303B);
	my $char = chr $code;
	return 'disallowed' if $char =~ /\p{Cs}|\p{NChar}/;
	return 'unassigned' if $char =~ /\p{Cn}/;
	return 'pvalid' if $char =~ /[-0-9a-z]/;
	return 'contextj' if $char =~ /\p{Join_Control}/;
	return 'disallowed'
		if $char =~ /\p{hst=L}|\p{hst=V}|\p{hst=T}/
		|| $char ne NFKC(fc(NFKC($char)))
		|| $char =~ /\p{DI}|\p{WSpace}/
		|| $in->('20D0', '20FF') || $in->('1D100', '1D24F');
	return $char =~ /\p{Ll}|\p{Lu}|\p{Lo}|\p{Nd}|\p{Lm}|\p{Mn}|\p{Mc}/
		? 'pvalid' : 'disallowed';
}

$number = print_enum('UnicodeIdna', 'IDNA_',
	qw(pvalid contextj contexto disallowed unassigned));
print_runs('idna', [ 0 .. 0x10FFFF ],
	[ map { idna_of($_) } 0 .. 0x10FFFF ], $number);

print $values_h "/* clang-format on */\n\n#endif\n";
print $tables_c "/* clang-format on */\n";
