/** Largest MQTT payload that anyone sends, in bytes: far below Mosquitto's default of 2,000,000. */
export const MESSAGE_LIMIT_BYTES = 256 * 1024;

/** Largest payload by kind of message, in bytes; checked before anything is parsed. */
export const PRESENCE_LIMIT_BYTES = 8 * 1024;
export const INVENTORY_LIMIT_BYTES = 64 * 1024;
export const METRICS_LIMIT_BYTES = 16 * 1024;
export const WANT_LIMIT_BYTES = 1024;
export const JOIN_LIMIT_BYTES = 8 * 1024;
export const LINK_LIMIT_BYTES = 32 * 1024;

/** Bytes of output in one message, before base64. */
export const OUTPUT_CHUNK_BYTES = 48 * 1024;
/** What is kept of one stream of one job: its first bytes … */
export const OUTPUT_HEAD_BYTES = 4 * 1024 * 1024;
/** … and its last. What lies between is counted and hashed, and said to be missing. */
export const OUTPUT_TAIL_BYTES = 256 * 1024;

/** Jobs that one agent runs at a time; more wait their turn as `accepted`. */
export const AGENT_PARALLEL_JOBS = 8;
/** Jobs that one agent holds accepted and not finished; one more is rejected. */
export const AGENT_OPEN_JOBS = 200;

/** Sequence numbers below the highest that are still told apart, per operator key. */
export const REPLAY_WINDOW = 1024;

/** Seconds between two metrics messages. */
export const METRICS_INTERVAL_SEC = 15;
/** MQTT keep-alive of an agent, in seconds; silence of 1.5 times this means offline. */
export const KEEP_ALIVE_SEC = 20;
