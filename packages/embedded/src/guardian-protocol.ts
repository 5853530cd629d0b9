/** How the guardian runs one server. */
export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** stdout and stderr are appended here. */
  readonly logFile: string;
  /** The signal that asks the server to stop in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** User and group to run as; only root may name others. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** Parent to guardian; every request is answered by one reply with the same id. */
export type GuardianRequest = { readonly id: number } & (
  | { readonly do: "start"; readonly server: ServerCommand }
  | { readonly do: "signal"; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly do: "stop"; readonly name: string }
  | { readonly do: "close" }
);

/** Guardian to parent. */
export type GuardianMessage =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly error: string }
  | { readonly type: "reply"; readonly id: number; readonly pid?: number; readonly error?: string }
  | { readonly type: "exited"; readonly name: string; readonly pid: number };

/** What the guardian writes into the data directory while it lives. */
export interface GuardianRecord {
  readonly pid: number;
  /** True once its parent is gone or has asked it to close. */
  readonly stopping: boolean;
  readonly servers: Readonly<Record<string, number>>;
}

export const guardianRecordFile = "guardian.json";
