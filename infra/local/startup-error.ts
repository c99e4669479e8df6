/** Something on this machine is not as it must be; the message says what, and what to do. Printed without a stack. */
export class StartupError extends Error {}
