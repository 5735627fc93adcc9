/*
 * interpreter_lines.c
 *		The Python of the prepared interpreter: before a script, and after it.
 *
 * Modules that most scripts use are loaded; each more makes all forks dearer by
 * its pages and mappings, so what loads a library of its own or is for few is
 * not: hashlib, logging, decimal, subprocess.  And rehearse() does what a script
 * usually does: often before the first fork, so that caches are full and code is
 * specialised, and once in each fork while that still waits for its task, so
 * that the pages which a script writes to are its own already.  What is there
 * by then is out of the garbage collector's sight: it would write to all of it.
 *
 * end() does of the end of an interpreter what a script relies on: its threads
 * end, what it registered runs, its objects are finalised, what it wrote is
 * flushed.  Py_FinalizeEx() takes every object apart that there is, and a fork
 * would copy all of its memory on the way out: 1,600 pages, more than half of a
 * small script's time.
 */
#include "interpreter_lines.h"

const char interpreter_lines[] =
	"import sys, os, io, re, json, math, random, time, datetime, enum, types\n"
	"import collections, collections.abc, itertools, functools, operator\n"
	"import string, base64, struct, copy, dataclasses, typing, contextlib\n"
	"import csv, pathlib, threading, traceback, urllib.parse, warnings\n"
	"import atexit, gc\n"
	"\n"
	"def rehearse():\n"
	"    text = b'def main(n=1):\\n    return n\\n'\n"
	"    module = type(sys)('rehearsal')\n"
	"    exec(compile(text, 'x', 'exec', 0, True), module.__dict__)\n"
	"    answer = {'success': True, 'result': module.main(), 'error': None}\n"
	"    for mode in '', 'b':\n"
	"        source, target = os.pipe()\n"
	"        with open(target, 'w', encoding='utf-8') as file:\n"
	"            file.write(json.dumps(answer, allow_nan=False))\n"
	"        with open(source, 'r' + mode) as file:\n"
	"            json.loads(file.read())\n"
	"    os.path.lexists(os.path.dirname('/x/y'))\n"
	"    end_objects()\n"
	"\n"
	"def end_objects():\n"
	"    gc.collect()\n"
	"    kinds = io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom\n"
	"    for thing in gc.get_objects():\n"
	"        if issubclass(type(thing), kinds) and not thing.closed:\n"
	"            thing.flush()\n"
	"\n"
	"def end():\n"
	"    threading._shutdown()\n"
	"    atexit._run_exitfuncs()\n"
	"    sys.modules.pop('__main__', None)\n"
	"    try:\n"
	"        end_objects()\n"
	"    except Exception:\n"
	"        pass\n"
	"    for stream in sys.stdout, sys.stderr:\n"
	"        if stream is not None and not stream.closed:\n"
	"            stream.flush()\n"
	"    return True\n"
	"\n"
	"gc.collect()\n"
	"gc.freeze()\n"
	"for _ in range(20):\n"
	"    rehearse()\n"
	"gc.collect()\n"
	"gc.freeze()\n";
