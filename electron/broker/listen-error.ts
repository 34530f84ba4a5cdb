import { AppError } from '../../contract/lib/errors.ts';

/** Where a listener was to be opened. */
export interface ListenAddress {
  host: string;
  port: number;
}

/** Says in a sentence why the broker cannot listen there, and what to do. */
export function describeListenError(error: NodeJS.ErrnoException, { host, port }: ListenAddress): AppError {
  const data = { host, port, cause: error.code ?? error.message };
  const options = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new AppError(
        'conflict',
        `Port ${port} is already in use on this machine. Another broker, such as Mosquitto, may be running: stop it, or choose another port for this site.`,
        data,
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'denied',
        `This user may not open port ${port}. Ports below 1024 are reserved for administrators: choose a port from 1024 to 65535, such as 8883.`,
        data,
        options,
      );
    case 'EADDRNOTAVAIL':
      return new AppError(
        'invalid',
        `This machine has no address ${host}. Its address may have changed: choose one of its present addresses, or 0.0.0.0 to listen on all.`,
        data,
        options,
      );
    case 'EAFNOSUPPORT':
      return new AppError(
        'unsupported',
        `This machine cannot listen on ${host}, because IPv6 is switched off. Listen on 0.0.0.0 instead.`,
        data,
        options,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AppError(
        'invalid',
        `The host name ${host} stands for no address of this machine. Enter one of the machine’s own addresses, or 0.0.0.0 to listen on all.`,
        data,
        options,
      );
    case 'EMFILE':
    case 'ENFILE':
      return new AppError(
        'internal',
        `The system has no room for more open files, so port ${port} cannot be opened. Close other programs or raise the limit.`,
        data,
        options,
      );
    case 'ERR_SOCKET_BAD_PORT':
      return new AppError(
        'invalid',
        `${port} is not a port. Choose a number from 1024 to 65535, such as 8883.`,
        data,
        options,
      );
    default:
      return new AppError(
        'internal',
        `The broker cannot listen on ${host}, port ${port}: ${error.message}.`,
        data,
        options,
      );
  }
}
