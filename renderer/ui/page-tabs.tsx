import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page-tabs.module.css';

/** Tabs under a page head; arrows move between them. Content is the screen's own. */
export function PageTabs<T extends string>(props: {
  tabs: readonly { value: T; label: ReactNode }[];
  value: T;
  onChange: (value: T) => void;
  label: string;
}) {
  return (
    <Tabs
      value={props.value}
      onChange={(value) => {
        const tab = props.tabs.find((candidate) => candidate.value === value);
        if (tab) props.onChange(tab.value);
      }}
      classNames={{ list: classes.list, tab: classes.tab }}
    >
      <Tabs.List aria-label={props.label}>
        {props.tabs.map((tab) => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            <span
              className={classes.label}
              data-label={typeof tab.label === 'string' ? tab.label : undefined}
            >
              {tab.label}
            </span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
