import { createHash } from 'node:crypto';
import type { AuditEntry } from '../../../contract/model/audit.ts';
import type { Database, Row } from './database.ts';
import { number, text, textOrNull } from './row.ts';

export type NewAuditEntry = Omit<AuditEntry, 'seq' | 'hash'>;

export interface AuditFilter {
  siteId?: string;
  actor?: string;
  action?: string;
  target?: string;
  /** Anywhere in actor, action, target or detail; upper and lower case are the same. */
  search?: string;
}

export type AuditVerdict = { ok: true; entries: number } | { ok: false; brokenSeq: number };

/** Who did what, each entry chained to the one before by SHA-256. Entries are never changed or removed. */
export interface AuditTable {
  /** Fields longer than the contract allows are cut. */
  append(entry: NewAuditEntry): AuditEntry;
  /** Newest first. */
  list(options: { beforeSeq?: number; limit: number; filter?: AuditFilter }): AuditEntry[];
  /** Finds the first entry that was changed, removed or put in. Gives way to other work between slices. */
  verify(): Promise<AuditVerdict>;
}

/** What the first entry is chained to. */
const FIRST_HASH = '0'.repeat(64);
const SLICE = 2000;

export function createAuditTable(database: Database): AuditTable {
  const last = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const highest = database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'audit'`);
  const insert = database.prepare(
    'INSERT INTO audit (seq, at, siteId, actor, action, target, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const list = database.prepare(`
    SELECT * FROM audit WHERE seq < ?1
      AND (?2 IS NULL OR siteId = ?2) AND (?3 IS NULL OR actor = ?3)
      AND (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR target = ?5)
      AND (?6 IS NULL OR instr(lower(actor || char(10) || action || char(10) || target || char(10) || detail), ?6) > 0)
    ORDER BY seq DESC LIMIT ?7`);
  const slice = database.prepare(`SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ${SLICE}`);

  const append = (entry: NewAuditEntry): AuditEntry => {
    const previous = last.get();
    const limited = {
      seq: (previous ? number(previous, 'seq') : 0) + 1,
      at: entry.at,
      siteId: entry.siteId,
      actor: entry.actor.slice(0, 200),
      action: entry.action.slice(0, 80),
      target: entry.target.slice(0, 500),
      detail: entry.detail.slice(0, 2000),
    };
    const hash = hashOf(previous ? text(previous, 'hash') : FIRST_HASH, limited);
    const { seq, at, siteId, actor, action, target, detail } = limited;
    insert.run(seq, at, siteId, actor, action, target, detail, hash);
    return { ...limited, hash };
  };

  const verify = async (): Promise<AuditVerdict> => {
    let hash = FIRST_HASH;
    let seq = 0;
    for (;;) {
      const rows = slice.all(seq);
      for (const row of rows) {
        const entry = toEntry(row);
        seq += 1;
        if (entry.seq !== seq || hashOf(hash, entry) !== entry.hash) return { ok: false, brokenSeq: seq };
        hash = entry.hash;
      }
      if (rows.length < SLICE) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // SQLite remembers the highest number it ever gave, so entries cut off at the end are missed too.
    const row = highest.get();
    const expected = row ? number(row, 'seq') : 0;
    return expected > seq ? { ok: false, brokenSeq: seq + 1 } : { ok: true, entries: seq };
  };

  return {
    append: (entry) => database.transaction(() => append(entry)),
    list({ beforeSeq = Number.MAX_SAFE_INTEGER, limit, filter = {} }) {
      const { siteId = null, actor = null, action = null, target = null, search } = filter;
      return list
        .all(beforeSeq, siteId, actor, action, target, search?.toLowerCase() ?? null, limit)
        .map(toEntry);
    },
    verify,
  };
}

/** SHA-256 over the previous hash and the entry as a JSON array, whose order never changes. */
function hashOf(previous: string, entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, siteId, actor, action, target, detail } = entry;
  return createHash('sha256')
    .update(`${previous}\n${JSON.stringify([seq, at, siteId, actor, action, target, detail])}`)
    .digest('hex');
}

function toEntry(row: Row): AuditEntry {
  return {
    seq: number(row, 'seq'),
    at: text(row, 'at'),
    siteId: textOrNull(row, 'siteId'),
    actor: text(row, 'actor'),
    action: text(row, 'action'),
    target: text(row, 'target'),
    detail: text(row, 'detail'),
    hash: text(row, 'hash'),
  };
}
