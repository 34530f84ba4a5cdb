import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconFileText, IconFileTypeCsv, IconJson } from '@tabler/icons-react';
import { useState } from 'react';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { saveFile } from '../../ui/download.ts';
import { useJobView } from './job-context.ts';
import { jobCsv, type ReportRow } from './job-csv.ts';
import { jobJson, jobMarkdown, reportFileName } from './job-report.ts';
import { loadReportRows } from './report-loader.ts';

/** Takes the job away: as a table, as data, or as a report to paste. */
export function ExportMenu(props: { onError: (error: ErrorBody | undefined) => void }) {
  const client = useRpc();
  const { job, results, nameOf } = useJobView();
  const [loaded, setLoaded] = useState<number>();

  const load = async (use: (rows: ReportRow[]) => void | Promise<void>): Promise<void> => {
    setLoaded(0);
    props.onError(undefined);
    try {
      await use(await loadReportRows({ client, job, results, nameOf, onProgress: setLoaded }));
    } catch (error) {
      props.onError(toErrorBody(error));
    } finally {
      setLoaded(undefined);
    }
  };
  const now = (): string => new Date().toISOString();
  const csv = (rows: ReportRow[]): void => saveFile(reportFileName(job, 'csv'), [jobCsv(rows)], 'text/csv');
  const json = (rows: ReportRow[]): void =>
    saveFile(reportFileName(job, 'json'), [jobJson(job, rows, now())], 'application/json');
  const markdown = async (rows: ReportRow[]): Promise<void> => {
    const text = jobMarkdown(job, rows, now());
    if (await copyText(text)) notifications.show({ message: 'Report copied.' });
    else saveFile(reportFileName(job, 'md'), [text], 'text/markdown');
  };

  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="default"
          loading={loaded !== undefined && job.total <= 50}
          disabled={loaded !== undefined}
          rightSection={<IconChevronDown size={14} />}
        >
          {loaded === undefined ? 'Export' : `${loaded} of ${job.total} read`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileTypeCsv size={16} />} onClick={() => void load(csv)}>
          CSV, one line a device
        </Menu.Item>
        <Menu.Item leftSection={<IconJson size={16} />} onClick={() => void load(json)}>
          JSON, everything that is known
        </Menu.Item>
        <Menu.Item leftSection={<IconFileText size={16} />} onClick={() => void load(markdown)}>
          Copy report as Markdown
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
