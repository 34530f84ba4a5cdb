import { keyFingerprint } from '../../../contract/model/inventory.ts';
import type { Site } from '../../../contract/model/site.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Mono } from '../../ui/mono.tsx';
import { FactList, Section } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './site-screen.module.css';

/** What devices use to reach the site, and the key that they trust. */
export function DeviceAccess({ site }: { site: Site }) {
  return (
    <Section title="What devices use">
      <FactList
        facts={[
          ['Port', String(site.port)],
          ['Root topic', <Mono key="topic">{site.rootTopic}</Mono>],
          [
            'Site key',
            <span key="key" className={classes.title}>
              <Mono title={site.publicKey}>{keyFingerprint(site.publicKey)}</Mono>
              <CopyButton text={site.publicKey} label="Copy the whole key" />
            </span>,
          ],
          ['Site id', <Mono key="id">{site.id}</Mono>],
          ['Created', <RelativeTime key="created" at={site.createdAt} />],
        ]}
      />
      <p className={classes.note}>
        Devices obey only what this key signs. All of it is in the enrolment file, so nothing has to be typed
        on a device.
      </p>
    </Section>
  );
}
