import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useDevices } from '../../state/hooks.ts';
import { CountConfirm, isConfirmed } from '../../ui/count-confirm.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page-head.tsx';
import formClasses from './forms.module.css';
import classes from './site-screen.module.css';

/** Takes a site off this machine, after its name was typed. */
export function RemoveSite({ site }: { site: Site }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const linked = useDevices(site.id).filter((device) => device.linked).length;
  const { run, pending, error } = useCall();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isConfirmed(site.name, typed)) return;
    if (await run('sites.remove', { siteId: site.id, confirmName: typed.trim() })) setOpen(false);
  };
  return (
    <Section title="Remove site">
      <div className={classes.danger}>
        <p>
          Takes the site, its devices, its keys and its history off this machine. Its devices obey nobody
          afterwards: they have to join a site anew.
        </p>
        <Button color="red" variant="outline" onClick={() => setOpen(true)}>
          Remove site …
        </Button>
      </div>
      <Modal opened={open} onClose={() => setOpen(false)} title={`Remove ${site.name}?`} size={460}>
        <form className={formClasses.form} onSubmit={(event) => void submit(event)} noValidate>
          <p>
            {linked === 1 ? '1 linked device' : `${linked} linked devices`}, the site’s key, its jobs and
            results are deleted from this machine. This cannot be undone.
          </p>
          <CountConfirm
            expected={site.name}
            value={typed}
            onChange={setTyped}
            label={`Type ${site.name} to confirm`}
          />
          <ErrorNote error={error} what="The site was not removed." />
          <div className={formClasses.buttons}>
            <Button type="submit" color="red" loading={pending} disabled={!isConfirmed(site.name, typed)}>
              Remove {site.name}
            </Button>
          </div>
        </form>
      </Modal>
    </Section>
  );
}
