import { PasswordInput, TextInput } from '@mantine/core';
import { FoldOut } from './fold-out.tsx';
import classes from './forms.module.css';
import { PemField } from './pem-field.tsx';
import type { BrokerDraft, FieldErrors } from './site-forms.ts';

type TextField = Exclude<keyof BrokerDraft, 'name'>;

/** Where a broker is and how to get in. */
export function BrokerFields(props: {
  draft: BrokerDraft;
  errors: FieldErrors;
  onChange: (change: Partial<BrokerDraft>) => void;
  /** Stored secrets are not sent back: empty fields then mean that there are none any more. */
  editing?: boolean;
}) {
  const { draft, errors, onChange } = props;
  const field = (key: TextField) => ({
    value: draft[key],
    error: errors[key],
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => onChange({ [key]: event.currentTarget.value }),
  });
  const pem = (key: TextField) => ({
    value: draft[key],
    error: errors[key],
    onChange: (value: string) => onChange({ [key]: value }),
  });
  const encrypted = /^(mqtts|wss):/.test(draft.url.trim());
  return (
    <>
      <TextInput
        label="Broker address"
        description="mqtts:// and wss:// are encrypted, mqtt:// and ws:// are not."
        placeholder="mqtts://192.168.1.20:8883"
        {...field('url')}
      />
      <div className={classes.pair}>
        <TextInput label="User" placeholder="none" {...field('username')} />
        <PasswordInput label="Password" placeholder="none" {...field('password')} />
      </div>
      {encrypted && (
        <PemField
          label="Certificate authority (CA)"
          description="Leave empty when the broker’s certificate comes from an authority that this machine trusts."
          {...pem('caPem')}
        />
      )}
      <FoldOut
        label="Advanced"
        forced={[
          'clientCertPem',
          'clientKeyPem',
          'serverName',
          'rootTopic',
          'deviceUsername',
          'devicePassword',
        ].some((key) => errors[key])}
      >
        {encrypted && (
          <>
            <TextInput
              label="Name in the certificate"
              description="When it differs from the host in the address."
              placeholder="broker.plant.lan"
              {...field('serverName')}
            />
            <PemField
              label="Client certificate"
              description="For brokers that ask for one."
              {...pem('clientCertPem')}
            />
            <PemField
              label="Client key"
              description="Belongs to the client certificate."
              {...pem('clientKeyPem')}
            />
          </>
        )}
        <TextInput
          label="Root topic"
          description="First levels of every MQTT topic; the same for all devices of the site."
          {...field('rootTopic')}
        />
        <div className={classes.pair}>
          <TextInput
            label="User for devices"
            description="When devices log in with another account."
            placeholder="the same"
            {...field('deviceUsername')}
          />
          <PasswordInput
            label="Password for devices"
            description="Travels in the enrolment file."
            placeholder="the same"
            {...field('devicePassword')}
          />
        </div>
      </FoldOut>
    </>
  );
}
