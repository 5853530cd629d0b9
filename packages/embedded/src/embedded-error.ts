export type EmbeddedErrorCode =
  | "download_failed"
  | "java_missing"
  | "data_dir_in_use"
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
