import type { AuditEntry } from '../../../contract/model/audit.ts';
import { Mono } from '../../ui/mono.tsx';
import { exactTime } from '../../ui/relative-time.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';

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
      widthPx: 200,
      always: true,
      cell: (entry) => <time dateTime={entry.at}>{exactTime(entry.at)}</time>,
    },
    { id: 'actor', header: 'Who', widthPx: 170, cell: (entry) => entry.actor },
    {
      id: 'action',
      header: 'Action',
      widthPx: 170,
      always: true,
      cell: (entry) => <Mono>{entry.action}</Mono>,
    },
    {
      id: 'target',
      header: 'Target',
      widthPx: 190,
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
