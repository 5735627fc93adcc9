// A worker of one's own, in Node: `node worker.mjs postgresql://... [queue]`.
//
// It says what became of its last tasks and asks for the next in one call; a worker
// that has nothing to do sleeps for as long as it is told.  Needs the package pg.
import pg from "pg";

async function work(task) {
  return { echo: task.inputs, by: "node" };
}

async function attempt(task) {
  const { run_id, step_ordinal, attempt } = task;
  try {
    return { run_id, step_ordinal, attempt, success: true, result: await work(task) };
  } catch (error) {
    return { run_id, step_ordinal, attempt, success: false, error: error.message, error_class: error.name };
  }
}

const client = new pg.Client({ connectionString: process.argv[2] });
await client.connect();
const name = `node-${process.pid}`;
const room = JSON.stringify({ [process.argv[3] ?? "default"]: 1 });
const registered = await client.query("SELECT mcp.register_worker($1) AS epoch", [name]);
let results = [];
for (;;) {
  const answer = await client.query("SELECT mcp.worker_turn($1, $2, $3, $4) AS turn", [
    name, registered.rows[0].epoch, JSON.stringify(results), room,
  ]);
  const { tasks, sleep_ms } = answer.rows[0].turn;
  results = await Promise.all(tasks.map(attempt));
  if (results.length === 0) await new Promise((done) => setTimeout(done, Math.min(sleep_ms, 500)));
}
