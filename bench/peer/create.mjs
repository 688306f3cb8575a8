// Creates memories with vectors: first without, then with the peer's search for
// duplicates, which is its default.
import { answer, memory, migrate, open, Random, rate, scene, table, work } from './common.mjs';

const adapter = await open();
await migrate(adapter);
await adapter.ensureEmbeddingDimension(384);
const place = await scene(adapter);
const vectors = new Random(1);
let made = 0;

async function phase(flight, extra) {
  const memories = Array.from({ length: work.rows }, () => ({ ...memory(place, made++, vectors.direction()), ...extra }));
  return rate(work.rows, flight, (i) => adapter.createMemory(memories[i], table));
}

await answer(adapter, {
  plain_seq_per_s: await phase(1, { unique: true }),
  plain_16_per_s: await phase(16, { unique: true }),
  dedup_seq_per_s: await phase(1, {}),
  dedup_16_per_s: await phase(16, {}),
});
