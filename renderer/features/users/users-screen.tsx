import { keyFingerprint } from '../../../contract/model/inventory.ts';
import type { Role } from '../../../contract/model/role.ts';
import { useActiveSite, useSession, useSettings } from '../../state/hooks.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Mono } from '../../ui/mono.tsx';
import { FactList, PageBody, PageHead, Section } from '../../ui/page-head.tsx';
import { Link } from '../../ui/router.tsx';
import classes from './users.module.css';

const ROLES: readonly { role: Role; may: string }[] = [
  { role: 'viewer', may: 'Sees devices, jobs, logs and the audit log.' },
  { role: 'operator', may: 'Also links and organises devices, and runs commands on them.' },
  { role: 'admin', may: 'Also manages sites, enrolments and keys.' },
];

/** Your role at the site, and the key that its devices trust. */
export function UsersScreen() {
  const site = useActiveSite();
  const session = useSession();
  const settings = useSettings();
  const name = settings?.operatorName ?? session?.actor ?? '';
  if (!site) return null;
  return (
    <>
      <PageHead title="Users" truth={`You are ${name}, ${site.role} at ${site.name}.`} />
      <PageBody>
        <Section title="You" actions={<Link to="/settings">Change your name</Link>}>
          <FactList
            facts={[
              ['Name', name],
              ['Role', site.role],
              ['Signed in as', session ? `${session.actor}, on this machine` : 'unknown'],
            ]}
          />
          <p className={classes.note}>
            Your name stands beside everything that you do in jobs and in the audit log. Whoever can open this
            program on this machine acts as you.
          </p>
        </Section>
        <Section title="Site key">
          <FactList
            facts={[
              [
                'Fingerprint',
                <span key="fingerprint" className={classes.key}>
                  <Mono>{keyFingerprint(site.publicKey)}</Mono>
                  <CopyButton text={site.publicKey} label="Copy the whole key" />
                </span>,
              ],
              ['Algorithm', 'Ed25519'],
            ]}
          />
          <p className={classes.note}>
            Every command is signed with the private half of this key, which never leaves this machine. A
            device that joined the site obeys nothing else.
          </p>
        </Section>
        <Section title="Roles">
          <table className={classes.roles}>
            <thead>
              <tr>
                <th>Role</th>
                <th>May</th>
              </tr>
            </thead>
            <tbody>
              {ROLES.map(({ role, may }) => (
                <tr key={role} data-own={role === site.role || undefined}>
                  <td>
                    {role}
                    {role === site.role ? ' (you)' : ''}
                  </td>
                  <td>{may}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      </PageBody>
    </>
  );
}
