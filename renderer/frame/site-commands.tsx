import { useActiveSite } from '../state/hooks.ts';
import { useSheets } from '../state/sheets.ts';
import { useCommand } from '../ui/commands.tsx';

/** Actions that the palette offers on every screen. */
export function SiteCommands() {
  const site = useActiveSite();
  const sheets = useSheets();
  useCommand(
    site && {
      id: 'run',
      title: 'Run command',
      shortcut: 'r',
      group: 'Actions',
      keywords: 'shell reboot service job',
      run: () => sheets.openRun({ siteId: site.id }),
    },
  );
  useCommand(
    site && {
      id: 'devices.link',
      title: 'Link device',
      group: 'Actions',
      keywords: 'mac address add',
      run: () => sheets.openLink({ siteId: site.id }),
    },
  );
  useCommand(
    site && {
      id: 'devices.enrol',
      title: 'Add devices',
      group: 'Actions',
      keywords: 'enrolment file join new',
      run: () => sheets.openEnrol({ siteId: site.id }),
    },
  );
  useCommand({
    id: 'sites.add',
    title: 'Add a site',
    group: 'Actions',
    keywords: 'broker join demo',
    run: () => sheets.openAddSite(),
  });
  return null;
}
