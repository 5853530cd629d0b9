export type EmbeddedErrorCode =
  | "download_failed"
  | "java_missing"
  | "data_dir_in_use"
  | "port_taken"
  | "server_failed"
  | "platform_unsupported";

/** Why an embedded server is not there; the message says what to do about it. */
export class EmbeddedError extends Error {
  override readonly name = "EmbeddedError";
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Two runs cannot share a data directory. */
export function dataDirInUse(dataDir: string): EmbeddedError {
  return new EmbeddedError(
    "data_dir_in_use",
    `Other embedded servers already run in ${dataDir}. ` +
      "Stop that run first (Ctrl-C in its terminal), or use another checkout.",
  );
}
