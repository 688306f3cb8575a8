// Searches and lists memories that it makes first.
import { sql } from 'drizzle-orm';
import { answer, dataset, memory, migrate, open, quantile, rate, scene, table, timed, work } from './common.mjs';

const adapter = await open();
await migrate(adapter);
await adapter.ensureEmbeddingDimension(384);
const place = await scene(adapter);
const { stored, queries } = dataset();
const memories = stored.map((vector, i) => ({ ...memory(place, i, vector), unique: true }));
const numbers = new Map(memories.map((m, i) => [m.id, i]));
const seeded = await rate(work.rows, 16, (i) => adapter.createMemory(memories[i], table));
await adapter.db.execute(sql`ANALYZE`);

const metrics = { seed_per_s: seeded };
async function measure(name, n, call) {
  await timed(5, () => call(0)); // not counted
  const times = await timed(n, call);
  metrics[`${name}_ms`] = quantile(times, 0.5);
  metrics[`${name}_p95_ms`] = quantile(times, 0.95);
}

const found = { search: [] };
const search = (vector, extra = {}) => adapter.searchMemoriesByEmbedding(vector, { tableName: table, count: 10, ...extra });
await measure('search', work.queries, async (i) => {
  found.search[i] = await search(queries[i]);
});
await measure('search_room', work.queries, (i) => search(queries[i], { roomId: place.roomId }));
await measure('search_threshold', work.queries, (i) => search(queries[i], { match_threshold: 0.1 }));
if (place.entities.length > 1) {
  found.filter = [];
  await measure('filter', work.queries, async (i) => {
    found.filter[i] = await search(queries[i], { entityId: place.entities[i % place.entities.length] });
  });
}
await measure('list', work.queries, async () => {
  const newest = await adapter.getMemories({ roomId: place.roomId, tableName: table, count: 50 });
  if (newest.length !== 50) throw new Error(`listed ${newest.length} memories instead of 50`);
});
await measure('get', work.queries, (i) => adapter.getMemoryById(memories[i].id));
await measure('count', work.queries, () => adapter.countMemories(place.roomId, false, table));

for (const name of Object.keys(found)) {
  found[name] = found[name].map((hits) => hits.map((hit) => numbers.get(hit.id)));
}
await answer(adapter, metrics, found);
