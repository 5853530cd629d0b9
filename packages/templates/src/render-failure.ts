import type { RenderError } from "./template-types.ts";

/** Thrown inside a render and turned into its error value by `renderChannel`; never leaves the package. */
export class RenderFailure extends Error {
  readonly code: RenderError["code"];
  readonly path: string | undefined;

  constructor(code: RenderError["code"], detail: string, path?: string) {
    super(detail);
    this.code = code;
    this.path = path?.slice(0, 300);
  }
}
