import { IconChevronRight, IconHome2, IconPlayerPlay, IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { DemoForm } from './demo-form.tsx';
import { JoinBrokerForm } from './join-broker-form.tsx';
import classes from './site-choice.module.css';
import { StartSiteForm } from './start-site-form.tsx';

export type SiteWay = 'start' | 'join' | 'demo';

const WAYS: readonly { way: SiteWay; icon: ReactNode; title: string; sentence: string }[] = [
  {
    way: 'start',
    icon: <IconHome2 size={22} stroke={1.5} />,
    title: 'Start a site here',
    sentence: 'This machine becomes the broker for the devices around it. Nothing else to install.',
  },
  {
    way: 'join',
    icon: <IconPlugConnected size={22} stroke={1.5} />,
    title: 'Join a broker',
    sentence: 'Your devices use a Mosquitto, or another MQTT broker, that runs already.',
  },
  {
    way: 'demo',
    icon: <IconPlayerPlay size={22} stroke={1.5} />,
    title: 'Try a demo fleet',
    sentence: 'A few real agents on this machine, to look around and to send commands to.',
  },
];

/** The three ways to a site. */
export function SiteChoice(props: { onChoose: (way: SiteWay) => void; hasDemo?: boolean }) {
  return (
    <ul className={classes.choices}>
      {WAYS.filter(({ way }) => way !== 'demo' || !props.hasDemo).map(
        ({ way, icon, title, sentence }, index) => (
          <li key={way}>
            <button
              type="button"
              className={classes.choice}
              data-autofocus={index === 0 || undefined}
              onClick={() => props.onChoose(way)}
            >
              <span className={classes.icon} aria-hidden="true">
                {icon}
              </span>
              <span className={classes.words}>
                <span className={classes.title}>{title}</span>
                <span className={classes.sentence}>{sentence}</span>
              </span>
              <IconChevronRight size={16} className={classes.arrow} aria-hidden="true" />
            </button>
          </li>
        ),
      )}
    </ul>
  );
}

/** The form of one way. */
export function SiteForm(props: { way: SiteWay; onDone: (site: Site) => void }) {
  if (props.way === 'start') return <StartSiteForm onDone={props.onDone} />;
  if (props.way === 'join') return <JoinBrokerForm onDone={props.onDone} />;
  return <DemoForm onDone={props.onDone} />;
}

export function titleOf(way: SiteWay): string {
  return WAYS.find((candidate) => candidate.way === way)?.title ?? '';
}

export function sentenceOf(way: SiteWay): string {
  return WAYS.find((candidate) => candidate.way === way)?.sentence ?? '';
}
