import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useCall } from '../rpc/rpc-context.tsx';
import { useActiveSite, useDevices, useSites } from '../state/hooks.ts';
import { useCommands } from '../ui/commands.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { useNavigate } from '../ui/router.tsx';
import classes from './palette.module.css';
import { type PaletteItem, paletteItems } from './palette-items.ts';

/** Finds devices, sites, screens and actions by typing. */
export function Palette(props: { opened: boolean; onClose: () => void }) {
  return (
    <Modal.Root
      opened={props.opened}
      onClose={props.onClose}
      centered={false}
      yOffset="12vh"
      size={600}
      padding={0}
      // At once, so that nothing of what is typed right after the shortcut is lost.
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Search devices and actions">
        <PaletteBody onClose={props.onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody(props: { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const listId = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const inputRef = useRef<HTMLInputElement>(null);
  const items = usePaletteItems(useDeferredValue(query));
  const active = Math.min(index, items.length - 1);

  useEffect(() => inputRef.current?.focus(), []);
  useEffect(() => {
    listRef.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });
  const choose = (item: PaletteItem | undefined): void => {
    if (!item) return;
    props.onClose();
    // After the dialog has given the focus back, so that what opens next can take it.
    setTimeout(item.run, 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) setIndex(Math.max(0, Math.min(items.length - 1, active + step)));
    else if (event.key === 'Enter') choose(items[active]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className={classes.field}>
        <IconSearch size={16} aria-hidden="true" />
        <input
          ref={inputRef}
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
          aria-label="Search devices, sites, screens and actions"
          placeholder="Device, MAC, screen or action"
          spellCheck={false}
          value={query}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setIndex(0);
          }}
        />
        <KeyHint keys="Esc" />
      </div>
      <div
        ref={listRef}
        id={listId}
        role="listbox"
        aria-label="Matches"
        tabIndex={-1}
        className={classes.list}
      >
        {items.map((item, at) => (
          <PaletteRow
            key={item.id}
            id={`${listId}-${at}`}
            item={item}
            heading={items[at - 1]?.group === item.group ? undefined : item.group}
            active={at === active}
            onPoint={() => setIndex(at)}
            onChoose={() => choose(item)}
          />
        ))}
      </div>
    </>
  );
}

function PaletteRow(props: {
  id: string;
  item: PaletteItem;
  heading: string | undefined;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
}) {
  const { item } = props;
  return (
    <>
      {props.heading && (
        <div className={classes.heading} role="presentation">
          {props.heading}
        </div>
      )}
      <button
        type="button"
        id={props.id}
        role="option"
        aria-selected={props.active}
        tabIndex={-1}
        className={classes.row}
        onPointerMove={props.onPoint}
        onClick={props.onChoose}
      >
        <span className={classes.title}>{item.title}</span>
        <span className={classes.detail}>{item.detail}</span>
        {item.shortcut && <KeyHint keys={item.shortcut.split(', ')[0] ?? ''} />}
      </button>
    </>
  );
}

function usePaletteItems(query: string): readonly PaletteItem[] {
  const commands = useCommands();
  const sites = useSites();
  const site = useActiveSite();
  const devices = useDevices(site?.id);
  const navigate = useNavigate();
  const { run } = useCall();
  return useMemo(
    () =>
      paletteItems(
        {
          commands,
          devices,
          sites,
          activeSiteId: site?.id,
          openDevice: (mac) => navigate(`/devices/${mac}`),
          chooseSite: (activeSiteId) => void run('settings.edit', { activeSiteId }),
        },
        query,
      ),
    [commands, devices, sites, site?.id, navigate, run, query],
  );
}
