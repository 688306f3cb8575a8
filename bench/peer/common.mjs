// What every driver of the peer needs. A driver gets its work as JSON in
// ELIZA_BENCH_WORK and answers with one line of JSON.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';

process.env.LOG_LEVEL = 'fatal';

export const work = JSON.parse(process.env.ELIZA_BENCH_WORK);
export const agentId = 'b0a5c3de-7d1c-4f6e-9a55-2f4a36c1d001';
export const table = 'messages';
export const dimensions = 384;

process.env.POSTGRES_URL = work.url; // the migrator takes its locks only when it is set
const plugin = await import('@elizaos/plugin-sql');

export async function open() {
  const adapter = plugin.createDatabaseAdapter({ postgresUrl: work.url }, agentId);
  await adapter.init();
  return adapter;
}

// A plugin with two tables of its own stands for what a program adds.
async function shop() {
  const { pgSchema, uuid, text, integer, timestamp, jsonb, index } = await import('drizzle-orm/pg-core');
  const schema = pgSchema('shop');
  const customers = schema.table('customers', {
    id: uuid('id').primaryKey().defaultRandom(),
    email: text('email').notNull().unique(),
    name: text('name').notNull(),
    createdAt: timestamp('created_at').defaultNow().notNull(),
  });
  const orders = schema.table('orders', {
    id: uuid('id').primaryKey().defaultRandom(),
    customerId: uuid('customer_id').notNull().references(() => customers.id, { onDelete: 'cascade' }),
    quantity: integer('quantity').default(1).notNull(),
    details: jsonb('details').default({}).notNull(),
  }, (t) => [index('idx_orders_customer').on(t.customerId)]);
  return { customers, orders };
}

export async function migrate(adapter) {
  const plugins = [
    { name: '@elizaos/plugin-sql', schema: plugin.plugin.schema },
    { name: '@elizaos/plugin-shop', schema: await shop() },
  ];
  await adapter.runPluginMigrations(plugins, { verbose: false });
}

// An agent in a room, with as many users as the work names.
export async function scene(adapter) {
  const created = Date.now();
  await adapter.createAgent({ id: agentId, name: 'bench', bio: 'bench', createdAt: created, updatedAt: created });
  const entities = Array.from({ length: work.entities || 1 }, () => randomUUID());
  await adapter.createEntities(entities.map((id, i) => ({ id, agentId, names: [`user ${i}`], metadata: {} })));
  const worldId = randomUUID();
  const roomId = randomUUID();
  await adapter.createWorld({ id: worldId, agentId, name: 'bench', messageServerId: randomUUID() });
  await adapter.createRooms([
    { id: roomId, agentId, worldId, name: 'bench', source: 'bench', type: 'GROUP', channelId: roomId, messageServerId: randomUUID() },
  ]);
  await adapter.addParticipant(entities[0], roomId);
  return { entities, worldId, roomId, started: created - 10_000_000 };
}

export function memory(place, i, embedding) {
  return {
    id: randomUUID(),
    entityId: place.entities[i % place.entities.length],
    roomId: place.roomId,
    worldId: place.worldId,
    content: { text: `message number ${i} about topic ${i % 97}`, source: 'bench' },
    metadata: { type: 'message', source: 'bench' },
    createdAt: place.started + i * 100,
    embedding,
  };
}

// mulberry32, as in random.go.
export class Random {
  constructor(seed) {
    this.state = seed;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  direction() {
    const v = new Array(dimensions);
    for (let i = 0; i < dimensions; i++) v[i] = this.next() * 2 - 1;
    return scaled(v);
  }

  near(v, noise) {
    return scaled(this.direction().map((x, i) => v[i] + noise * x));
  }
}

function scaled(v) {
  const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  return v.map((x) => x / length);
}

export function dataset() {
  const drawn = new Random(2);
  const asked = new Random(99);
  if (work.data === 'uniform') {
    return {
      stored: Array.from({ length: work.rows }, () => drawn.direction()),
      queries: Array.from({ length: work.queries }, () => asked.direction()),
    };
  }
  const middle = new Random(7);
  const centres = Array.from({ length: 200 }, () => middle.direction());
  const stored = Array.from({ length: work.rows }, () => {
    const centre = centres[Math.floor(drawn.next() * centres.length)];
    return drawn.near(centre, 0.5);
  });
  const queries = Array.from({ length: work.queries }, () => {
    const near = stored[Math.floor(asked.next() * stored.length)];
    return asked.near(near, 0.2);
  });
  return { stored, queries };
}

// How long each of n calls takes, one after the other, in milliseconds.
export async function timed(n, call) {
  const times = [];
  for (let i = 0; i < n; i++) {
    const began = performance.now();
    await call(i);
    times.push(performance.now() - began);
  }
  return times;
}

// Calls a second, of n calls with so many in flight.
export async function rate(n, flight, call) {
  let next = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: flight }, async () => {
    while (next < n) await call(next++);
  }));
  return (n / (performance.now() - began)) * 1000;
}

export function quantile(times, q) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export async function answer(adapter, metrics, found = {}) {
  const peak = fs.readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+)/);
  console.log(JSON.stringify({ metrics: { ...metrics, peak_mb: Number(peak[1]) / 1024 }, found }));
  await adapter.close();
  process.exit(0);
}
