import { ActionIcon, Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronRight, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './side-sheet.module.css';

/** A sheet over the right side of the page. Esc closes it; focus stays inside and returns afterwards. */
export function SideSheet(props: {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  subtitle?: ReactNode;
  /** Stays at the bottom: the main action. */
  footer?: ReactNode;
  widthPx?: number;
  children: ReactNode;
}) {
  const narrow = useMediaQuery('(max-width: 1023px)', false, { getInitialValueInEffect: false });
  return (
    <Drawer.Root
      opened={props.opened}
      onClose={props.onClose}
      position="right"
      size={narrow ? '100%' : (props.widthPx ?? 560)}
      transitionProps={{ duration: 120 }}
      // A class on the content itself would also go to the layer that it stands in.
      classNames={{ overlay: classes.overlay, content: classes.content }}
    >
      <Drawer.Overlay />
      <Drawer.Content radius={0}>
        <div className={classes.head}>
          <div className={classes.headText}>
            <Drawer.Title className={classes.title}>{props.title}</Drawer.Title>
            {props.subtitle && <p className={classes.subtitle}>{props.subtitle}</p>}
          </div>
          <ActionIcon aria-label="Close" onClick={props.onClose}>
            <IconX size={16} />
          </ActionIcon>
        </div>
        <div className={classes.body}>{props.children}</div>
        {props.footer && <div className={classes.footer}>{props.footer}</div>}
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** One step of a sheet: numbered, foldable into its summary. */
export function SheetStep(props: {
  step: number;
  title: string;
  summary?: ReactNode;
  open: boolean;
  onToggle: () => void;
  done?: boolean;
  children: ReactNode;
}) {
  const bodyId = `sheet-step-${props.step}`;
  return (
    <section className={classes.step} data-open={props.open || undefined}>
      <h3 className={classes.stepHeading}>
        <button
          type="button"
          className={classes.stepHead}
          aria-expanded={props.open}
          aria-controls={bodyId}
          onClick={props.onToggle}
        >
          <span className={classes.number} data-done={props.done || undefined}>
            {props.step}
          </span>
          <span className={classes.stepTitle}>{props.title}</span>
          {props.summary && <span className={classes.summary}>{props.summary}</span>}
          <IconChevronRight size={14} className={classes.chevron} aria-hidden="true" />
        </button>
      </h3>
      <div id={bodyId} className={classes.stepBody} hidden={!props.open}>
        {props.children}
      </div>
    </section>
  );
}
