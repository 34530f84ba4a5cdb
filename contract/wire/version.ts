/** Version of the protocol: the second level of every topic, and `v` in every message. Within it, changes only add. */
export const PROTOCOL_VERSION = 2;
