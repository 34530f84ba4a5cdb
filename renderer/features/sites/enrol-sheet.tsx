import { useSite } from '../../state/hooks.ts';
import { Section } from '../../ui/page-head.tsx';
import { SideSheet } from '../../ui/side-sheet.tsx';
import { EnrolPanel } from './enrol-panel.tsx';
import { NewDevices } from './new-devices.tsx';

/** How devices get into a site, and which have just appeared. */
export function EnrolSheet(props: { opened: boolean; onClose: () => void; siteId: string }) {
  const site = useSite(props.siteId);
  if (!props.opened || !site) return null;
  return (
    <SideSheet
      opened
      onClose={props.onClose}
      title="Add devices"
      subtitle={`${site.name} · ${site.brokerUrl}`}
      widthPx={600}
    >
      <div style={{ paddingTop: 20 }}>
        <EnrolPanel site={site} />
      </div>
      <Section title="New devices">
        <div style={{ paddingTop: 12 }}>
          <NewDevices siteId={site.id} onOpen={props.onClose} />
        </div>
      </Section>
    </SideSheet>
  );
}
