const KEY = 'muster.devices.address';

/** Keeps where the device list was, with its search and filters, for the way back from a device's page. */
export function rememberDeviceList(storage: Pick<Storage, 'setItem'>, address: string): void {
  storage.setItem(KEY, address);
}

/** Where the device list was in this window, or the list without a search. */
export function deviceListAddress(storage: Pick<Storage, 'getItem'>): string {
  const address = storage.getItem(KEY);
  return address?.startsWith('/devices') ? address : '/devices';
}
