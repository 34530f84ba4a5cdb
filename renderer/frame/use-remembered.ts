import { useState } from 'react';

/** A yes or no that this browser remembers. */
export function useRemembered(name: string, fallback: boolean): [boolean, (value: boolean) => void] {
  const key = `muster.${name}`;
  const [value, setValue] = useState(() => {
    const stored = localStorage.getItem(key);
    return stored === null ? fallback : stored === 'true';
  });
  return [
    value,
    (next) => {
      localStorage.setItem(key, String(next));
      setValue(next);
    },
  ];
}
