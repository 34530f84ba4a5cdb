import type { DeviceEvent } from '../../../contract/model/device.ts';
import type { Database, Row } from './database.ts';
import { number, text } from './row.ts';

export interface StoredDeviceEvent extends DeviceEvent {
  /** Grows with each event; the last one of a page continues the list. */
  seq: number;
}

/** What happened to devices: online, offline, linked, alarm, restarted … */
export interface EventsTable {
  /** A longer detail is cut. */
  append(event: DeviceEvent): StoredDeviceEvent;
  /** Newest first, of all sites, one site or one device. */
  list(filter: { siteId?: string; mac?: string; beforeSeq?: number; limit: number }): StoredDeviceEvent[];
  /** Removes some of the oldest beyond `keep`; returns how many went. */
  trim(keep: number): number;
  /** Removes some of a site's; returns how many went. */
  removeOfSite(siteId: string, limit: number): number;
}

const TRIM_SLICE = 2000;

export function createEventsTable(database: Database): EventsTable {
  const insert = database.prepare(
    'INSERT INTO device_events (at, siteId, mac, kind, detail) VALUES (?, ?, ?, ?, ?) RETURNING seq',
  );
  const COLUMNS = 'SELECT seq, at, siteId, mac, kind, detail FROM device_events';
  const listAll = database.prepare(`${COLUMNS} WHERE seq < ? ORDER BY seq DESC LIMIT ?`);
  const listSite = database.prepare(`${COLUMNS} WHERE seq < ? AND siteId = ? ORDER BY seq DESC LIMIT ?`);
  const listDevice = database.prepare(
    `${COLUMNS} WHERE seq < ? AND siteId = ? AND mac = ? ORDER BY seq DESC LIMIT ?`,
  );
  const trim = database.prepare(`
    DELETE FROM device_events WHERE seq IN (
      SELECT seq FROM device_events WHERE seq <= (SELECT max(seq) FROM device_events) - ? ORDER BY seq LIMIT ${TRIM_SLICE})`);
  const removeSite = database.prepare(
    'DELETE FROM device_events WHERE seq IN (SELECT seq FROM device_events WHERE siteId = ? LIMIT ?)',
  );

  return {
    append(event) {
      const detail = event.detail.slice(0, 1000);
      const row = insert.get(event.at, event.siteId, event.mac, event.kind, detail);
      return { ...event, detail, seq: row ? number(row, 'seq') : 0 };
    },
    list({ siteId, mac, beforeSeq = Number.MAX_SAFE_INTEGER, limit }) {
      if (siteId === undefined) return listAll.all(beforeSeq, limit).map(toEvent);
      const rows =
        mac === undefined
          ? listSite.all(beforeSeq, siteId, limit)
          : listDevice.all(beforeSeq, siteId, mac, limit);
      return rows.map(toEvent);
    },
    trim: (keep) => trim.run(keep),
    removeOfSite: (siteId, limit) => removeSite.run(siteId, limit),
  };
}

function toEvent(row: Row): StoredDeviceEvent {
  return {
    seq: number(row, 'seq'),
    at: text(row, 'at'),
    siteId: text(row, 'siteId'),
    mac: text(row, 'mac'),
    kind: text(row, 'kind'),
    detail: text(row, 'detail'),
  };
}
