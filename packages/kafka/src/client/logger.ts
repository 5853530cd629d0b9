type Log = (details: object, message: string) => void;

/** What this package needs of a logger; a pino logger fits. */
export type Logger = { debug: Log; info: Log; warn: Log; error: Log };
