/** One line of progress. `done` and `total` are bytes and present only while downloading. */
export interface Progress {
  readonly step: "download" | "java" | "kafka" | "postgres" | "redis";
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  /** Worth knowing after the step is over. */
  readonly lasting?: true;
}

export type OnProgress = (progress: Progress) => void;
