import { Button } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import type { ConnectionReport, Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SideSheet } from '../../ui/side-sheet.tsx';
import { BrokerFields } from './broker-fields.tsx';
import { ConnectionStages } from './connection-stages.tsx';
import classes from './forms.module.css';
import { type BrokerDraft, emptyBrokerDraft, type FieldErrors, readBrokerDraft } from './site-forms.ts';

/** Another address or account for a site's broker. Secrets are never sent to the interface, so they are typed again. */
export function EditBrokerSheet(props: { site: Site; onClose: () => void }) {
  const { site, onClose } = props;
  const formId = useId();
  const [draft, setDraft] = useState<BrokerDraft>(() => ({
    ...emptyBrokerDraft(),
    url: site.brokerUrl,
    username: site.username ?? '',
    rootTopic: site.rootTopic,
  }));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [report, setReport] = useState<ConnectionReport>();
  const test = useCall();
  const save = useCall();

  const read = () => {
    const result = readBrokerDraft(draft);
    setErrors(result.errors);
    return result.broker;
  };
  const runTest = async (): Promise<void> => {
    const broker = read();
    if (broker) setReport(await test.run('sites.test', { broker }));
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const broker = read();
    if (broker && (await save.run('sites.update', { siteId: site.id, broker }))) onClose();
  };
  return (
    <SideSheet
      opened
      onClose={onClose}
      title="Change broker"
      subtitle="Passwords, certificates and keys are typed again: Muster never shows what it keeps."
      footer={
        <>
          <Button variant="default" loading={test.pending} onClick={() => void runTest()}>
            Test connection
          </Button>
          <Button type="submit" form={formId} loading={save.pending}>
            Save broker
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={classes.form}
        style={{ paddingTop: 20 }}
        onSubmit={(event) => void submit(event)}
        noValidate
      >
        <BrokerFields
          draft={draft}
          errors={errors}
          onChange={(change) => {
            setDraft((old) => ({ ...old, ...change }));
            setReport(undefined);
          }}
        />
        <ConnectionStages report={report} pending={test.pending} />
        <ErrorNote error={test.error} what="The test could not be made." />
        <ErrorNote error={save.error} what="The broker was not changed." />
      </form>
    </SideSheet>
  );
}
