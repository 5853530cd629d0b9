import { pino } from "pino";
import { scrub } from "./scrub.ts";

export type Logger = pino.Logger;

export type LoggerOptions = {
  /** The service's name, on every line as `service`. */
  service: string;
  level?: pino.LevelWithSilentOrString;
  /** Where lines go; standard output when left out. */
  destination?: pino.DestinationStream;
};

const sensitiveKeys =
  "email phone to cc bcc address addresses pushTokens token authorization Authorization cookie apiKey api_key key password pass secret signature html text body content".split(
    " ",
  );

const redactedPaths = ["", "*.", "*.*.", "*.*.*."].flatMap((depth) =>
  sensitiveKeys.map((key) => `${depth}${key}`),
);

/**
 * A JSON logger that never prints a recipient's address or a secret: known keys are replaced down to four levels,
 * and every finished line is scrubbed of anything that looks like one, error messages and stacks included.
 */
export function createLogger({ service, level = "info", destination }: LoggerOptions): Logger {
  const options: pino.LoggerOptions = {
    base: { service },
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: "[redacted]" },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
    hooks: { streamWrite: scrub },
  };
  // Written at once: lines left for the exit would, when nobody reads them any more, keep it waiting forever.
  return pino(options, destination ?? pino.destination({ sync: true }));
}
