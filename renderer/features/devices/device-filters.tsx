import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useMemo, useRef } from 'react';
import type { Device } from '../../../contract/model/device.ts';
import { useCommand } from '../../ui/commands.tsx';
import { FilterField, Toolbar } from '../../ui/filter-field.tsx';
import { type FacetField, facetOptions } from './device-facets.ts';
import { parseDeviceQuery, valuesOf, withValues } from './device-query.ts';
import classes from './devices.module.css';
import { FacetChip } from './facet-chip.tsx';

const LINKED_CHIPS: readonly [FacetField, string][] = [
  ['is', 'Status'],
  ['tag', 'Tag'],
  ['group', 'Group'],
  ['model', 'Model'],
  ['agent', 'Agent'],
];
const DISCOVERED_CHIPS: readonly [FacetField, string][] = [
  ['is', 'Status'],
  ['model', 'Model'],
  ['agent', 'Agent'],
];

/** Search and filters of the device lists. All of it is one text, so that a filter can be typed, linked to and kept. */
export function DeviceFilters(props: {
  devices: readonly Device[];
  text: string;
  onChange: (text: string) => void;
  linked: boolean;
  listedCount: number;
  start: ReactNode;
}) {
  const { devices, text, onChange } = props;
  const narrow = useMediaQuery('(max-width: 1199px)', false, { getInitialValueInEffect: false });
  const inputRef = useRef<HTMLInputElement>(null);
  useCommand({
    id: 'devices.search',
    title: 'Search the device list',
    group: 'Devices',
    shortcut: '/',
    run: () => inputRef.current?.select(),
  });
  const chips = props.linked ? LINKED_CHIPS : DISCOVERED_CHIPS;
  const facets = useMemo(
    () => chips.map(([field, label]) => ({ field, label, options: facetOptions(devices, field) })),
    [devices, chips],
  );
  const { problems } = useMemo(() => parseDeviceQuery(text), [text]);
  const filtered = text.trim() !== '';

  return (
    <>
      <Toolbar
        label="Search and filters"
        end={
          filtered && (
            <>
              <span className={classes.listed} role="status">
                {props.listedCount} of {devices.length}
              </span>
              <Button variant="subtle" color="gray" onClick={() => onChange('')}>
                Clear filters
              </Button>
            </>
          )
        }
      >
        {props.start}
        <FilterField
          inputRef={inputRef}
          value={text}
          onChange={onChange}
          placeholder={
            props.linked ? 'Search, or tag:line-2 is:offline …' : 'Search, or model:"pi 4" is:online …'
          }
          widthPx={narrow ? 190 : 280}
        />
        {facets.map(({ field, label, options }) => (
          <FacetChip
            key={field}
            label={label}
            options={options}
            chosen={valuesOf(text, field)}
            onChoose={(values) => onChange(withValues(text, field, values))}
          />
        ))}
      </Toolbar>
      {problems.map((problem) => (
        <p key={problem} className={classes.problem} role="alert">
          {problem}
        </p>
      ))}
    </>
  );
}
