import { Button, SegmentedControl } from '@mantine/core';
import { IconLink, IconPlus } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { rememberDeviceList } from '../../state/device-list-address.ts';
import { useActiveSite, useDevices } from '../../state/hooks.ts';
import { countDevices, type DeviceCounts } from '../../state/selectors.ts';
import { useSheets } from '../../state/sheets.ts';
import { useCommand } from '../../ui/commands.tsx';
import { PageBody, PageHead } from '../../ui/page-head.tsx';
import { useQueryParam, useRoute } from '../../ui/router.tsx';
import { createDeviceFilter } from './device-filter.ts';
import { DeviceFilters } from './device-filters.tsx';
import { parseDeviceQuery } from './device-query.ts';
import { DiscoveredList } from './discovered-list.tsx';
import { LinkedList } from './linked-list.tsx';

const NONE: ReadonlySet<string> = new Set();

/** All devices of the site: those linked, and those discovered. */
export function DevicesScreen() {
  const site = useActiveSite();
  return site ? (
    <SiteDevices key={site.id} siteId={site.id} connected={site.connection.state === 'connected'} />
  ) : null;
}

function SiteDevices(props: { siteId: string; connected: boolean }) {
  const { siteId } = props;
  const all = useDevices(siteId);
  const { openLink, openEnrol } = useSheets();
  const [view, setView] = useQueryParam('view', 'linked');
  const [text, setText] = useQueryParam('q', '');
  const { path, query } = useRoute();
  const address = query.size > 0 ? `${path}?${query}` : path;
  useEffect(() => rememberDeviceList(sessionStorage, address), [address]);
  const [selected, setSelected] = useState(NONE);
  const linkedView = view !== 'discovered';
  const counts = useMemo(() => countDevices(all), [all]);
  const devices = useMemo(() => all.filter((device) => device.linked === linkedView), [all, linkedView]);
  const listed = useMemo(() => devices.filter(createDeviceFilter(parseDeviceQuery(text))), [devices, text]);
  useCommand({
    id: 'devices.link',
    title: 'Link device',
    group: 'Devices',
    keywords: 'mac address add',
    run: () => openLink({ siteId }),
  });

  const list = {
    siteId,
    devices,
    listed,
    selected,
    onSelect: setSelected,
    onClearFilter: () => setText(''),
  };
  return (
    <>
      <PageHead
        title="Devices"
        truth={truthOf(counts, props.connected)}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => openEnrol({ siteId })}
            >
              Add devices
            </Button>
            <Button leftSection={<IconLink size={14} />} onClick={() => openLink({ siteId })}>
              Link device
            </Button>
          </>
        }
      />
      <DeviceFilters
        devices={devices}
        text={text}
        onChange={setText}
        linked={linkedView}
        listedCount={listed.length}
        start={
          <SegmentedControl
            aria-label="Which devices"
            value={linkedView ? 'linked' : 'discovered'}
            onChange={(next) => {
              setSelected(NONE);
              setView(next);
            }}
            data={[
              { value: 'linked', label: `Linked ${counts.linked}` },
              { value: 'discovered', label: `Discovered ${counts.discovered}` },
            ]}
          />
        }
      />
      <PageBody flush>
        {linkedView ? (
          <LinkedList {...list} discoveredCount={counts.discovered} />
        ) : (
          <DiscoveredList {...list} />
        )}
      </PageBody>
    </>
  );
}

/** `128 linked · 121 online · 4 unknown · 2 discovered`: what is zero and says nothing is left out. */
function truthOf(counts: DeviceCounts, connected: boolean): string {
  const parts = [`${counts.linked} linked`, `${counts.online} online`];
  if (counts.offline > 0) parts.push(`${counts.offline} offline`);
  if (counts.unknown > 0)
    parts.push(`${counts.unknown} unknown${connected ? ', not heard yet' : ' while the broker is away'}`);
  if (counts.neverSeen > 0) parts.push(`${counts.neverSeen} never seen`);
  parts.push(`${counts.discovered} discovered`);
  return parts.join(' · ');
}
