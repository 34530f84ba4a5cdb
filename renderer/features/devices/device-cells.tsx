import { Tooltip } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import type { Device } from '../../../contract/model/device.ts';
import { deviceStatus, deviceTitle } from '../../state/device-words.ts';
import { LabelPill } from '../../ui/label-pill.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './devices.module.css';

/** State in shape, word and colour, and since when unless it is online. */
export function StatusCell(props: { device: Device }) {
  const { device } = props;
  const status = deviceStatus(device);
  return (
    <span className={classes.status}>
      <StatusMark kind={status.kind} label={status.word} title={status.explanation} />
      {device.state !== 'online' && device.since && (
        <span className={classes.since}>
          <RelativeTime at={device.since} span />
        </span>
      )}
    </span>
  );
}

/** The name as a link to the device's page, with its alarms and whether it is a demo. */
export function NameCell(props: { device: Device }) {
  const { device } = props;
  return (
    <span className={classes.name}>
      <Link to={`/devices/${device.mac}`} className={classes.nameLink} tabIndex={-1}>
        {deviceTitle(device)}
      </Link>
      {device.alarms.length > 0 && <AlarmMark device={device} />}
      {device.demo && (
        <LabelPill kind="demo" title="A real agent that runs on this machine, in a folder of its own.">
          demo
        </LabelPill>
      )}
    </span>
  );
}

function AlarmMark(props: { device: Device }) {
  const { alarms } = props.device;
  const text = alarms.map((alarm) => alarm.message).join('\n');
  return (
    <Tooltip label={text} multiline maw={360}>
      <span className={classes.alarm}>
        <IconAlertTriangleFilled size={13} aria-hidden="true" />
        <span className={classes.alarmWord}>
          {alarms.length === 1 ? ALARM_WORDS[alarms[0]?.kind ?? 'hot'] : `${alarms.length} alarms`}
        </span>
      </span>
    </Tooltip>
  );
}

const ALARM_WORDS: Record<Device['alarms'][number]['kind'], string> = {
  'other-key': 'other key',
  'cloned-key': 'cloned card',
  'refused-requests': 'refused requests',
  'under-voltage': 'under-voltage',
  'disk-full': 'disk full',
  hot: 'hot',
};
