import { Button } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useState } from 'react';
import type { Site } from '../../../contract/model/site.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useSites } from '../../state/hooks.ts';
import { useNavigate } from '../../ui/router.tsx';
import { SideSheet } from '../../ui/side-sheet.tsx';
import { SiteChoice, SiteForm, type SiteWay, sentenceOf, titleOf } from './site-choice.tsx';

/** Another site beside those that are open. */
export function AddSiteSheet(props: { opened: boolean; onClose: () => void }) {
  return props.opened ? <OpenAddSiteSheet {...props} /> : null;
}

function OpenAddSiteSheet(props: { opened: boolean; onClose: () => void }) {
  const [way, setWay] = useState<SiteWay>();
  const sites = useSites();
  const navigate = useNavigate();
  const { run } = useCall();
  const settle = (site: Site): void => {
    void run('settings.edit', { activeSiteId: site.id });
    props.onClose();
    navigate(site.demo ? '/devices' : '/broker');
  };
  return (
    <SideSheet
      opened
      onClose={props.onClose}
      title={way ? titleOf(way) : 'Add a site'}
      subtitle={way ? sentenceOf(way) : 'A site is a fleet and the broker that it talks through.'}
    >
      <div style={{ paddingTop: 20 }}>
        {way ? (
          <>
            <SiteForm way={way} onDone={settle} />
            <Button
              mt={20}
              variant="subtle"
              color="gray"
              leftSection={<IconChevronLeft size={14} />}
              onClick={() => setWay(undefined)}
            >
              Another way
            </Button>
          </>
        ) : (
          <SiteChoice onChoose={setWay} hasDemo={sites.some((site) => site.demo)} />
        )}
      </div>
    </SideSheet>
  );
}
