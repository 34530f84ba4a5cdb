import { Checkbox } from '@mantine/core';
import type { Device } from '../../../contract/model/device.ts';
import { shortModel } from '../../state/device-words.ts';
import { Mono } from '../../ui/mono.tsx';
import classes from './devices.module.css';

const SHOWN = 50;

/** Discovered devices to be taken into the list with a click. */
export function DiscoveredPicker(props: {
  devices: readonly Device[];
  chosen: ReadonlySet<string>;
  onToggle: (mac: string) => void;
  onAll: () => void;
}) {
  const { devices, chosen } = props;
  if (devices.length === 0) return null;
  const missing = devices.filter(({ mac }) => !chosen.has(mac)).length;
  return (
    <fieldset className={classes.fieldset}>
      <legend>
        Discovered
        {missing > 1 && (
          <button type="button" className={classes.textButton} onClick={props.onAll}>
            take all {devices.length}
          </button>
        )}
      </legend>
      {devices.slice(0, SHOWN).map((device) => (
        <Checkbox
          key={device.mac}
          checked={chosen.has(device.mac)}
          onChange={() => props.onToggle(device.mac)}
          label={
            <span className={classes.pick}>
              <Mono>{device.mac}</Mono>
              <span>{device.hostName ?? device.name}</span>
              <span className={classes.dim}>{device.model ? shortModel(device.model) : ''}</span>
            </span>
          }
        />
      ))}
      {devices.length > SHOWN && (
        <p className={classes.dim}>and {devices.length - SHOWN} more under Discovered</p>
      )}
    </fieldset>
  );
}
