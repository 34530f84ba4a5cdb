import { z } from 'zod';

/** What a table remembers of its reader's choices. */
const TableMemory = z.object({
  sort: z.object({ id: z.string(), desc: z.boolean() }).nullable(),
  /** Column id → shown. Columns not named keep their default. */
  shown: z.record(z.string(), z.boolean()),
  widthsPx: z.record(z.string(), z.number().min(40).max(1200)),
});
export type TableMemory = z.infer<typeof TableMemory>;

function storageKey(tableId: string): string {
  return `muster.table.${tableId}`;
}

/** What was remembered, or undefined when nothing usable was. */
export function loadTableMemory(storage: Pick<Storage, 'getItem'>, tableId: string): TableMemory | undefined {
  const text = storage.getItem(storageKey(tableId));
  if (!text) return undefined;
  try {
    const result = TableMemory.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch (error) {
    console.warn(`The remembered columns of ${tableId} cannot be read; the defaults are used.`, error);
    return undefined;
  }
}

export function saveTableMemory(
  storage: Pick<Storage, 'setItem'>,
  tableId: string,
  memory: TableMemory,
): void {
  try {
    storage.setItem(storageKey(tableId), JSON.stringify(memory));
  } catch (error) {
    console.warn(`The columns of ${tableId} are not remembered.`, error);
  }
}
