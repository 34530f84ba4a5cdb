import { readFile } from 'node:fs/promises';
import { keyFingerprint } from '../../contract/model/inventory.ts';
import { formatMac } from '../../contract/model/mac.ts';
import { createDocumentOpener } from '../../contract/wire/documents.ts';
import { EXIT } from '../command-line.ts';
import type { JournalEntry } from '../journal/journal-entry.ts';
import { loadLines } from '../journal/journal-file.ts';
import { createSiteDocuments } from '../link/site-documents.ts';
import { readDeviceConfig, readDeviceSigner } from '../state/device-config.ts';
import { stateFolder } from '../state/state-folder.ts';
import { readStatusFile } from '../state/status-file.ts';
import { fileError, systemErrorCode } from '../system/files.ts';
import { createMachine } from '../system/machine.ts';
import { createProcesses } from '../system/processes.ts';
import { AGENT_VERSION } from '../version.ts';

/** `muster-agent status`: what to print, and the exit code that says it in one number. */
export async function status(options: {
  state: string;
  json: boolean;
}): Promise<{ text: string; exitCode: number }> {
  const folder = stateFolder(options.state);
  const config = await readDeviceConfig(folder);
  const signer = await readDeviceSigner(folder);
  if (!config || !signer) {
    const text = options.json
      ? JSON.stringify({ joined: false, state: folder.path })
      : `${folder.path} has not joined a site. Use muster-agent join FILE.`;
    return { text, exitCode: EXIT.notJoined };
  }
  const documents = createSiteDocuments({
    ...{ siteId: config.siteId, sitePublicKey: config.sitePublicKey, mac: config.mac },
    ...{ devicePublicKey: signer.publicKey, trustPath: folder.trust, linkPath: folder.link },
    ...{ opener: createDocumentOpener(), onDamaged: () => undefined }, // then it counts as not received
  });
  await documents.load();
  const last = await readStatusFile(folder.status);
  const running = last !== undefined && createProcesses(createMachine()).isRunning(last.pid, last.pidStart);
  const connected = running && last.connected;
  const jobs = await countJobs(folder.journal);
  const facts = {
    joined: true,
    site: config.siteName,
    siteId: config.siteId,
    mac: config.mac,
    publicKey: signer.publicKey,
    fingerprint: keyFingerprint(signer.publicKey),
    linked: documents.linked,
    name: documents.link?.name ?? null,
    running,
    connected,
    since: running ? last.since : null,
    brokerUrl: connected ? (last.brokerUrl ?? null) : null,
    detail: running ? last.detail : '',
    ...jobs,
    agentVersion: running ? last.agentVersion : AGENT_VERSION,
    state: folder.path,
  };
  const link = running
    ? connected
      ? `connected to ${facts.brokerUrl} since ${facts.since}`
      : `not connected. ${facts.detail}`
    : 'not running. Start it with systemctl start muster-agent, or muster-agent run.';
  const text = [
    `Site         ${facts.site} (${facts.siteId})`,
    `Device       ${formatMac(facts.mac)}${facts.name ? ` “${facts.name}”` : ''}`,
    `Device key   ${facts.fingerprint}`,
    `Linked       ${facts.linked ? 'yes' : 'no: link it in the control centre'}`,
    `Agent        ${link}`,
    `Jobs         ${jobs.openJobs} open, ${jobs.unacknowledgedResults} results waiting to be fetched`,
  ].join('\n');
  return {
    text: options.json ? JSON.stringify(facts) : text,
    exitCode: connected ? EXIT.ok : running ? EXIT.notConnected : EXIT.notRunning,
  };
}

/** Reads the journal without touching it: an agent may be writing it. */
async function countJobs(path: string): Promise<{ openJobs: number; unacknowledgedResults: number }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return { openJobs: 0, unacknowledgedResults: 0 };
    throw fileError(cause, path, 'read');
  }
  const open = new Set<string>();
  const finished = new Set<string>();
  loadLines(bytes, (entry: JournalEntry) => {
    if (entry.t === 'accepted' || entry.t === 'started') open.add(entry.id);
    if (entry.t === 'finished') {
      open.delete(entry.id);
      finished.add(entry.id);
    }
    if (entry.t === 'acknowledged') for (const id of entry.ids) finished.delete(id);
  });
  return { openJobs: open.size, unacknowledgedResults: finished.size };
}
