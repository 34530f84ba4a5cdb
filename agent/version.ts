/** Version of the agent: the same as the package's, which a test checks. */
export const AGENT_VERSION = '0.1.0';
