import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown, IconHome2, IconPlus } from '@tabler/icons-react';
import { useCall } from '../rpc/rpc-context.tsx';
import { useActiveSite, useSites } from '../state/hooks.ts';
import { useSheets } from '../state/sheets.ts';
import { DemoBadge } from '../ui/demo-badge.tsx';
import { StatusMark } from '../ui/status-mark.tsx';
import { connectionKind } from './connection-words.ts';
import classes from './top-bar.module.css';

/** Which site the screens show, and a way to another or a new one. */
export function SiteSwitcher() {
  const sites = useSites();
  const site = useActiveSite();
  const sheets = useSheets();
  const { run } = useCall();
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <button type="button" className={classes.site} aria-label={`Site: ${site?.name ?? 'none'}`}>
          <IconHome2 size={16} stroke={1.6} aria-hidden="true" />
          <span className={classes.siteName}>{site?.name ?? 'No site'}</span>
          {site?.demo && <DemoBadge />}
          <IconChevronDown size={14} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {sites.map((candidate) => (
          <Menu.Item
            key={candidate.id}
            leftSection={<StatusMark bare {...connectionKind(candidate.connection)} />}
            rightSection={
              candidate.id === site?.id ? <IconCheck size={14} aria-label="shown now" /> : undefined
            }
            onClick={() => void run('settings.edit', { activeSiteId: candidate.id })}
          >
            <span className={classes.siteRow}>
              <span className={classes.siteName}>{candidate.name}</span>
              {candidate.demo && <DemoBadge />}
            </span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => sheets.openAddSite()}>
          Add a site …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
