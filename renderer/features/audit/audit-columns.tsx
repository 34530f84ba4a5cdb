import type { AuditEntry } from '../../../contract/model/audit.ts';
import { Mono } from '../../ui/mono.tsx';
import { exactTime } from '../../ui/relative-time.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { auditActionWords } from './audit-words.ts';

/** Columns of the audit log; it keeps the order of what happened, so none of them sorts. */
export function auditColumns(): readonly DataColumn<AuditEntry>[] {
  return [
    {
      id: 'seq',
      header: 'No.',
      widthPx: 64,
      align: 'right',
      cell: (entry) => entry.seq,
    },
    {
      id: 'at',
      header: 'Time',
      widthPx: 178,
      always: true,
      cell: (entry) => <time dateTime={entry.at}>{exactTime(entry.at)}</time>,
    },
    { id: 'actor', header: 'Who', widthPx: 120, cell: (entry) => entry.actor },
    {
      id: 'action',
      header: 'Action',
      widthPx: 170,
      always: true,
      cell: (entry) => <span title={entry.action}>{auditActionWords(entry.action)}</span>,
    },
    {
      id: 'target',
      header: 'Target',
      widthPx: 240,
      cell: (entry) => <span title={entry.target}>{entry.target}</span>,
    },
    {
      id: 'detail',
      header: 'Detail',
      widthPx: 220,
      grow: true,
      cell: (entry) => <span title={entry.detail}>{entry.detail}</span>,
    },
    {
      id: 'hash',
      header: 'Hash',
      hint: 'SHA-256 over this entry and the hash before it: the first 12 digits.',
      widthPx: 130,
      hiddenByDefault: true,
      cell: (entry) => (
        <Mono dim title={entry.hash}>
          {entry.hash.slice(0, 12)}
        </Mono>
      ),
    },
  ];
}
