import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 36;

/** Keeps the end of a scrolled part in view while it grows, as long as the end was in view before. */
export function useStickToEnd(
  scrollRef: RefObject<HTMLElement | null>,
  follow: boolean,
): { atEnd: boolean; onScroll: () => void; toEnd: () => void } {
  const [atEnd, setAtEnd] = useState(true);
  const stuck = useRef(true);
  const toEnd = (): void => {
    stuck.current = true;
    setAtEnd(true);
    scrollRef.current?.scrollTo({ top: scrollRef.current.scrollHeight });
  };
  // After every render: the caller renders when its content has grown.
  useLayoutEffect(() => {
    if (follow && stuck.current) scrollRef.current?.scrollTo({ top: scrollRef.current.scrollHeight });
  });
  const onScroll = (): void => {
    const element = scrollRef.current;
    if (!element) return;
    stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    setAtEnd(stuck.current);
  };
  return { atEnd, onScroll, toEnd };
}
