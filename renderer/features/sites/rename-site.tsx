import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import classes from './forms.module.css';
import { siteNameError } from './site-forms.ts';

/** Another name for a site; devices do not notice. */
export function RenameSite(props: { site: Site; onClose: () => void }) {
  const [name, setName] = useState(props.site.name);
  const [problem, setProblem] = useState<string>();
  const { run, pending, error } = useCall();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wrong = siteNameError(name);
    setProblem(wrong);
    if (!wrong && (await run('sites.update', { siteId: props.site.id, name }))) props.onClose();
  };
  return (
    <Modal opened onClose={props.onClose} title="Rename site" size={420}>
      <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextInput
          label="Name of the site"
          data-autofocus
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ErrorNote error={error} what="The site was not renamed." />
        <div className={classes.buttons}>
          <Button type="submit" loading={pending}>
            Rename site
          </Button>
        </div>
      </form>
    </Modal>
  );
}
