import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ConnectionReport, Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { BrokerFields } from './broker-fields.tsx';
import { ConnectionStages } from './connection-stages.tsx';
import classes from './forms.module.css';
import {
  type BrokerDraft,
  emptyBrokerDraft,
  type FieldErrors,
  readBrokerDraft,
  siteNameError,
  suggestedName,
} from './site-forms.ts';

/** A site on a broker that exists: tested before it is joined. */
export function JoinBrokerForm(props: { onDone: (site: Site) => void }) {
  const [draft, setDraft] = useState<BrokerDraft>(emptyBrokerDraft);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [report, setReport] = useState<ConnectionReport>();
  const test = useCall();
  const join = useCall();
  const suggestion = suggestedName(draft.url.trim());
  const name = draft.name.trim() === '' ? suggestion : draft.name;

  const change = (change: Partial<BrokerDraft>): void => {
    setDraft((old) => ({ ...old, ...change }));
    setReport(undefined);
    join.clearError();
  };
  const runTest = async (): Promise<void> => {
    const read = readBrokerDraft(draft);
    setErrors(read.errors);
    if (!read.broker) return;
    setReport(undefined);
    setReport(await test.run('sites.test', { broker: read.broker }));
  };
  const runJoin = async (force: boolean): Promise<void> => {
    const read = readBrokerDraft(draft);
    const nameError = siteNameError(name);
    setErrors({ ...read.errors, ...(nameError && read.broker ? { name: nameError } : {}) });
    if (!read.broker || nameError) return;
    const site = await join.run('sites.join', { name, broker: read.broker, ...(force ? { force } : {}) });
    if (site) props.onDone(site);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void runJoin(false);
  };

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <BrokerFields draft={draft} errors={errors} onChange={change} />
      <TextInput
        label="Name of the site"
        placeholder={suggestion || 'Plant Süd'}
        value={draft.name}
        error={errors.name}
        onChange={(event) => setDraft((old) => ({ ...old, name: event.currentTarget.value }))}
      />
      <ErrorNote
        error={join.error}
        what="The site was not joined."
        action={
          <Button size="compact-xs" variant="default" onClick={() => void runJoin(true)}>
            Add it anyway; it connects when the broker answers
          </Button>
        }
      />
      <div className={classes.buttons}>
        <Button type="submit" loading={join.pending}>
          Join broker
        </Button>
        <Button variant="default" loading={test.pending} onClick={() => void runTest()}>
          Test connection
        </Button>
      </div>
      <ConnectionStages report={report} pending={test.pending} />
      <ErrorNote error={test.error} what="The test could not be made." />
    </form>
  );
}
