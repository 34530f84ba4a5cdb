import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';

/** Copies text. Without `children` an icon; `label` says what is copied. */
export function CopyButton(props: { text: string | (() => string); label?: string; children?: string }) {
  const { text, label = 'Copy' } = props;
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = useCallback(() => {
    void copyText(typeof text === 'function' ? text() : text).then(setCopied);
  }, [text]);
  const icon = copied ? <IconCheck size={14} /> : <IconCopy size={14} />;
  if (props.children) {
    return (
      <Button variant="default" leftSection={icon} onClick={copy}>
        {copied ? 'Copied' : props.children}
      </Button>
    );
  }
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon size="sm" aria-label={label} onClick={copy}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

/** Puts text on the clipboard; false when the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    // Pages that are not on a secure origin have no clipboard: the old way still works there.
    console.warn(error);
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
