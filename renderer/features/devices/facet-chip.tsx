import { Checkbox, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { FacetOption } from './device-facets.ts';
import classes from './devices.module.css';

/** From this many values on, the list gets a search field. */
const SEARCHABLE = 9;

/** A filter that offers the values of one field with their counts. Several chosen values mean any of them. */
export function FacetChip(props: {
  label: string;
  options: readonly FacetOption[];
  chosen: readonly string[];
  onChoose: (values: string[]) => void;
}) {
  const { label, options, chosen, onChoose } = props;
  const [search, setSearch] = useState('');
  const isChosen = (value: string): boolean =>
    chosen.some((each) => each.toLowerCase() === value.toLowerCase());
  const wanted = search.trim().toLowerCase();
  const listed = options.filter((option) => option.label.toLowerCase().includes(wanted));
  const names = options.filter((option) => isChosen(option.value)).map((option) => option.label);
  const shown = names.length > 0 ? names : chosen;

  return (
    <Popover
      position="bottom-start"
      shadow="md"
      width={260}
      trapFocus
      returnFocus
      transitionProps={{ duration: 80 }}
    >
      <Popover.Target>
        <UnstyledButton className={classes.chip} data-chosen={chosen.length > 0 || undefined}>
          <span>{label}</span>
          {shown.length > 0 && (
            <span className={classes.chipValue}>
              {shown[0]}
              {shown.length > 1 && ` +${shown.length - 1}`}
            </span>
          )}
          <IconChevronDown size={12} aria-hidden="true" />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.facet} aria-label={`Filter by ${label.toLowerCase()}`}>
        {options.length >= SEARCHABLE && (
          <TextInput
            placeholder="Find …"
            aria-label={`Find a value of ${label.toLowerCase()}`}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <div className={classes.facetList}>
          {listed.map((option) => (
            <Checkbox
              key={option.value}
              classNames={{
                root: classes.facetOption,
                body: classes.facetBody,
                labelWrapper: classes.facetWrapper,
              }}
              label={
                <span className={classes.facetLabel}>
                  <span title={option.label}>{option.label}</span>
                  <span className={classes.facetCount}>{option.count}</span>
                </span>
              }
              checked={isChosen(option.value)}
              onChange={() =>
                onChoose(
                  isChosen(option.value)
                    ? chosen.filter((each) => each.toLowerCase() !== option.value.toLowerCase())
                    : [...chosen, option.value],
                )
              }
            />
          ))}
          {listed.length === 0 && (
            <p className={classes.facetNone}>
              {options.length === 0 ? `No device has a ${label.toLowerCase()} yet.` : 'Nothing fits.'}
            </p>
          )}
        </div>
        {chosen.length > 0 && (
          <UnstyledButton className={classes.facetClear} onClick={() => onChoose([])}>
            Clear this filter
          </UnstyledButton>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
