import { type FocusEvent, type KeyboardEvent, type MouseEvent, useCallback, useRef, useState } from 'react';
import { keysBetween, selectedShare, toggleKey } from './table-selection.ts';

interface Options {
  keys: readonly string[];
  selected: ReadonlySet<string>;
  onSelect: ((selected: ReadonlySet<string>) => void) | undefined;
  onOpen: ((index: number) => void) | undefined;
  scrollTo: (index: number) => void;
  pageRows: () => number;
}

export interface TableKeys {
  activeIndex: number;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
  onRowClick: (index: number, event: MouseEvent) => void;
  onRowToggle: (index: number, range: boolean) => void;
  toggleAll: () => void;
}

/** Keyboard and mouse of a table: arrows move, space selects, shift extends, Ctrl A takes all, Enter opens. */
export function useTableKeys(options: Options): TableKeys {
  const [activeKey, setActiveKey] = useState<string>();
  const anchor = useRef(-1);
  const latest = useRef(options);
  latest.current = options;
  const activeIndex = activeKey === undefined ? -1 : options.keys.indexOf(activeKey);

  const move = (to: number, extend: boolean): void => {
    const { keys, selected, onSelect, scrollTo } = latest.current;
    const index = Math.max(0, Math.min(keys.length - 1, to));
    if (keys[index] === undefined) return;
    if (extend && onSelect) {
      if (anchor.current < 0) anchor.current = Math.max(0, activeIndex);
      onSelect(new Set([...selected, ...keysBetween(keys, anchor.current, index)]));
    } else anchor.current = index;
    setActiveKey(keys[index]);
    scrollTo(index);
  };

  const toggleAll = (): void => {
    const { keys, selected, onSelect } = latest.current;
    if (!onSelect) return;
    const next = new Set(selected);
    const all = selectedShare(selected, keys) === 'all';
    for (const key of keys) {
      if (all) next.delete(key);
      else next.add(key);
    }
    onSelect(next);
  };

  const onRowToggle = useCallback((index: number, range: boolean) => {
    const { keys, selected, onSelect } = latest.current;
    const key = keys[index];
    if (!onSelect || key === undefined) return;
    if (range && anchor.current >= 0) {
      onSelect(new Set([...selected, ...keysBetween(keys, anchor.current, index)]));
    } else {
      onSelect(toggleKey(selected, key));
      anchor.current = index;
    }
    setActiveKey(key);
  }, []);

  const onRowClick = useCallback(
    (index: number, event: MouseEvent) => {
      const { onOpen, onSelect, keys } = latest.current;
      const target = event.target as Element;
      if (target.closest('a, button, input, [role="menuitem"]')) return;
      if (onSelect && (event.shiftKey || event.ctrlKey || event.metaKey)) onRowToggle(index, event.shiftKey);
      else {
        setActiveKey(keys[index]);
        if (window.getSelection()?.isCollapsed !== false) onOpen?.(index);
      }
    },
    [onRowToggle],
  );

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return;
    const { keys, selected, onSelect, onOpen, pageRows } = latest.current;
    const steps: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + pageRows(),
      PageUp: activeIndex - pageRows(),
      Home: 0,
      End: keys.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) move(to, event.shiftKey);
    else if (event.key === ' ' && onSelect) onRowToggle(activeIndex, event.shiftKey);
    else if (event.key === 'Enter' && activeIndex >= 0) onOpen?.(activeIndex);
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey) && onSelect) toggleAll();
    else if (event.key === 'Escape' && onSelect && selected.size > 0) {
      onSelect(new Set());
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    if (event.target === event.currentTarget && activeIndex < 0) setActiveKey(latest.current.keys[0]);
  };

  return { activeIndex, onKeyDown, onFocus, onRowClick, onRowToggle, toggleAll };
}
