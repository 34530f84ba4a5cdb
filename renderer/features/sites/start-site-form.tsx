import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FoldOut } from './fold-out.tsx';
import classes from './forms.module.css';
import { type FieldErrors, readEmbeddedDraft, siteNameError } from './site-forms.ts';

/** A new site with a broker on this machine. */
export function StartSiteForm(props: { onDone: (site: Site) => void }) {
  const [name, setName] = useState('');
  const [tlsPort, setTlsPort] = useState('8883');
  const [rootTopic, setRootTopic] = useState('iotm-sys');
  const [errors, setErrors] = useState<FieldErrors>({});
  const { run, pending, error } = useCall();

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const nameError = siteNameError(name);
    const draft = readEmbeddedDraft({ tlsPort, rootTopic });
    setErrors({ ...draft.errors, ...(nameError ? { name: nameError } : {}) });
    if (nameError || !draft.broker) return;
    const site = await run('sites.create', { name, broker: draft.broker });
    if (site) props.onDone(site);
  };

  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label="Name of the site"
        description="The place where the devices are."
        placeholder="Plant Süd"
        data-autofocus
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <FoldOut label="Advanced" forced={Boolean(errors.tlsPort || errors.rootTopic)}>
        <div className={classes.pair}>
          <TextInput
            label="Port for devices"
            description="TLS. Must be free on this machine."
            inputMode="numeric"
            value={tlsPort}
            error={errors.tlsPort}
            onChange={(event) => setTlsPort(event.currentTarget.value)}
          />
          <TextInput
            label="Root topic"
            description="First levels of every MQTT topic."
            spellCheck={false}
            value={rootTopic}
            error={errors.rootTopic}
            onChange={(event) => setRootTopic(event.currentTarget.value)}
          />
        </div>
      </FoldOut>
      <ErrorNote error={error} what="The site was not started." />
      <div className={classes.buttons}>
        <Button type="submit" loading={pending}>
          Start site
        </Button>
      </div>
    </form>
  );
}
