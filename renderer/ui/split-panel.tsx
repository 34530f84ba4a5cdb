import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import classes from './split-panel.module.css';

const STEP_PX = 24;

/** A page with a panel below it whose height can be drawn, or moved with the arrow keys. Remembers its height. */
export function SplitPanel(props: {
  id: string;
  open: boolean;
  panel: ReactNode;
  label: string;
  minPx?: number;
  defaultPx?: number;
  children: ReactNode;
}) {
  const { id, minPx = 96, defaultPx = 200 } = props;
  const [heightPx, setHeightPx] = useState(() => rememberedPx(id) ?? defaultPx);
  const rootRef = useRef<HTMLDivElement>(null);

  const resize = (wantedPx: number): void => {
    const maxPx = Math.max(minPx, (rootRef.current?.clientHeight ?? 800) - 200);
    const nextPx = Math.round(Math.min(maxPx, Math.max(minPx, wantedPx)));
    setHeightPx(nextPx);
    localStorage.setItem(`muster.panel.${id}`, String(nextPx));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    resize((rootRef.current?.getBoundingClientRect().bottom ?? 0) - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    resize(heightPx + (event.key === 'ArrowUp' ? STEP_PX : -STEP_PX));
  };

  return (
    <div ref={rootRef} className={classes.split}>
      <div className={classes.main}>{props.children}</div>
      {props.open && (
        <div className={classes.panel} style={{ height: heightPx }}>
          {/* biome wants <hr>, which cannot take a value or the focus. */}
          <div
            role="slider"
            aria-orientation="vertical"
            aria-label={`Height of ${props.label}`}
            aria-valuenow={heightPx}
            aria-valuemin={minPx}
            aria-valuemax={2000}
            tabIndex={0}
            className={classes.handle}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onKeyDown={onKeyDown}
          />
          <section className={classes.panelBody} aria-label={props.label}>
            {props.panel}
          </section>
        </div>
      )}
    </div>
  );
}

function rememberedPx(id: string): number | undefined {
  const value = Number(localStorage.getItem(`muster.panel.${id}`));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
