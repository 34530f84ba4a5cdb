// Run by json-store.kill.test.ts: counts up in a store, prints each count once it is durable, until it is killed.
import { z } from 'zod';
import { createJsonStore } from './json-store.ts';

const [, , path = ''] = process.argv;
const store = createJsonStore({
  path,
  schema: z.object({ count: z.number().int(), padding: z.string() }),
  version: 1,
  defaults: { count: 0, padding: 'x'.repeat(20_000) },
  onReport: (report) => process.stdout.write(`report ${report.message}\n`),
});
await store.start();
process.stdout.write(`opened ${store.data.count}\n`);
for (;;) {
  const count = await store.update((draft) => {
    draft.count += 1;
    return draft.count;
  });
  process.stdout.write(`saved ${count}\n`);
}
