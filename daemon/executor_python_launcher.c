/*
 * executor_python_launcher.c
 *		The few lines of Python between the interpreter and a script.
 *
 * The script runs as `python3 script.py input.json output.json` would run it:
 * as __main__, with that sys.argv, its directory first in sys.path, and its own
 * frames only in a traceback.  When it has ended by itself, without sys.exit()
 * and without having written the output file, and it defines a function main
 * that none of its own code outside main mentions, then main(**inputs) is
 * called and what it returns is the result.  So a script that calls its main
 * itself, with or without a guard by __name__, is never called twice, and one
 * that only defines it needs no guard.
 *
 * stdout is flushed with each line: what a script said before it was killed
 * is often all that tells why.
 */
#include "executor_python_launcher.h"

/* Names here are not the script's: its module is a fresh one. */
const char executor_python_launcher[] =
	"import os, sys\n"
	"del sys.argv[0]\n"
	"script, source, target = sys.argv\n"
	"sys.path[0] = os.path.dirname(script)\n"
	"sys.stdout.reconfigure(line_buffering=True)\n"
	"module = type(sys)('__main__')\n"
	"module.__file__ = script\n"
	"module.__builtins__ = __builtins__\n"
	"sys.modules['__main__'] = module\n"
	"\n"
	"def mentions_main(node):\n"
	"    nodes = [node]\n"
	"    while nodes:\n"
	"        node = nodes.pop()\n"
	"        if isinstance(node, list):\n"
	"            nodes.extend(node)\n"
	"            continue\n"
	"        kind = type(node).__name__\n"
	"        if kind == 'FunctionDef' and node.name == 'main':\n"
	"            continue\n"
	"        if kind == 'Name' and node.id == 'main':\n"
	"            return True\n"
	"        for field in getattr(node, '_fields', ()):\n"
	"            nodes.append(getattr(node, field, None))\n"
	"    return False\n"
	"\n"
	"try:\n"
	"    with open(script, 'rb') as file:\n"
	"        text = file.read()\n"
	"    exec(compile(text, script, 'exec', 0, True), module.__dict__)\n"
	"    main = module.__dict__.get('main')\n"
	"    if (isinstance(main, type(mentions_main))\n"
	"            and main.__module__ == '__main__'\n"
	"            and not os.path.lexists(target)\n"
	"            and (text.count(b'main') == 1 or not mentions_main(\n"
	"                compile(text, script, 'exec', 0x400, True)))):\n"
	"        import json\n"
	"        with open(source, encoding='utf-8') as file:\n"
	"            inputs = json.load(file)\n"
	"        result = main(**inputs)\n"
	"        answer = {'success': True, 'result': result, 'error': None}\n"
	"        if not os.path.lexists(target):\n"
	"            text = json.dumps(answer, allow_nan=False)\n"
	"            with open(target, 'w', encoding='utf-8') as file:\n"
	"                file.write(text)\n"
	"except SystemExit:\n"
	"    raise\n"
	"except BaseException as problem:\n"
	"    problem = problem.with_traceback(problem.__traceback__.tb_next)\n"
	"    sys.excepthook(type(problem), problem, problem.__traceback__)\n"
	"    sys.exit(1)\n";
