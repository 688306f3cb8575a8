// From nothing to migrated and ready. The time is taken from outside, until the
// line is read; then it waits for its input to end.
import { migrate, open } from './common.mjs';

const adapter = await open();
await migrate(adapter);
const ready = await adapter.isReady();
await adapter.getAgents(); // the first question that is not the schema's
console.log(JSON.stringify({ ready }));

process.stdin.resume();
process.stdin.on('end', async () => {
  await adapter.close();
  process.exit(0);
});
