// Sets, gets and deletes cache entries.
import { answer, migrate, open, rate, scene, work } from './common.mjs';

const adapter = await open();
await migrate(adapter);
await scene(adapter);
const value = (i) => ({ i, text: 'x'.repeat(100), list: [1, 2, 3] });
const phase = (flight, call) => rate(work.rows, flight, call);

await answer(adapter, {
  set_new_seq_per_s: await phase(1, (i) => adapter.setCache(`k${i}`, value(i))),
  set_seq_per_s: await phase(1, (i) => adapter.setCache(`k${i}`, value(i + 1))),
  get_seq_per_s: await phase(1, (i) => adapter.getCache(`k${i}`)),
  get_miss_seq_per_s: await phase(1, (i) => adapter.getCache(`missing${i}`)),
  set_16_per_s: await phase(16, (i) => adapter.setCache(`c${i}`, value(i))),
  get_16_per_s: await phase(16, (i) => adapter.getCache(`c${i}`)),
  delete_seq_per_s: await phase(1, (i) => adapter.deleteCache(`k${i}`)),
});
