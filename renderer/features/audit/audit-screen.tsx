import { Button, SegmentedControl } from '@mantine/core';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { AuditEntry } from '../../../contract/model/audit.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useActiveSite } from '../../state/hooks.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FilterField, Toolbar } from '../../ui/filter-field.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './audit.module.css';
import { auditColumns } from './audit-columns.tsx';
import { useAuditPages } from './use-audit-pages.ts';

/** Who did what to what, and when. */
export function AuditScreen() {
  const site = useActiveSite();
  const [text, setText] = useState('');
  const [allSites, setAllSites] = useState(false);
  const pages = useAuditPages(allSites ? undefined : site?.id, text);
  const columns = useMemo(() => auditColumns(), []);

  return (
    <>
      <PageHead
        title="Audit log"
        truth="Each entry carries the hash of the one before it, so that a change in the past shows."
        actions={<VerifyButton />}
      />
      <Toolbar
        label="Filter"
        end={<span className={classes.count}>{countText(pages.entries.length, pages.more)}</span>}
      >
        <FilterField
          value={text}
          onChange={setText}
          placeholder="Filter by person, action, target"
          widthPx={300}
        />
        <SegmentedControl
          aria-label="Which sites"
          data={[
            { value: 'site', label: site?.name ?? 'This site' },
            { value: 'all', label: 'All sites' },
          ]}
          value={allSites ? 'all' : 'site'}
          onChange={(value) => setAllSites(value === 'all')}
        />
      </Toolbar>
      {pages.error && (
        <div className={classes.error}>
          <ErrorNote error={pages.error} what="The audit log could not be read." />
        </div>
      )}
      <DataTable
        id="audit"
        label="Audit log"
        rows={pages.entries}
        rowKey={keyOf}
        columns={columns}
        empty={
          pages.loading ? undefined : (
            <EmptyState
              icon={<IconHistory />}
              sentence={text ? `No entry contains “${text}”.` : 'Nothing was done yet.'}
              action={
                text ? (
                  <Button variant="default" onClick={() => setText('')}>
                    Clear the filter
                  </Button>
                ) : undefined
              }
            />
          )
        }
      />
      {pages.more && (
        <div className={classes.foot}>
          <Button variant="default" loading={pages.loading} onClick={() => void pages.loadMore()}>
            Show older entries
          </Button>
        </div>
      )}
    </>
  );
}

function countText(count: number, more: boolean): string {
  if (count === 1) return '1 entry';
  return `${count.toLocaleString('en')} ${more ? 'newest entries' : 'entries'}`;
}

function keyOf(entry: AuditEntry): string {
  return String(entry.seq);
}

function VerifyButton() {
  const [verdict, setVerdict] = useState<{ entries: number; brokenAtSeq: number | null }>();
  const { run, pending, error } = useCall();
  const verify = async (): Promise<void> => setVerdict(await run('audit.verify', {}));
  return (
    <>
      <ErrorNote error={error} what="The log was not verified." />
      <span role="status">
        {verdict &&
          (verdict.brokenAtSeq === null ? (
            <StatusMark kind="done" label={`${verdict.entries.toLocaleString('en')} entries, unbroken`} />
          ) : (
            <StatusMark
              kind="failed"
              label={`Broken at entry ${verdict.brokenAtSeq}: it was changed or removed`}
            />
          ))}
      </span>
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={14} />}
        loading={pending}
        onClick={() => void verify()}
      >
        Verify the log
      </Button>
    </>
  );
}
