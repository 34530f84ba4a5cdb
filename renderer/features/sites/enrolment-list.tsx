import { Button } from '@mantine/core';
import { IconTicket } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import type { Enrolment } from '../../../contract/model/enrolment.ts';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useConnectionStatus, useDevices } from '../../state/hooks.ts';
import { useSheets } from '../../state/sheets.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Section } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useNow } from '../../ui/ticker.ts';
import classes from './site-screen.module.css';

/** The files with which devices can still get in, and a way to make each worthless. */
export function EnrolmentList({ site }: { site: Site }) {
  const sheets = useSheets();
  const [enrolments, setEnrolments] = useState<readonly Enrolment[]>();
  const { run: load, error } = useCall();
  const revoke = useCall();
  const { generation } = useConnectionStatus();
  // A device that appears may have used one: there is no event for it.
  const deviceCount = useDevices(site.id).length;

  const reload = useCallback(async () => {
    const output = await load('enrolments.list', { siteId: site.id });
    if (output) setEnrolments(openFirst(output.enrolments));
  }, [load, site.id]);
  useEffect(() => {
    if (generation > 0 && deviceCount >= 0) void reload();
  }, [reload, generation, deviceCount]);

  const remove = async (tokenId: string): Promise<void> => {
    if (await revoke.run('enrolments.revoke', { siteId: site.id, tokenId })) await reload();
  };
  return (
    <Section
      title="Enrolments"
      actions={
        <Button size="compact-xs" variant="default" onClick={() => void reload()}>
          Refresh
        </Button>
      }
    >
      <ErrorNote error={error} what="The enrolments could not be read." />
      <ErrorNote error={revoke.error} what="The enrolment was not revoked." />
      {enrolments?.length === 0 && (
        <EmptyState
          compact
          icon={<IconTicket />}
          sentence="No enrolment file is out there: no new device can get in."
          action={
            <Button variant="default" onClick={() => sheets.openEnrol({ siteId: site.id })}>
              Make an enrolment file
            </Button>
          }
        />
      )}
      {enrolments && enrolments.length > 0 && (
        <table className={classes.list}>
          <thead>
            <tr>
              <th>File</th>
              <th>State</th>
              <th className={classes.number}>Used</th>
              <th>Ends</th>
              <th>Made by</th>
              <th>
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {enrolments.map((enrolment) => (
              <tr key={enrolment.tokenId}>
                <td>
                  <Mono>{enrolment.tokenId.slice(0, 8)}</Mono>
                </td>
                <td>
                  <EnrolmentState enrolment={enrolment} />
                </td>
                <td className={classes.number}>
                  {enrolment.used} of {enrolment.uses}
                </td>
                <td>
                  <RelativeTime at={enrolment.expiresAt} />
                </td>
                <td>{enrolment.createdBy}</td>
                <td className={classes.end}>
                  {enrolment.used < enrolment.uses && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Revoke ${enrolment.tokenId.slice(0, 8)}`}
                      loading={revoke.pending}
                      onClick={() => void remove(enrolment.tokenId)}
                    >
                      Revoke
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Those that still let devices in come first, newest first. */
function openFirst(enrolments: readonly Enrolment[]): readonly Enrolment[] {
  const isUsedUp = (enrolment: Enrolment): boolean => enrolment.used >= enrolment.uses;
  return [...enrolments].sort(
    (a, b) => Number(isUsedUp(a)) - Number(isUsedUp(b)) || b.createdAt.localeCompare(a.createdAt),
  );
}

function EnrolmentState({ enrolment }: { enrolment: Enrolment }) {
  const over = useNow((nowMs) => nowMs > Date.parse(enrolment.expiresAt));
  if (over) return <StatusMark kind="offline" label="ended" />;
  if (enrolment.used >= enrolment.uses) return <StatusMark kind="done" label="used up" />;
  return <StatusMark kind="waiting" label="open" />;
}
