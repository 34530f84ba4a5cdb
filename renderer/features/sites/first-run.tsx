import { Button } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useDevices, useSession, useSite } from '../../state/hooks.ts';
import { EnrolPanel } from './enrol-panel.tsx';
import classes from './first-run.module.css';
import { NewDevices } from './new-devices.tsx';
import { SiteChoice, SiteForm, type SiteWay, sentenceOf, titleOf } from './site-choice.tsx';

/** From nothing to the first device on screen. `onDone` ends it: there is a site. */
export function FirstRun(props: { onDone: (path: string) => void }) {
  const [way, setWay] = useState<SiteWay>();
  const [siteId, setSiteId] = useState<string>();
  const { run } = useCall();
  const session = useSession();
  const headingRef = useRef<HTMLHeadingElement>(null);
  const stage = siteId ?? way ?? 'choose';
  const firstStage = useRef(stage);

  // Whoever works by keyboard or ear is taken along when the page changes under them.
  useEffect(() => {
    if (stage !== firstStage.current) headingRef.current?.focus();
    firstStage.current = stage;
  }, [stage]);

  const settle = (site: Site): void => {
    void run('settings.edit', { activeSiteId: site.id });
    if (site.demo) props.onDone('/devices');
    else setSiteId(site.id);
  };

  return (
    <div className={classes.page}>
      <header className={classes.brand}>
        <img src="/icon.svg" width={22} height={22} alt="" />
        <span>Muster</span>
      </header>
      <main className={classes.main} data-wide={siteId ? true : undefined}>
        {siteId ? (
          <FirstDevice siteId={siteId} headingRef={headingRef} onDone={props.onDone} />
        ) : way ? (
          <>
            <button type="button" className={classes.back} onClick={() => setWay(undefined)}>
              <IconChevronLeft size={14} aria-hidden="true" /> Other ways to begin
            </button>
            <h1 ref={headingRef} tabIndex={-1} className={classes.title}>
              {titleOf(way)}
            </h1>
            <p className={classes.lead}>{sentenceOf(way)}</p>
            <div className={classes.card}>
              <SiteForm way={way} onDone={settle} />
            </div>
          </>
        ) : (
          <>
            <h1 ref={headingRef} tabIndex={-1} className={classes.title}>
              Where are your devices?
            </h1>
            <p className={classes.lead}>
              A site is a fleet and the broker that it talks through. Everything stays on your network: no
              account, no Internet.
            </p>
            <SiteChoice onChoose={setWay} />
          </>
        )}
      </main>
      <footer className={classes.foot}>{session ? `Muster ${session.version}` : ''}</footer>
    </div>
  );
}

function FirstDevice(props: {
  siteId: string;
  headingRef: React.RefObject<HTMLHeadingElement | null>;
  onDone: (path: string) => void;
}) {
  const site = useSite(props.siteId);
  const hasLinked = useDevices(props.siteId).some((device) => device.linked);
  if (!site) return null;
  return (
    <>
      <h1 ref={props.headingRef} tabIndex={-1} className={classes.title}>
        Add your first device
      </h1>
      <p className={classes.lead}>
        {site.name} is ready. Devices reach it at <code>{site.brokerUrl}</code>.
      </p>
      <div className={classes.columns}>
        <section className={classes.card} aria-label="On the device">
          <EnrolPanel site={site} />
        </section>
        <section className={classes.appear} aria-label="Devices that appeared">
          <h2 className={classes.subtitle}>It appears here</h2>
          <NewDevices siteId={site.id} onOpen={(mac) => props.onDone(`/devices/${mac}`)} />
        </section>
      </div>
      <div className={classes.end}>
        <Button variant={hasLinked ? 'filled' : 'default'} onClick={() => props.onDone('/')}>
          {hasLinked ? 'Go to the dashboard' : 'Skip for now'}
        </Button>
      </div>
    </>
  );
}
