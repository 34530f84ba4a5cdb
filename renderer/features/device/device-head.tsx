import { Button } from '@mantine/core';
import { IconChevronLeft, IconLink, IconPlayerPlay } from '@tabler/icons-react';
import type { Device } from '../../../contract/model/device.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { deviceListAddress } from '../../state/device-list-address.ts';
import { deviceStatus, deviceTitle } from '../../state/device-words.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { LabelPill } from '../../ui/label-pill.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './device.module.css';
import { DeviceMenu } from './device-menu.tsx';

/** Who the device is, how it is, and what can be done with it. `quiet`: the screen below has the main action. */
export function DeviceHead(props: { device: Device; onRun: () => void; quiet: boolean }) {
  const { device } = props;
  const call = useCall();
  const status = deviceStatus(device);
  const facts = [device.model, device.os, device.agentVersion && `agent ${device.agentVersion}`].filter(
    (fact) => fact !== null && fact !== '',
  );
  return (
    <>
      <header className={classes.head}>
        <Link to={deviceListAddress(sessionStorage)} className={classes.back}>
          <IconChevronLeft size={14} aria-hidden="true" />
          Devices
        </Link>
        <div className={classes.headMain}>
          <div className={classes.headTitle}>
            <h1 className={classes.title}>{deviceTitle(device)}</h1>
            <span className={classes.headStatus}>
              <StatusMark kind={status.kind} label={status.word} title={status.explanation} />
              {device.since && device.state !== 'never-seen' && (
                <span className={classes.hint}>
                  for <RelativeTime at={device.since} span />
                </span>
              )}
            </span>
            {device.demo && (
              <LabelPill kind="demo" title="A real agent that runs on this machine, in a folder of its own.">
                demo
              </LabelPill>
            )}
            {!device.linked && <LabelPill>not linked</LabelPill>}
          </div>
          <p className={classes.headFacts}>
            <span className={classes.copied}>
              <Mono>{device.mac}</Mono>
              <CopyButton text={device.mac} label="Copy MAC" />
            </span>
            <span className={classes.headFact}>
              {facts.length > 0 ? facts.join(' · ') : 'It has not told anything about itself yet.'}
            </span>
          </p>
        </div>
        <div className={classes.headActions}>
          {device.linked ? (
            <Button
              variant={props.quiet ? 'default' : 'filled'}
              leftSection={<IconPlayerPlay size={14} />}
              onClick={props.onRun}
            >
              Run
            </Button>
          ) : (
            <Button
              leftSection={<IconLink size={14} />}
              loading={call.pending}
              onClick={() => void call.run('devices.link', { siteId: device.siteId, macs: [device.mac] })}
            >
              Link device
            </Button>
          )}
          <DeviceMenu device={device} call={call} />
        </div>
      </header>
      {call.error && (
        <div className={classes.padded}>
          <ErrorNote error={call.error} onDismiss={call.clearError} />
        </div>
      )}
    </>
  );
}
