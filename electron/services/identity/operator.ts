import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { generatePrivateKey, PrivateKey } from '../../../contract/wire/documents.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

const NAME = 'operator-key';

/** The key with which the person at this machine signs what devices are asked to do. */
export interface Operator extends Service {
  key(): PrivateKey;
}

export function createOperator({ secretStore }: { secretStore: SecretStore }): Operator {
  let key: PrivateKey | undefined;
  return {
    name: 'operator',
    async start() {
      const stored = await secretStore.get(NAME);
      key = stored === undefined ? await generatePrivateKey() : PrivateKey.parse(JSON.parse(stored));
      if (stored === undefined) await secretStore.set(NAME, JSON.stringify(key));
    },
    stop() {
      key = undefined;
    },
    key() {
      if (key) return key;
      throw new AppError('internal', 'The operator key is asked for before it is loaded.');
    },
  };
}
